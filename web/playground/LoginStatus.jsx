const STATUS = {
  checking: 'looking who you are',
  refused: 'not signed in',
  failed: 'no answer',
};

// Access by the login of this browser.
export function LoginStatus({ access, onSignIn, onSignOut, onRetry, onUseKey, children }) {
  const { state, viewer, reason } = access;
  return (
    <>
      <div className="access-row">
        <h1>Argosy playground</h1>
        <p id="access-status" data-state={state} role="status">
          {state === 'connected' ? (
            <span title={`Role: ${viewer.role}`}>
              signed in as <strong>{viewer.name}</strong>
            </span>
          ) : (
            STATUS[state]
          )}
        </p>
        {children}
        <span className="access-space" />
        {state === 'connected' && (
          <button id="sign-out" type="button" onClick={onSignOut}>
            Sign out
          </button>
        )}
        {state === 'refused' && (
          <button id="sign-in" type="button" onClick={onSignIn}>
            Sign in
          </button>
        )}
        {state === 'failed' && (
          <button id="retry" type="button" onClick={onRetry}>
            Try again
          </button>
        )}
        <button id="use-key" className="link" type="button" onClick={onUseKey}>
          Use a key
        </button>
      </div>
      {reason && (
        <p className="access-help" role="alert">
          {reason}
        </p>
      )}
    </>
  );
}
