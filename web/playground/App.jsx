import { useEffect, useMemo, useState } from 'react';
import { GraphiQL } from 'graphiql';
import { AccessBar } from './AccessBar.jsx';
import { ClearSchemaError } from './ClearSchemaError.jsx';
import { createFetcher } from './fetcher.js';
import { storage } from './storage.js';
import { defaultTabs } from './tabs.js';
import { useAccess } from './useAccess.js';

export function App() {
  const { access, ...actions } = useAccess();
  const [connection, setConnection] = useState(null);

  const isIn = access.state === 'connected';
  const key = isIn && access.by === 'key' ? access.key : null;
  const who = isIn ? access.viewer.name : null;
  const fetcher = useMemo(
    () =>
      createFetcher({
        isIn,
        key,
        by: access.by,
        onRefused: actions.onRefused,
        onConnection: setConnection,
      }),
    [isIn, key, who, access.by],
  );
  useEffect(() => () => fetcher.stop(), [fetcher]);

  // Waiting for the first check spares the page from asking for the schema
  // before it is known with what.
  const [started, setStarted] = useState(false);
  if (!started && access.state !== 'checking') setStarted(true);

  return (
    <>
      <AccessBar access={access} connection={connection} {...actions} />
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
