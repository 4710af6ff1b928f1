"""The body of an answer, taken past the HTTP library: from the socket into the file.

aiohttp reads the head of an exchange. For the rest of a long body, its connection is given
another protocol that reads into one buffer and writes from there. When all has come that was
announced, the connection gets a fresh handler and goes back to be used again.
"""

import asyncio
from collections.abc import Callable

from aiohttp import ClientResponse
from aiohttp.client_proto import ResponseHandler

from services.engines.rates import LONGEST_PAUSE, Rate, portion, take

BUFFER = 1 << 20  # bytes; one for all connections of the loop: it is empty between two reads

Sink = Callable[[memoryview], bool]  # takes what came; whether it wants more


class BrokenOff(Exception):
    """The connection ended before the body did; the message says how."""


class Body(asyncio.BufferedProtocol):
    """Gives what comes to `sink`, at the speed that `rates` allow."""

    def __init__(
        self,
        *,
        transport: asyncio.Transport,
        sink: Sink,
        buffer: memoryview,
        rates: tuple[Rate, ...],
        expected: int,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport = transport
        self._sink = sink
        self._buffer = buffer
        self._rates = rates
        self._left = expected  # bytes until the end of the body
        self._resuming: asyncio.TimerHandle | None = None
        self.done: asyncio.Future[None] = self._loop.create_future()
        self.is_paused = False
        self._is_clean = True

    @property
    def is_reusable(self) -> bool:
        """Whether the body ended where it should, on a connection that still stands."""
        return self._left == 0 and self._is_clean and not self._transport.is_closing()

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._buffer[: portion(self._rates, BUFFER)]

    def buffer_updated(self, nbytes: int) -> None:
        if self.done.done():
            return
        self._is_clean = nbytes <= self._left  # what is more than was announced is not ours
        self._take(self._buffer[: min(nbytes, self._left)])

    def start(self, first: bytes) -> None:
        """Take what had been read before, then go on reading."""
        self._is_clean = len(first) <= self._left
        self._take(memoryview(first)[: self._left])
        if not self.done.done() and not self.is_paused:
            self._transport.resume_reading()

    def fail(self, error: Exception) -> None:
        """End with `error`."""
        if not self.done.done():
            self.done.set_exception(error)

    def eof_received(self) -> bool | None:
        self.fail(BrokenOff("the connection ended"))
        return None

    def connection_lost(self, exc: Exception | None) -> None:
        self.fail(BrokenOff(str(exc) if exc else "the connection ended"))

    def leave(self) -> None:
        """Stop whatever still waits."""
        if self._resuming is not None:
            self._resuming.cancel()

    def _take(self, data: memoryview) -> None:
        self._left -= len(data)
        try:
            wants_more = self._sink(data)
        except Exception as error:  # noqa: BLE001 - whoever waits for the body gets it
            self._transport.pause_reading()
            self.fail(error)
            return
        pause = take(self._rates, len(data), self._loop.time())
        if self._left == 0 or not wants_more:
            self._transport.pause_reading()
            self.done.set_result(None)
        elif pause:
            self._transport.pause_reading()
            self.is_paused = True
            self._wait(pause)

    def _wait(self, pause: float) -> None:
        """Go on after `pause` seconds, or sooner if the limit is raised meanwhile."""
        self._resuming = self._loop.call_later(min(pause, LONGEST_PAUSE), self._resume)

    def _resume(self) -> None:
        if pause := take(self._rates, 0, self._loop.time()):
            self._wait(pause)
            return
        self.is_paused = False
        if not self.done.done() and not self._transport.is_closing():
            self._transport.resume_reading()


def can_be_taken(response: ClientResponse) -> bool:
    """Whether more of the body is to come, over a connection that can be taken over."""
    connection = response.connection
    return (
        not response.content.is_eof()
        and connection is not None
        and connection.transport is not None
        and not connection.transport.is_closing()
    )


async def pour(
    response: ClientResponse,
    sink: Sink,
    *,
    buffer: memoryview,
    rates: tuple[Rate, ...],
    expected: int,
    began: Callable[[Body], None],
) -> None:
    """Give `sink` the body of `response`, `expected` bytes, until it wants no more.

    `can_be_taken(response)` must hold. `began` is told what can be made to `fail`. Raises
    `BrokenOff`, and whatever `sink` raises.
    """
    connection = response.connection
    handler = connection.protocol if connection is not None else None
    transport = connection.transport if connection is not None else None
    if connection is None or handler is None or transport is None:
        message = "the connection ended"
        raise BrokenOff(message)
    first = bytearray()
    while chunk := response.content.read_nowait():  # each may let the parser go on
        first += chunk
    transport.pause_reading()
    body = Body(transport=transport, sink=sink, buffer=buffer, rates=rates, expected=expected)
    began(body)
    transport.set_protocol(body)
    handler._drop_timeout()  # noqa: SLF001 - its clock would close what is no longer its own
    reusable = False
    try:
        body.start(bytes(first))
        await body.done
        reusable = body.is_reusable
    finally:
        body.leave()
        _give_back(response, handler, transport, reusable=reusable)


def _give_back(
    response: ClientResponse,
    handler: ResponseHandler,
    transport: asyncio.Transport,
    *,
    reusable: bool,
) -> None:
    """Return the connection to the pool with a fresh handler, or end it.

    The old handler is told that it has lost the connection: the session waits for that when
    it is closed.
    """
    connection = response.connection
    if connection is None:
        return
    connector, key = connection._connector, connection._key  # noqa: SLF001
    is_kept = reusable and not handler._should_close and not connector.closed  # noqa: SLF001
    connection._protocol = None  # noqa: SLF001 - it is no longer what is given back
    connector._release_acquired(key, handler)  # noqa: SLF001
    handler._parser = None  # noqa: SLF001
    handler.transport = None
    handler.connection_lost(None)
    if is_kept:
        fresh = ResponseHandler(asyncio.get_running_loop())
        transport.set_protocol(fresh)
        fresh.connection_made(transport)
        transport.resume_reading()
        connector._release(key, fresh)  # noqa: SLF001
    else:
        transport.abort()
    response.close()
