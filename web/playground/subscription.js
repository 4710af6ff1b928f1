import { CloseCode, createClient } from 'graphql-ws';

const FINAL = new Set([
  CloseCode.BadRequest,
  CloseCode.Unauthorized,
  CloseCode.Forbidden,
  CloseCode.SubprotocolNotAcceptable,
  CloseCode.SubscriberAlreadyExists,
]);

function pause(attempt) {
  const limit = Math.min(500 * 2 ** attempt, 15_000);
  const wait = limit * (0.75 + Math.random() * 0.5);
  return new Promise((resolve) => setTimeout(resolve, wait));
}

function socketUrl() {
  const url = new URL('/graphql', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

function asErrors(reason) {
  if (Array.isArray(reason)) return reason;
  if (reason?.code) {
    const text = reason.reason || 'no reason given';
    const message = `The server closed the connection: ${reason.code} ${text}`;
    return [{ message, extensions: { closeCode: reason.code } }];
  }
  return [{ message: reason?.message ?? 'The connection failed.' }];
}

const REFUSED = new Set([CloseCode.Unauthorized, CloseCode.Forbidden]);

// One client, and so one socket, for each run: the header editor can give every
// run another key, and a socket keeps the key it was opened with.
export function subscription(operation, { authorization, onConnection, onRefused, signal }) {
  return {
    subscribe(observer) {
      let open = true;
      const client = createClient({
        url: socketUrl,
        connectionParams: authorization ? { Authorization: authorization } : {},
        retryAttempts: Infinity,
        retryWait: pause,
        // A refused connection arrives as an error without a code; by default
        // graphql-ws gives up then, so a server restart would end it.
        shouldRetry: (event) => !FINAL.has(event?.code),
        on: {
          connecting: (again) => open && onConnection(again ? 'lost' : 'opening'),
          connected: () => open && onConnection('open'),
          closed: () => open && onConnection('lost'),
        },
      });
      const finish = () => {
        if (!open) return;
        open = false;
        onConnection(null);
        observer.complete();
      };
      const stop = client.subscribe(operation, {
        next: (result) => open && observer.next(result),
        error: (reason) => {
          if (open) observer.next({ errors: asErrors(reason) });
          finish();
          if (REFUSED.has(reason?.code)) onRefused();
        },
        complete: finish,
      });
      const end = () => {
        stop();
        finish();
      };
      signal.addEventListener('abort', end, { once: true });
      return { unsubscribe: end };
    },
  };
}
