"""Connections inside TLS, handed on as plain sockets.

What goes through a proxy may speak TLS itself, or no HTTP at all. Whoever uses such a
connection wants a socket; so one end of a pair of sockets is theirs, and what goes in there
comes out of the TLS connection. Both ends live as long as both are open, and need no task.
"""

import asyncio
import socket
import ssl
from typing import cast


async def secured(connection: socket.socket, host: str) -> socket.socket:
    """Return a socket for what goes through TLS on `connection`, which is taken over.

    `host` must prove who it is. Raises `OSError`, of which `ssl.SSLError` is one.
    """
    loop = asyncio.get_running_loop()
    near, far = _End(is_patient=True), _End(is_patient=False)
    near.other, far.other = far, near
    try:
        context = ssl.create_default_context()
        await loop.create_connection(
            lambda: far, sock=connection, ssl=context, server_hostname=host
        )
    except BaseException:
        connection.close()
        raise
    ours, theirs = socket.socketpair()
    try:
        ours.setblocking(False)
        await loop.create_unix_connection(lambda: near, sock=theirs)
    except BaseException:
        ours.close()
        theirs.close()
        far.end()
        raise
    return ours


class _End(asyncio.Protocol):
    """One end: what comes here goes to the other, no faster than that takes it."""

    other: "_End"

    def __init__(self, *, is_patient: bool) -> None:
        # Who has gone does not wait for what it said to arrive, nor for a farewell by TLS.
        self._is_patient = is_patient
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        if not self.other.resume():
            self.pause()  # until there is another end

    def data_received(self, data: bytes) -> None:
        self.other.write(data)

    def pause_writing(self) -> None:
        self.other.pause()

    def resume_writing(self) -> None:
        self.other.resume()

    def connection_lost(self, _: Exception | None) -> None:
        self._transport = None
        self.other.end()

    def write(self, data: bytes) -> None:
        """Send what came at the other end."""
        if self._transport is not None:
            self._transport.write(data)

    def pause(self) -> None:
        """Read no more for now."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume(self) -> bool:
        """Read on; return whether there is somebody to read from."""
        if self._transport is None:
            return False
        if not self._transport.is_closing():
            self._transport.resume_reading()
        return True

    def end(self) -> None:
        """Close; a patient one when what was written has gone."""
        if self._transport is None:
            return
        if self._is_patient:
            self._transport.close()
        else:
            self._transport.abort()
