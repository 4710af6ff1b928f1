"""A meter that tells when as many bytes have come as somebody waits for."""

import asyncio

from services.engines.engine import Meter


class WatchedMeter(Meter):
    """Await `reached` for the moment at which `mark` bytes have come."""

    def __init__(self, mark: int) -> None:
        self._mark = mark
        self._reached = asyncio.Event()
        super().__init__()

    async def reached(self) -> None:
        await self._reached.wait()

    @property
    def received(self) -> int:
        return self._received

    @received.setter
    def received(self, value: int) -> None:
        Meter.received.__set__(self, value)
        if value >= self._mark:
            self._reached.set()
