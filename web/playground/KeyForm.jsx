import { useState } from 'react';

const STATUS = {
  none: 'no key yet',
  checking: 'checking the key',
  refused: 'key refused',
  failed: 'key not checked',
};

// Access by a key that is pasted here.
export function KeyForm({ access, onSave, onForget, onLeave, children }) {
  const [draft, setDraft] = useState(access.key ?? '');
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
    <>
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
        {children}
        {!connected && (
          <button id="leave-key" className="link" type="button" onClick={onLeave}>
            Use my login
          </button>
        )}
      </form>
      <KeyHelp state={state} reason={reason} />
    </>
  );
}

function KeyHelp({ state, reason }) {
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
        ? 'Programs use an access key, and so can you.'
        : 'The server does not know this key, or it was withdrawn.'}{' '}
      <code>./run key create --user admin</code> prints one. It is kept in this tab only.
    </p>
  );
}
