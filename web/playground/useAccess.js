import { useEffect, useRef, useState } from 'react';
import { checkKey, checkLogin, dropKey, keepKey, loadKey, signOut } from './access.js';

const PAGE = '/graphql';
const wantsKey = new URLSearchParams(window.location.search).get('with') === 'key';
const storedKey = loadKey();

function begin() {
  if (storedKey) return { by: 'key', state: 'checking', key: storedKey };
  return wantsKey ? { by: 'key', state: 'none' } : { by: 'login', state: 'checking' };
}

// Who uses the page, and by what: the login of this browser, or a key.
export function useAccess() {
  const [access, setAccess] = useState(begin);
  const lastCheck = useRef(0);

  // Shows what a check found, unless another one has begun since.
  async function settle(first, checking) {
    const number = ++lastCheck.current;
    setAccess(first);
    const answer = await checking();
    if (number === lastCheck.current) setAccess({ ...first, ...answer });
  }

  function takeKey(key) {
    return settle({ by: 'key', state: 'checking', key }, async () => {
      const answer = await checkKey(key);
      if (answer.state === 'connected') keepKey(key);
      if (answer.state === 'refused') dropKey();
      return answer;
    });
  }

  const takeLogin = () => settle({ by: 'login', state: 'checking' }, checkLogin);

  function askForKey() {
    lastCheck.current += 1;
    dropKey();
    setAccess({ by: 'key', state: 'none' });
  }

  async function leave() {
    const reason = await signOut();
    if (reason) setAccess((now) => ({ ...now, reason }));
    else window.location.assign('/login');
  }

  const signIn = () => window.location.assign(`/login?next=${encodeURIComponent(PAGE)}`);

  useEffect(() => {
    if (access.state !== 'checking') return;
    if (access.by === 'key') takeKey(access.key);
    else takeLogin();
  }, []);

  return {
    access,
    onSave: takeKey,
    onForget: askForKey,
    onUseKey: askForKey,
    onLeave: wantsKey ? signIn : takeLogin,
    onSignIn: signIn,
    onSignOut: leave,
    onRetry: takeLogin,
    onRefused: () => (access.by === 'key' ? takeKey(access.key) : takeLogin()),
  };
}
