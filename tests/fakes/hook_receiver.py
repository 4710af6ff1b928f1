"""A receiver of webhooks on loopback: it takes what it is sent, or behaves as badly as it is told.

It speaks HTTP by hand, so that it can lie, hang and break off.
"""

import asyncio
import json
import ssl
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

Reaction = Callable[[asyncio.StreamWriter], Awaitable[None]]

PATIENCE_SECONDS = 30  # only ends a test that would wait for ever


@dataclass(frozen=True)
class Told:
    """A request that came. The names of its headers are in lower case."""

    path: str
    headers: dict[str, str]
    body: str

    @property
    def content(self) -> Any:
        return json.loads(self.body)

    @property
    def event(self) -> str:
        return str(self.content["event"])


def answer(status: int, body: bytes = b"", **headers: str) -> Reaction:
    """Return how to answer with a status; `Retry_After=` is the header of that name."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = {"Content-Length": str(len(body)), "Connection": "close", **named}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())

    async def react(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode() + body)
        await writer.drain()

    return react


def raw(content: bytes) -> Reaction:
    """Return how to send these bytes and close."""

    async def react(writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        await writer.drain()

    return react


async def reset(writer: asyncio.StreamWriter) -> None:
    """Break off without a word."""
    writer.transport.abort()


async def without_end(writer: asyncio.StreamWriter) -> None:
    """Take it, and talk until nobody listens."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
    with suppress(ConnectionError):
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()


class Receiver:
    """The receiver. Use it in an `async with` block."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.told: list[Told] = []
        self.answers: deque[Reaction] = deque()  # one for each request, then what is usual
        self.usual: Reaction = answer(200, b"taken")
        self.gates: dict[str, asyncio.Event] = {}  # of a path: nothing is answered before
        self.present = 0
        self.most_at_once = 0
        self._tls = tls
        self._talks: set[asyncio.Task[None]] = set()

    def url(self, path: str = "/hook") -> str:
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}{path}"

    async def heard(self, count: int) -> list[Told]:
        """Wait until so many requests have come; return them."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.told) < count:
                await asyncio.sleep(0.002)
        return self.told[:]

    async def hang(self, _writer: asyncio.StreamWriter) -> None:
        """Say nothing until the test is over."""
        await asyncio.Event().wait()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        task.add_done_callback(self._talks.discard)
        try:
            await self._take(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        headers = {n.strip().lower(): v.strip() for n, _, v in (x.partition(":") for x in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        path = first.split(" ")[1]
        react = self.answers.popleft() if self.answers else self.usual
        self.present += 1
        self.most_at_once = max(self.most_at_once, self.present)
        self.told.append(Told(path, headers, body.decode()))
        try:
            if gate := self.gates.get(path):
                await gate.wait()
            await react(writer)
        finally:
            self.present -= 1
