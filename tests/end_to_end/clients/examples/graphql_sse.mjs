import { setTimeout } from 'node:timers/promises';
import { createClient } from 'graphql-sse';
import { resuming } from './resuming.mjs';

export function connect(url, key, pause = 1000) {
  const client = createClient({
    url,
    headers: { Authorization: `Bearer ${key}` },
    retryAttempts: Infinity,
    retry: () => setTimeout(pause),
  });
  return resuming(client);
}
