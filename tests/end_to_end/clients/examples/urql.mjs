import { Client, fetchExchange, subscriptionExchange } from '@urql/core';

// `events` is what `connect` of graphql_ws.mjs or of graphql_sse.mjs gives.
export function connect(url, key, events) {
  const forwardSubscription = ({ query, variables }) => ({
    subscribe: (sink) => ({ unsubscribe: events.subscribe({ query, variables }, sink) }),
  });
  return new Client({
    url,
    fetchOptions: { headers: { Authorization: `Bearer ${key}` } },
    preferGetMethod: false,
    exchanges: [fetchExchange, subscriptionExchange({ forwardSubscription })],
  });
}

export function query(client, query, variables) {
  return client.query(query, variables).toPromise();
}

export function mutate(client, mutation, variables) {
  return client.mutation(mutation, variables).toPromise();
}

export function follow(client, query, variables, next) {
  return client.subscription(query, variables).subscribe(next);
}
