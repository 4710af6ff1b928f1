import { isUnauthorized, post } from './http.js';

const SLOT = 'argosy.accessKey';
const SILENT = 'The server does not answer.';

// sessionStorage can be blocked by the browser; the key then lives as long as
// the page does.
function quietly(action) {
  try {
    return action(window.sessionStorage);
  } catch {
    return null;
  }
}

export const loadKey = () => quietly((store) => store.getItem(SLOT)) ?? '';
export const keepKey = (key) => quietly((store) => store.setItem(SLOT, key));
export const dropKey = () => quietly((store) => store.removeItem(SLOT));

async function ask(headers) {
  try {
    const answer = await post({ query: '{ viewer { name role } }' }, headers);
    if (isUnauthorized(answer)) return { state: 'refused' };
    const viewer = answer.result.data?.viewer;
    if (viewer) return { state: 'connected', viewer };
    return { state: 'failed', reason: answer.result.errors?.[0]?.message };
  } catch {
    return { state: 'failed', reason: SILENT };
  }
}

export async function checkKey(key) {
  const headers = new Headers();
  try {
    headers.set('Authorization', `Bearer ${key}`);
  } catch {
    return { state: 'refused' }; // No key has characters a header cannot carry.
  }
  return ask(headers);
}

// The browser sends the cookie of the login by itself; no script can read it.
export const checkLogin = () => ask(new Headers());

// Returns what went wrong, if something did.
export async function signOut() {
  try {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch('/api/logout', { method: 'POST', headers, body: '{}' });
    return response.ok ? null : `The server answered ${response.status}: you are not signed out.`;
  } catch {
    return SILENT;
  }
}
