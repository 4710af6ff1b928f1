import { getOperationAST, parse } from 'graphql';
import { isUnauthorized, post } from './http.js';
import { subscription } from './subscription.js';

const NOBODY = {
  key:
    'This server wants an access key: enter it at the top of the page. ' +
    '`./run key create --user admin` prints one.',
  login: 'You are not signed in: sign in at the top of the page.',
};

const failure = (message, code) => ({
  errors: [{ message, ...(code && { extensions: { code } }) }],
});

function isSubscription({ query, operationName }) {
  try {
    return getOperationAST(parse(query), operationName)?.operation === 'subscription';
  } catch {
    return false; // The server explains a syntax error better.
  }
}

// GraphiQL loads the schema anew whenever it is given another fetcher, so the
// page makes one for each key, and one for the login of the browser. With the
// latter nothing is added to a request: the browser sends its cookie.
export function createFetcher({ isIn, by, key, onRefused, onConnection }) {
  const ending = new AbortController();

  async function fetcher(operation, options) {
    let headers;
    try {
      headers = new Headers(options?.headers);
    } catch (error) {
      return failure(`Request not sent. ${error.message}`);
    }
    const usesBar = !headers.has('Authorization');
    if (usesBar && !isIn) return failure(NOBODY[by], 'UNAUTHORIZED');
    if (usesBar && key) headers.set('Authorization', `Bearer ${key}`);

    if (isSubscription(operation)) {
      return subscription(operation, {
        authorization: headers.get('Authorization'),
        onConnection,
        onRefused: () => usesBar && onRefused(),
        signal: ending.signal,
      });
    }
    try {
      const answer = await post(operation, headers);
      if (usesBar && isUnauthorized(answer)) onRefused();
      return answer.result;
    } catch {
      return failure('The server does not answer.');
    }
  }

  fetcher.stop = () => ending.abort();
  return fetcher;
}
