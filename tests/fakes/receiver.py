"""Services that notifiers reach: one that takes JSON, and one that takes mail."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web


class Receiver:
    """Takes what is posted, and answers with `status`. While `gate` is closed, it waits."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.status = 200
        self.location = ""
        self.gate = asyncio.Event()
        self.gate.set()
        self.came = asyncio.Event()
        self.port = 0

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/hook"

    async def _take(self, request: web.Request) -> web.Response:
        content = await request.json()
        self.paths.append(request.path)
        self.came.set()
        await self.gate.wait()
        if self.status == 200:
            self.taken.append(content)
        headers = {"Location": self.location} if self.location else {}
        return web.Response(status=self.status, headers=headers)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Give a receiver on a port of its own."""
    receiver, app = Receiver(), web.Application()
    app.router.add_post("/{path:.*}", receiver._take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.port = runner.addresses[0][1]
    try:
        yield receiver
    finally:
        receiver.gate.set()
        await runner.cleanup()


class Mailbox:
    """Takes mail, from whoever logs in."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        self.logins: list[str] = []
        self.port = 0

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        try:
            while line := (await reader.readline()).decode():
                if not await self._obey(line.strip(), reader, writer):
                    break
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _obey(self, line: str, reader: StreamReader, writer: StreamWriter) -> bool:
        word = line.split(" ", 1)[0].upper()
        if word == "EHLO":
            writer.write(b"250-mail.example\r\n250 AUTH PLAIN\r\n")
        elif word == "AUTH":
            self.logins.append(line)
            writer.write(b"235 fine\r\n")
        elif word == "DATA":
            writer.write(b"354 go on\r\n")
            mail = await reader.readuntil(b"\r\n.\r\n")
            self.mails.append(mail.decode())
            writer.write(b"250 taken\r\n")
        else:
            writer.write(b"221 bye\r\n" if word == "QUIT" else b"250 fine\r\n")
        return word != "QUIT"


@asynccontextmanager
async def taking_mail() -> AsyncIterator[Mailbox]:
    """Give a server for mail on a port of its own."""
    mailbox = Mailbox()
    server = await asyncio.start_server(mailbox.serve, "127.0.0.1", 0)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        server.close()
        await server.wait_closed()
