// Runs one operation with graphql-ws, and prints what happens as one JSON object a line.
// node graphql_ws.mjs URL KEY QUERY VARIABLES
import { setTimeout } from 'node:timers/promises';
import { CloseCode, createClient } from 'graphql-ws';
import WebSocket from 'ws';

const [url, key, query, variables] = process.argv.slice(2);
const say = (what) => console.log(JSON.stringify(what));

const client = createClient({
  url,
  webSocketImpl: WebSocket,
  connectionParams: { Authorization: `Bearer ${key}` },
  retryAttempts: 100,
  retryWait: () => setTimeout(100),
  // By default neither a refused connection is tried again, nor is a refused key given up.
  shouldRetry: (event) => event.code !== CloseCode.Forbidden,
  on: {
    connected: () => say({ connected: true }),
    closed: (event) => say({ closed: event.code }),
  },
});

try {
  for await (const result of client.iterate({ query, variables: JSON.parse(variables) })) {
    say({ result });
  }
  say({ completed: true });
} catch (reason) {
  say({ failed: reason.code ?? reason });
  process.exitCode = 1;
} finally {
  await client.dispose();
}
