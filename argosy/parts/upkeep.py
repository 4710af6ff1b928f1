"""The settings while the server runs, its parts, and its caches."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from argosy.parts.ground import Ground
from argosy.parts.live import Takers
from argosy.sheet import SettingsSheet
from services.configuration.configuration import Configuration
from services.configuration.live import Live
from services.events.tail import Tail
from services.logs.levels import threshold
from services.tasks.limits.server_speed import ServerSpeed
from services.tasks.limits.speeds import Speeds
from services.tasks.telling.echo import Echo
from services.upkeep.caches import Caches
from services.upkeep.parts import Part, Parts


class Service(Protocol):
    """What can be closed, and opened again without loss."""

    async def open(self) -> None:
        """Begin, or go on."""
        ...

    async def close(self) -> None:
        """Stop."""
        ...

    @property
    def is_well(self) -> bool:
        """Whether it does what it should."""
        ...


class Upkeep:
    """What an administrator sees and changes of the server itself."""

    def __init__(self, ground: Ground, *, takers: Takers, speeds: Speeds) -> None:
        self.live = live = Live()
        live.add_all(takers.applies())
        live.elsewhere["speed_limit"] = ServerSpeed(speeds)
        live.now["log_level"] = threshold
        self.configuration = Configuration(
            remembered=ground.remembered, sheet=SettingsSheet(ground.settings), live=live
        )
        self.parts = Parts(clock=ground.clock)
        self.caches = Caches()
        self.caches.add("hosts", ground.policy.forget)

    def add_bus(self, tail: Tail, echo: Echo) -> None:
        """Have what tells those who follow among the parts."""

        async def open_bus() -> None:
            await tail.open()
            await echo.open()

        async def close_bus() -> None:
            await echo.close()
            await tail.close()

        self.parts.add(
            Part(
                name="event_bus",
                title="Tells those who follow of what happens.",
                open=open_bus,
                close=close_bus,
                is_well=lambda: tail.is_well and echo.is_well,
            )
        )

    def add(self, service: Service, name: str, title: str) -> None:
        """Have a service among the parts."""
        self.parts.add(
            Part(
                name=name,
                title=title,
                open=service.open,
                close=service.close,
                is_well=lambda: service.is_well,
            )
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look for what other servers were told; at the end, wait for what is being restarted."""
        await self.configuration.open()
        self.parts.open()
        try:
            yield
        finally:
            await self.parts.close()
            await self.configuration.close()
