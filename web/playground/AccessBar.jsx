import { KeyForm } from './KeyForm.jsx';
import { LoginStatus } from './LoginStatus.jsx';

const CONNECTION = {
  opening: 'subscription: connecting',
  open: 'subscription: running',
  lost: 'subscription: connection lost, reconnecting',
};

export function AccessBar({ connection, ...rest }) {
  const Row = rest.access.by === 'key' ? KeyForm : LoginStatus;
  return (
    <header className="access">
      <Row {...rest}>
        <p id="access-connection" data-connection={connection ?? 'none'} role="status">
          {CONNECTION[connection]}
        </p>
      </Row>
    </header>
  );
}
