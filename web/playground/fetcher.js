import { getOperationAST, parse } from 'graphql';
import { isUnauthorized, post } from './http.js';
import { subscription } from './subscription.js';

const KEYLESS =
  'This server wants an access key: enter it at the top of the page. ' +
  'The first start of the server printed it; ' +
  '`./run key create --user admin` prints another.';

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
// page makes one for each key.
export function createFetcher({ key, onRefused, onConnection }) {
  const ending = new AbortController();

  async function fetcher(operation, options) {
    let headers;
    try {
      headers = new Headers(options?.headers);
    } catch (error) {
      return failure(`Request not sent. ${error.message}`);
    }
    const usesBar = !headers.has('Authorization');
    if (usesBar && !key) return failure(KEYLESS, 'UNAUTHORIZED');
    if (usesBar) headers.set('Authorization', `Bearer ${key}`);

    if (isSubscription(operation)) {
      const authorization = headers.get('Authorization');
      return subscription(operation, { authorization, onConnection, signal: ending.signal });
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
