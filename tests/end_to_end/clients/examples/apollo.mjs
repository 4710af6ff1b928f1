import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';

// `events` is what `connect` of graphql_ws.mjs or of graphql_sse.mjs gives.
export function connect(url, key, events) {
  return new ApolloClient({
    cache: new InMemoryCache({ possibleTypes: { Node: ['Task', 'File'] } }),
    link: ApolloLink.split(
      ({ operationType }) => operationType === 'subscription',
      new GraphQLWsLink(events),
      new HttpLink({ uri: url, headers: { Authorization: `Bearer ${key}` } }),
    ),
  });
}

export function query(client, query, variables) {
  return client.query({ query: gql(query), variables, fetchPolicy: 'network-only' });
}

export function mutate(client, mutation, variables) {
  return client.mutate({ mutation: gql(mutation), variables });
}

export function follow(client, query, variables, next) {
  return client.subscribe({ query: gql(query), variables }).subscribe({ next });
}
