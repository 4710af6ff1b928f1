"""An HTTP server that says exactly what it is told, right or wrong, and hears everything."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Said:
    """What is said to one request. `holds` keeps the connection open behind it."""

    content: bytes
    holds: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """One request; the names of the headers are in small letters.

    `shown` is the name in the certificate that the client showed, if it showed one.
    """

    target: str
    headers: dict[str, str]
    shown: str | None = None


def answer(
    status: str, *headers: str, body: bytes = b"", cut: int | None = None, holds: bool = False
) -> Said:
    """Return an answer such as `answer("200 OK", "ETag: x", body=b"…")`.

    It has a Content-Length, unless one is given or the body is chunked. With `cut`, only
    so many bytes of the body are said.
    """
    lines = [f"HTTP/1.1 {status}", "Connection: close", *headers]
    if not any(line.lower().startswith(("content-length", "transfer-enc")) for line in headers):
        lines.append(f"Content-Length: {len(body)}")
    head = "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")
    return Said(head + body[:cut], holds)


def chunked(*chunks: bytes) -> bytes:
    """Return these chunks, and the last one, in chunked coding."""
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in (*chunks, b""))


class Wire:
    """Gives the answers in their order, one to each connection, on 127.0.0.1."""

    port: int  # from the start of the `async with` block on

    def __init__(self, *answers: Said, tls: ssl.SSLContext | None = None) -> None:
        self.answers = list(answers)
        self.heard: list[Heard] = []
        self._tls = tls
        self._talks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"{'http' if self._tls is None else 'https'}://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await self._server.wait_closed()

    def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.create_task(self._talk(reader, writer))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.heard.append(_read(head, writer.get_extra_info("peercert")))
            said = self.answers.pop(0)
            writer.write(said.content)
            await writer.drain()
            if said.holds:
                await reader.read()  # until the other side has gone
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the other side has gone
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


def _read(head: bytes, certificate: Any) -> Heard:
    first, *lines = head.decode().split("\r\n")
    pairs = (line.split(": ", 1) for line in lines if line)
    headers = {name.lower(): value for name, value in pairs}
    shown = certificate["subject"][0][0][1] if certificate else None
    return Heard(first.split(" ")[1], headers, shown)
