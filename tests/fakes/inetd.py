"""A door to a real server program that talks on its standard input, as under inetd."""

import asyncio
import socket
import subprocess
from contextlib import suppress
from types import TracebackType
from typing import Self


class Inetd:
    """Starts the program for each connection on 127.0.0.1. Use it in an `async with` block.

    Everything goes through this process: `sent` counts the bytes that the program sent, and
    with `cuts`, the first connections end after so many of them.
    """

    port: int  # from the start of the block on

    def __init__(self, *command: str, cuts: list[int] | None = None) -> None:
        self._command = command
        self._cuts = list(cuts or [])
        self._talks: set[asyncio.Task[None]] = set()
        self.sent: list[int] = []  # by connection

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
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
        ours, theirs = _pair()
        program = subprocess.Popen(
            self._command, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL
        )
        theirs.close()
        from_program, to_program = await asyncio.open_connection(sock=ours)
        forth = asyncio.create_task(_pass_on(reader, to_program))
        try:
            await self._pass_back(from_program, writer)
        finally:
            forth.cancel()
            await asyncio.gather(forth, return_exceptions=True)
            for end in (writer, to_program):
                end.close()
                with suppress(ConnectionError):
                    await end.wait_closed()
            program.kill()
            program.wait()

    async def _pass_back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number, cut = len(self.sent), self._cuts.pop(0) if self._cuts else None
        self.sent.append(0)
        with suppress(ConnectionError):
            while chunk := await reader.read(16384):
                if cut is not None and self.sent[number] + len(chunk) > cut:
                    return
                self.sent[number] += len(chunk)
                writer.write(chunk)
                await writer.drain()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while chunk := await reader.read(16384):
            writer.write(chunk)
            await writer.drain()
        writer.write_eof()


def _pair() -> tuple[socket.socket, socket.socket]:
    """Return two ends of a TCP connection: servers ask for the addresses of theirs."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        ours = socket.create_connection(door.getsockname())
        theirs, _ = door.accept()
    ours.setblocking(False)
    return ours, theirs
