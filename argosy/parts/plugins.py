"""Plugins: found, switched on, told of what happens, asked where they may answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from argosy.parts.ground import Ground
from argosy.version import VERSION
from services.configuration.live import Apply
from services.events.bus import Channel
from services.files.space import Space
from services.outgoing.hosts import Hosts
from services.plugins.claims import PluginClaims
from services.plugins.engine import PluginEngine
from services.plugins.happenings import Happenings
from services.plugins.outside import Outside
from services.plugins.plugins import Plugins
from services.plugins.rewriting import PluginRewriting
from services.plugins.service import PluginService
from services.plugins.switchboard import Bounds, Places, Switchboard
from services.tasks.records import TaskProgress

BUILT_IN = Path(__file__).parents[1] / "plugins"
FOLDER = "plugins"  # in the data folder


class PluginsPart:
    """The services about plugins, built in order. `service` is what can be restarted."""

    def __init__(self, ground: Ground, *, channel: Channel[TaskProgress]) -> None:
        settings = self._settings = ground.settings
        self._policy = ground.policy
        self._engine: PluginEngine | None = None
        places = Places(BUILT_IN, settings.data_dir / FOLDER)
        self.switchboard = Switchboard(
            store=ground.store,
            clock=ground.clock,
            sealer=ground.sealer,
            metrics=ground.metrics,
            issues=ground.issues,
            places=places,
            outside=Outside(policy=ground.policy, user_agent=f"Argosy/{VERSION}"),
            bounds=Bounds(
                seconds=settings.plugin_hook_seconds,
                memory=settings.plugin_memory,
                crashes=settings.plugin_crashes,
            ),
        )
        self.plugins = Plugins(
            store=ground.store,
            clock=ground.clock,
            sealer=ground.sealer,
            places=places,
            switchboard=self.switchboard,
        )
        self.claims = PluginClaims(self.switchboard)
        self.rewriting = PluginRewriting(
            switchboard=self.switchboard, claims=self.claims, policy=ground.policy
        )
        self.service = PluginService(
            switchboard=self.switchboard,
            happenings=Happenings(
                store=ground.store,
                clock=ground.clock,
                switchboard=self.switchboard,
                channel=channel,
                root=settings.downloads,
            ),
        )

        self.switchboard.is_on = settings.features_plugins

    def applies(self) -> dict[str, Apply]:
        """Return what takes new values of settings while the server runs."""
        return {
            "features_plugins": self._switch,
            "plugin_hook_seconds": partial(self._bound, "seconds"),
            "plugin_memory": partial(self._bound, "memory"),
            "plugin_crashes": partial(self._bound, "crashes"),
        }

    async def _switch(self, is_on: bool) -> None:
        self.switchboard.is_on = is_on
        await self.switchboard.refresh()

    def _bound(self, name: str, value: Any) -> None:
        """Set what a plugin may take; one that runs goes by it when it begins anew."""
        self.switchboard.bounds = replace(self.switchboard.bounds, **{name: value})

    def engine(self, space: Space, hosts: Hosts) -> PluginEngine:
        """Return the engine that fetches what plugins claim."""
        settings = self._settings
        self._engine = PluginEngine(
            claims=self.claims,
            root=settings.downloads,
            policy=self._policy,
            hash=settings.hash,
            space=space,
            hosts=hosts,
        )
        return self._engine

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the plugins that are switched on."""
        async with AsyncExitStack() as stack:
            if self._engine is not None:
                self._engine.home = asyncio.get_running_loop()
            await self.service.open()
            stack.push_async_callback(self.service.close)
            yield
