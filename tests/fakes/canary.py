"""A listener that nobody should reach; it counts who does."""

import asyncio
from types import TracebackType
from typing import Self


class Canary:
    """Listens on a free port of every IPv4 address. Use it in an `async with` block."""

    port: int  # from the start of the block on

    def __init__(self) -> None:
        self._came: asyncio.Queue[object] = asyncio.Queue()

    async def visitors(self) -> int:
        """Return how many connections were made so far."""
        _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        own = writer.get_extra_info("sockname")
        visitors = 0
        # Connections are taken in the order in which they were made: ours is the last.
        while await self._came.get() != own:
            visitors += 1
        writer.close()
        await writer.wait_closed()
        return visitors

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._count, "0.0.0.0", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _count(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._came.put_nowait(writer.get_extra_info("peername"))
        writer.close()
