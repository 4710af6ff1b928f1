// Lists tasks with Apollo Client, changes one of them, and prints each state of the list, one JSON
// array a line. The list is asked for once: what it shows later comes from the cache alone.
// node apollo_cache.mjs URL KEY DOCUMENT MUTATION VARIABLES
import { gql } from '@apollo/client';
import { connect, mutate } from './examples/apollo.mjs';

const [url, key, list, mutation, variables] = process.argv.slice(2);
const client = connect(url, key, null);
const watched = client.watchQuery({
  query: gql(list),
  fetchPolicy: 'cache-first',
  nextFetchPolicy: 'cache-only',
});

let count = 0;
watched.subscribe(async ({ data, loading }) => {
  if (loading) return;
  console.log(JSON.stringify(data));
  count += 1;
  if (count === 1) await mutate(client, mutation, JSON.parse(variables));
  if (count === 2) process.exit();
});
