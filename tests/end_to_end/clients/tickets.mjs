// Asks who it is, twice, on a socket of its own each time, and prints both answers.
// node tickets.mjs URL KEY
import WebSocket from 'ws';
import { connectWithTickets } from './examples/tickets.mjs';

const [url, key] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${key}` };
const client = connectWithTickets(url, headers, { webSocketImpl: WebSocket });

for (let times = 0; times < 2; times += 1) {
  const query = '{ viewer { name scopes } }';
  for await (const result of client.iterate({ query })) console.log(JSON.stringify(result.data));
  client.terminate(); // not lazy enough: the socket would wait for more
}
await client.dispose();
