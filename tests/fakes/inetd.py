"""A door to a real server program that talks on its standard input, as under inetd."""

import asyncio
import socket
import subprocess
from contextlib import suppress

from tests.fakes.door import Door


class Inetd(Door):
    """Starts the program for each connection on 127.0.0.1. Use it in an `async with` block.

    Everything goes through this process: `sent` counts the bytes that the program sent, and
    with `cuts`, the first connections end after so many of them.
    """

    def __init__(self, *command: str, cuts: list[int] | None = None) -> None:
        super().__init__()
        self._command = command
        self._cuts = list(cuts or [])
        self.sent: list[int] = []  # by connection

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
            # All of it before anything is awaited: whoever is cancelled again comes no further.
            program.kill()
            program.wait()
            forth.cancel()
            to_program.close()
            await asyncio.gather(forth, return_exceptions=True)
            with suppress(ConnectionError):
                await to_program.wait_closed()

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
