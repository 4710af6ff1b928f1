"""A way to a server on 127.0.0.1 that breaks when it is told to."""

import asyncio
from contextlib import suppress

from tests.fakes.door import Door

BLOCK = 65536


class Relay(Door):
    """Gives everything on to a port and back. Use it in an `async with` block.

    `cut` breaks what is open and lets nothing through until `mend`. With `allowance`, each
    connection breaks after so many bytes of answers, wherever in a message that is.
    """

    def __init__(self, port: int, *, allowance: int | None = None) -> None:
        super().__init__()
        self.met = 0  # connections that were let through
        self.turned_away = 0
        self._there = port
        self._allowance = allowance
        self._is_down = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def cut(self) -> None:
        self._is_down = True
        open_ones = list(self._talks)
        for talk in open_ones:
            talk.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)

    def mend(self) -> None:
        self._is_down = False

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_down:
            self.turned_away += 1
            return
        self.met += 1
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._there)
        ways = {
            asyncio.create_task(_copy(reader, there_writer, None)),
            asyncio.create_task(_copy(there_reader, writer, self._allowance)),
        }
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            there_writer.close()
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            with suppress(OSError):
                await there_writer.wait_closed()


async def _copy(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, allowance: int | None
) -> None:
    """Copy until there is no more, or `allowance` bytes were copied."""
    left = allowance
    while left != 0:
        content = await reader.read(BLOCK if left is None else min(left, BLOCK))
        if not content:
            return
        writer.write(content)
        await writer.drain()
        if left is not None:
            left -= len(content)
