"""The speed limit of the server as a setting: what `setSpeedLimit` sets, and nothing beside it."""

from services.access.identity import Identity
from services.tasks.limits.speeds import Limited, Speeds


class ServerSpeed:
    """Bytes a second, 0 where there is no limit."""

    def __init__(self, speeds: Speeds) -> None:
        self._speeds = speeds

    @property
    def value(self) -> int:
        """What holds where no schedule says otherwise."""
        return self._speeds.server().usual or 0

    @property
    def is_set(self) -> bool:
        """Whether somebody has set it while a server ran."""
        return self._speeds.is_server_set

    async def set(self, identity: Identity, value: int) -> None:
        """Have it from now on; durable when this returns."""
        await self._speeds.set(identity, Limited.SERVER, None, value or None)

    async def reset(self) -> None:
        """Go by what the settings say again; durable when this returns."""
        await self._speeds.reset_server()
