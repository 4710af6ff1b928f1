"""Plugins: found, switched on, told of what happens, asked where they may answer."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from argosy.parts.ground import Ground
from argosy.version import VERSION
from services.events.bus import Channel
from services.plugins.happenings import Happenings
from services.plugins.outside import Outside
from services.plugins.plugins import Plugins
from services.plugins.service import PluginService
from services.plugins.switchboard import Bounds, Places, Switchboard
from services.tasks.records import TaskProgress

BUILT_IN = Path(__file__).parents[1] / "plugins"
FOLDER = "plugins"  # in the data folder


class PluginsPart:
    """The services about plugins, built in order. `service` is what can be restarted."""

    def __init__(self, ground: Ground, *, channel: Channel[TaskProgress]) -> None:
        settings = ground.settings
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

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the plugins that are switched on."""
        async with AsyncExitStack() as stack:
            await self.service.open()
            stack.push_async_callback(self.service.close)
            yield
