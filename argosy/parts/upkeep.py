"""The settings while the server runs, its parts, and its caches."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from argosy.parts.ground import Ground
from argosy.parts.live import Takers
from argosy.sheet import SettingsSheet
from services.configuration.configuration import Configuration
from services.configuration.live import Live
from services.events.tail import Tail
from services.logs.levels import threshold
from services.scheduler import Scheduler
from services.tasks.limits.server_speed import ServerSpeed
from services.tasks.limits.speeds import Speeds
from services.tasks.running.runner import EmbeddedRunner
from services.tasks.telling.echo import Echo
from services.upkeep.caches import Caches
from services.upkeep.parts import Part, Parts


class Upkeep:
    """What an administrator sees and changes of the server itself."""

    def __init__(self, ground: Ground, *, takers: Takers, speeds: Speeds) -> None:
        live = Live()
        live.add_all(takers.applies())
        live.elsewhere["speed_limit"] = ServerSpeed(speeds)
        live.now["log_level"] = threshold
        self.configuration = Configuration(
            remembered=ground.remembered, sheet=SettingsSheet(ground.settings), live=live
        )
        self.parts = Parts(clock=ground.clock)
        self.caches = Caches()
        self.caches.add("hosts", ground.policy.forget)

    def add_parts(
        self, *, runner: EmbeddedRunner, scheduler: Scheduler, tail: Tail, echo: Echo
    ) -> None:
        """Know the parts that every server has."""

        async def open_bus() -> None:
            await tail.open()
            await echo.open()

        async def close_bus() -> None:
            await echo.close()
            await tail.close()

        self.parts.add(
            Part(
                name="runner",
                title="Does the downloads.",
                open=runner.open,
                close=runner.close,
                is_well=lambda: runner.is_well,
            )
        )
        self.parts.add(
            Part(
                name="scheduler",
                title="Does what is done at its times.",
                open=scheduler.open,
                close=scheduler.close,
                is_well=lambda: scheduler.is_well,
            )
        )
        self.parts.add(
            Part(
                name="event_bus",
                title="Tells those who follow of what happens.",
                open=open_bus,
                close=close_bus,
                is_well=lambda: tail.is_well and echo.is_well,
            )
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look for what other servers were told; at the end, wait for what is being restarted."""
        await self.configuration.open()
        try:
            yield
        finally:
            await self.parts.close()
            await self.configuration.close()
