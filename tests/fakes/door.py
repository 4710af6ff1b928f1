"""A port on 127.0.0.1, behind which a fake talks to everybody who comes."""

import asyncio
import ssl
from contextlib import suppress
from types import TracebackType
from typing import Self

TURNS = 5  # of the loop, from the socket that is accepted to whoever talks to it


async def settle() -> None:
    """Let the loop end what it has begun with ports and connections that were closed just now.

    Whom it has accepted is not met yet, and asyncio does not count them; whoever is met behind
    the end of a test is never closed.
    """
    for _ in range(TURNS):
        await asyncio.sleep(0)


class Door:
    """Opens and closes the port, and every conversation. Use it in an `async with` block."""

    port: int  # from the start of the block on

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._talks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

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
        await self._end_talks()
        await settle()
        await self._end_talks()
        for writer in self._writers:  # a talk that was cancelled before it began closes nothing
            writer.close()
        await settle()
        await self._server.wait_closed()

    async def _end_talks(self) -> None:
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        talk = asyncio.create_task(self._until_gone(reader, writer))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)
        talk.add_done_callback(lambda _: writer.close())  # also if it was ended before it began

    async def _until_gone(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the other side has gone
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError
