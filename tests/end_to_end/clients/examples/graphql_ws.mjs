import { setTimeout } from 'node:timers/promises';
import { CloseCode, createClient } from 'graphql-ws';
import WebSocket from 'ws'; // browsers, and Node from 22 on, have one of their own
import { resuming } from './resuming.mjs';

export function connect(url, key, pause = 1000) {
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: `Bearer ${key}` },
    retryAttempts: Infinity,
    retryWait: () => setTimeout(pause),
    // By default neither a refused connection is tried again, nor is a refused key given up.
    shouldRetry: (event) => event.code !== CloseCode.Forbidden,
  });
  return resuming(client);
}

export async function ask(client, query, variables) {
  for await (const result of client.iterate({ query, variables })) return result;
}

export function follow(client, query, variables, next) {
  return client.subscribe({ query, variables }, { next, error: console.error, complete() {} });
}
