"""Bytes carried both ways between a program and what it reached."""

import asyncio
from asyncio import StreamReader, StreamWriter
from contextlib import suppress

SILENCE_SECONDS = 300.0  # in both directions
CHUNK = 64 << 10


class Relay:
    """Carries what comes until both sides have ended, or neither has said anything for long.

    `most` is how many bytes go out at the most; None is all that come.
    """

    def __init__(self, *, silence: float = SILENCE_SECONDS) -> None:
        self._silence = silence
        self._last = 0.0

    async def carry(
        self,
        program: tuple[StreamReader, StreamWriter],
        outside: tuple[StreamReader, StreamWriter],
        *,
        most: int | None = None,
    ) -> None:
        """Carry bytes between the two; both are still to be closed."""
        self._last = asyncio.get_running_loop().time()
        ways = [
            asyncio.create_task(self._pump(program[0], outside[1], most), name="relay out"),
            asyncio.create_task(self._pump(outside[0], program[1], None), name="relay in"),
        ]
        try:
            # Where a body had its length, the program says nothing more: the answer ends it.
            await asyncio.gather(*ways) if most is None else await ways[1]
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _pump(self, reader: StreamReader, writer: StreamWriter, most: int | None) -> None:
        with suppress(ConnectionError):
            while most is None or most > 0:
                chunk = await self._read(reader, CHUNK if most is None else min(CHUNK, most))
                if not chunk:
                    break
                writer.write(chunk)
                await writer.drain()
                most = None if most is None else most - len(chunk)
            if most is None and writer.can_write_eof():
                writer.write_eof()

    async def _read(self, reader: StreamReader, most: int) -> bytes:
        loop = asyncio.get_running_loop()
        while True:
            try:
                async with asyncio.timeout(self._silence):
                    chunk = await reader.read(most)
            except TimeoutError:
                # One side of a long download is silent all the time.
                if loop.time() - self._last >= self._silence:
                    return b""
            else:
                self._last = loop.time()
                return chunk
