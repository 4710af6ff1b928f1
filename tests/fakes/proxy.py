"""Proxies on 127.0.0.1 that write down what they were asked for, and lead there."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address

from tests.fakes.door import Door


@dataclass(frozen=True, slots=True)
class Asked:
    """To where a proxy was asked to lead, and by whom."""

    host: str
    port: int
    login: str | None = None


class FakeProxy(Door):
    """What both kinds have in common. Use it in an `async with` block.

    With `says`, nothing is connected to and the answer is this. With `tls`, all is said in it.
    """

    scheme: str

    def __init__(
        self,
        *,
        login: str | None = None,
        says: bytes | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(tls=tls)
        self.login = login
        self.says = says
        self.asked: list[Asked] = []
        self.met = 0

    @property
    def url(self) -> str:
        return f"{self.scheme}{'s' if self._tls else ''}://127.0.0.1:{self.port}"

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.met += 1
        if asked := await self._hear(reader, writer):
            self.asked.append(asked)
            await self._lead(asked, reader, writer)

    async def _lead(
        self, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self.says is not None:
            writer.write(self.says)
            await writer.drain()
            return
        try:
            there_reader, there_writer = await asyncio.open_connection(asked.host, asked.port)
        except OSError:
            writer.write(self._no())
            await writer.drain()
            return
        try:
            # What the server says first comes in one packet with the answer.
            writer.write(self._yes() + await _greeting(there_reader))
            await asyncio.gather(_copy(reader, there_writer), _copy(there_reader, writer))
        finally:
            there_writer.close()
            with suppress(OSError):
                await there_writer.wait_closed()

    async def _hear(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> Asked | None:
        raise NotImplementedError

    def _yes(self) -> bytes:
        raise NotImplementedError

    def _no(self) -> bytes:
        raise NotImplementedError


class ConnectProxy(FakeProxy):
    """An HTTP proxy that knows CONNECT alone; `login` is its `Proxy-Authorization`."""

    scheme = "http"

    async def _hear(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> Asked | None:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines if line)
        verb, target, _ = first.split(" ")
        login = headers.get("Proxy-Authorization")
        if verb != "CONNECT" or (self.login is not None and login != self.login):
            writer.write(b"HTTP/1.1 407 Login\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return None
        host, _, port = target.rpartition(":")
        return Asked(host.strip("[]"), int(port), login)

    def _yes(self) -> bytes:
        return b"HTTP/1.1 200 Connected\r\nVia: fake\r\n\r\n"

    def _no(self) -> bytes:
        return b"HTTP/1.1 502 Bad Gateway\r\n\r\n"


class SocksProxy(FakeProxy):
    """A SOCKS 5 proxy; `login` is `name:password`."""

    scheme = "socks5"

    async def _hear(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> Asked | None:
        _, count = await reader.readexactly(2)
        offered = await reader.readexactly(count)
        method = 0 if self.login is None else 2
        if method not in offered:
            writer.write(b"\x05\xff")
            await writer.drain()
            return None
        writer.write(bytes([5, method]))
        login = None if self.login is None else await self._log_in(reader, writer)
        if login != self.login:
            return None
        _, _, _, kind = await reader.readexactly(4)
        host = await _host(reader, kind)
        return Asked(host, int.from_bytes(await reader.readexactly(2), "big"), login)

    async def _log_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        await reader.readexactly(1)
        name = await reader.readexactly((await reader.readexactly(1))[0])
        password = await reader.readexactly((await reader.readexactly(1))[0])
        login = f"{name.decode()}:{password.decode()}"
        writer.write(b"\x01\x00" if login == self.login else b"\x01\x01")
        await writer.drain()
        return login

    def _yes(self) -> bytes:
        return b"\x05\x00\x00\x01" + bytes(6)

    def _no(self) -> bytes:
        return b"\x05\x05\x00\x01" + bytes(6)


async def _host(reader: asyncio.StreamReader, kind: int) -> str:
    if kind == 3:
        return (await reader.readexactly((await reader.readexactly(1))[0])).decode()
    return str(ip_address(await reader.readexactly(4 if kind == 1 else 16)))


async def _greeting(reader: asyncio.StreamReader) -> bytes:
    try:
        async with asyncio.timeout(0.01):
            return await reader.read(1024)
    except TimeoutError:
        return b""


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while content := await reader.read(65536):
            writer.write(content)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
