// Asks the same twice with Apollo Client and its persisted queries, in two clients one after the
// other, and prints what each was told and what it sent, as JSON.
// node persisted.mjs URL KEY DOCUMENT
import { createHash } from 'node:crypto';
import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';

const [url, key, document] = process.argv.slice(2);
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

async function ask(useGETForHashedQueries) {
  const sent = [];
  const watched = async (address, options) => {
    const answer = await fetch(address, options);
    const asked = new URL(address);
    const body = options.body ? JSON.parse(options.body) : {};
    sent.push({
      method: options.method,
      hasDocument: Boolean(body.query || asked.searchParams.get('query')),
      status: answer.status,
      cache: answer.headers.get('cache-control'),
    });
    return answer;
  };
  const http = new HttpLink({
    uri: url,
    fetch: watched,
    headers: { Authorization: `Bearer ${key}` },
  });
  const link = new PersistedQueryLink({ sha256, useGETForHashedQueries }).concat(http);
  const client = new ApolloClient({ cache: new InMemoryCache(), link });
  const { data } = await client.query({ query: gql(document), fetchPolicy: 'network-only' });
  return { data, sent };
}

console.log(JSON.stringify([await ask(true), await ask(true), await ask(false)]));
