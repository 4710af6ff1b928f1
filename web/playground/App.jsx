import { useEffect, useMemo, useRef, useState } from 'react';
import { GraphiQL } from 'graphiql';
import { AccessBar } from './AccessBar.jsx';
import { checkKey, dropKey, keepKey, loadKey } from './access.js';
import { ClearSchemaError } from './ClearSchemaError.jsx';
import { createFetcher } from './fetcher.js';
import { storage } from './storage.js';
import { defaultTabs } from './tabs.js';

const storedKey = loadKey();

export function App() {
  const [access, setAccess] = useState({ state: storedKey ? 'checking' : 'none' });
  const [connection, setConnection] = useState(null);
  const lastCheck = useRef(0);

  async function check(key) {
    const number = ++lastCheck.current;
    setAccess({ state: 'checking' });
    const answer = await checkKey(key);
    if (number !== lastCheck.current) return;
    if (answer.state === 'connected') keepKey(key);
    if (answer.state === 'refused') dropKey();
    setAccess({ ...answer, key });
  }

  function forget() {
    lastCheck.current += 1;
    dropKey();
    setAccess({ state: 'none' });
  }

  useEffect(() => {
    if (storedKey) check(storedKey);
  }, []);

  const key = access.state === 'connected' ? access.key : null;
  const fetcher = useMemo(
    () =>
      createFetcher({
        key,
        onRefused: () => check(key),
        onConnection: setConnection,
      }),
    [key],
  );
  useEffect(() => () => fetcher.stop(), [fetcher]);

  // Waiting for the first check spares a page with a stored key from asking for
  // the schema without it.
  const [started, setStarted] = useState(!storedKey);
  if (!started && access.state !== 'checking') setStarted(true);

  return (
    <>
      <AccessBar
        access={access}
        connection={connection}
        initialKey={storedKey}
        onSave={check}
        onForget={forget}
      />
      <main>
        {started && (
          <GraphiQL
            fetcher={fetcher}
            storage={storage}
            defaultTabs={defaultTabs}
            defaultEditorToolsVisibility
            shouldPersistHeaders={false}
            inputValueDeprecation
            schemaDescription
          >
            <GraphiQL.Logo>
              <></>
            </GraphiQL.Logo>
            <ClearSchemaError />
          </GraphiQL>
        )}
      </main>
    </>
  );
}
