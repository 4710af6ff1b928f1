"""A server that lets in whoever shows the right certificate, and tells others so in TLS."""

import socket
import ssl
import threading
from types import TracebackType
from typing import Self


class StrictTls:
    """Ends every handshake that `context` does not like with an alert; use it in a `with` block.

    It is no asyncio server: those close the connection before the alert has gone out.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self.refused: list[str] = []  # the reasons
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes who waits in `accept`
        self._thread.join(10)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._context.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            ) as secure:
                try:
                    secure.do_handshake()
                except ssl.SSLError as error:
                    self.refused.append(str(error.reason))
                    # What is left unread when it is closed would overtake the alert.
                    while socket.socket.recv(secure, 65536):
                        pass
