import { useState } from 'react';

const STATUS = {
  none: 'no key yet',
  checking: 'checking the key',
  refused: 'key refused',
  failed: 'key not checked',
};

const CONNECTION = {
  opening: 'subscription: connecting',
  open: 'subscription: running',
  lost: 'subscription: connection lost, reconnecting',
};

export function AccessBar({ access, connection, initialKey, onSave, onForget }) {
  const [draft, setDraft] = useState(initialKey);
  const { state, viewer, reason } = access;
  const connected = state === 'connected';

  function submit(event) {
    event.preventDefault();
    const key = draft.trim();
    if (key && !connected && state !== 'checking') onSave(key);
  }

  function forget(event) {
    event.preventDefault(); // The button is a submit button again by then.
    setDraft('');
    onForget();
  }

  return (
    <header className="access">
      <form className="access-row" onSubmit={submit}>
        <h1>Argosy playground</h1>
        <label htmlFor="access-key">Access key</label>
        <input
          id="access-key"
          type="password"
          autoComplete="off"
          spellCheck={false}
          required
          readOnly={connected}
          value={draft}
          aria-invalid={state === 'refused'}
          aria-describedby="access-status"
          onChange={(event) => setDraft(event.target.value)}
        />
        {/* One element for both, so that it keeps the keyboard focus. */}
        <button
          id="access-button"
          type={connected ? 'button' : 'submit'}
          onClick={connected ? forget : undefined}
        >
          {connected ? 'Forget' : 'Save'}
        </button>
        <p id="access-status" data-state={state} role="status">
          {connected ? (
            <span title={`Role: ${viewer.role}`}>
              connected as <strong>{viewer.name}</strong>
            </span>
          ) : (
            STATUS[state]
          )}
        </p>
        <p id="access-connection" data-connection={connection ?? 'none'} role="status">
          {CONNECTION[connection]}
        </p>
      </form>
      <AccessHelp state={state} reason={reason} />
    </header>
  );
}

function AccessHelp({ state, reason }) {
  if (state === 'failed') {
    return (
      <p className="access-help">
        {reason ?? 'The server did not say whose key this is.'} Save tries again.
      </p>
    );
  }
  if (state !== 'none' && state !== 'refused') return null;
  return (
    <p className="access-help">
      {state === 'none'
        ? 'This server answers only with an access key.'
        : 'The server does not know this key, or it was withdrawn.'}{' '}
      The first start of the server printed one; <code>./run key create --user admin</code>{' '}
      prints another. The key is kept in this tab only.
    </p>
  );
}
