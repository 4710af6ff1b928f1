"""All that runs of plugins, as one service that can be restarted."""

from services.plugins.happenings import Happenings
from services.plugins.switchboard import Switchboard


class PluginService:
    """The plugins that are switched on, and what tells them of what happens."""

    def __init__(self, *, switchboard: Switchboard, happenings: Happenings) -> None:
        self._switchboard = switchboard
        self._happenings = happenings

    async def open(self) -> None:
        """Start the plugins that are switched on."""
        await self._switchboard.open()
        await self._happenings.open()

    async def close(self) -> None:
        """End all processes of plugins."""
        await self._happenings.close()
        await self._switchboard.close()

    @property
    def is_well(self) -> bool:
        """Whether plugins are told of what happens."""
        return self._switchboard.is_well and self._happenings.is_well
