import { CloseCode, createClient } from 'graphql-ws';

// A page that holds no key: it asks for a ticket each time it connects. `headers` are what your
// own server, or your own login, lets the page ask with.
export function connectWithTickets(url, headers = {}, more = {}) {
  const connectionParams = async () => {
    const answer = await fetch(new URL('/api/ws-ticket', url), { method: 'POST', headers });
    if (!answer.ok) throw new Error(`no ticket: ${answer.status}`);
    const { ticket } = await answer.json();
    return { ticket };
  };
  return createClient({
    url: url.replace(/^http/, 'ws'),
    connectionParams,
    shouldRetry: (event) => event.code !== CloseCode.Forbidden,
    ...more,
  });
}
