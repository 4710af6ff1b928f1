import { isUnauthorized, post } from './http.js';

const SLOT = 'argosy.accessKey';

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

export async function checkKey(key) {
  const headers = new Headers();
  try {
    headers.set('Authorization', `Bearer ${key}`);
  } catch {
    return { state: 'refused' }; // No key has characters a header cannot carry.
  }
  try {
    const answer = await post({ query: '{ viewer { name role } }' }, headers);
    if (isUnauthorized(answer)) return { state: 'refused' };
    const viewer = answer.result.data?.viewer;
    if (viewer) return { state: 'connected', viewer };
    return { state: 'failed', reason: answer.result.errors?.[0]?.message };
  } catch {
    return { state: 'failed', reason: 'The server does not answer.' };
  }
}
