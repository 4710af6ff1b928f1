// Does with one of the examples what each line on the standard input asks for, until it ends,
// and prints what comes, one JSON object a line.
// node drive.mjs CLIENT URL KEY, where CLIENT is as apollo-sse, urql-ws or graphql-ws
import { createInterface } from 'node:readline';
import * as apollo from './examples/apollo.mjs';
import * as graphqlSse from './examples/graphql_sse.mjs';
import * as graphqlWs from './examples/graphql_ws.mjs';
import * as urql from './examples/urql.mjs';

const RETRY_MILLISECONDS = 100;
const [name, url, key] = process.argv.slice(2);
const [kind, transport] = name.split('-');
const say = (what) => console.log(JSON.stringify(what));

const { ask, follow } = graphqlWs; // those of graphql-sse are called the same way
const used = { apollo, urql, graphql: { query: ask, mutate: ask, follow } }[kind];
const transports = { ws: graphqlWs, sse: graphqlSse };
const events = transports[transport].connect(url, key, RETRY_MILLISECONDS);
const client = kind === 'graphql' ? events : used.connect(url, key, events);

for await (const line of createInterface(process.stdin)) {
  const { verb, document, variables } = JSON.parse(line);
  if (verb === 'follow') used.follow(client, document, variables, ({ data }) => say({ data }));
  else say({ answer: (await used[verb](client, document, variables)).data });
}
process.exit();
