"""An HTTP server that says exactly what it is told, right or wrong, and hears everything."""

import asyncio
import ssl
from dataclasses import dataclass
from typing import Any

from tests.fakes.door import Door


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


class Wire(Door):
    """Gives the answers in their order, one to each connection, on 127.0.0.1."""

    def __init__(self, *answers: Said, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(tls=tls)
        self.answers = list(answers)
        self.heard: list[Heard] = []

    @property
    def url(self) -> str:
        return f"{'http' if self._tls is None else 'https'}://127.0.0.1:{self.port}"

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.heard.append(_read(head, writer.get_extra_info("peercert")))
        said = self.answers.pop(0)
        writer.write(said.content)
        await writer.drain()
        if said.holds:
            await reader.read()  # until the other side has gone


def _read(head: bytes, certificate: Any) -> Heard:
    first, *lines = head.decode().split("\r\n")
    pairs = (line.split(": ", 1) for line in lines if line)
    headers = {name.lower(): value for name, value in pairs}
    shown = certificate["subject"][0][0][1] if certificate else None
    return Heard(first.split(" ")[1], headers, shown)
