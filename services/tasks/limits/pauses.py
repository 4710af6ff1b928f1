"""Queues that are paused: of one user, or of the whole server."""

from services.remembered import Remembered

SERVER = "queue_paused"
USERS = f"{SERVER}:"  # and a user's number


class Pauses:
    """Remembers what is paused; what was set elsewhere is learnt by `refresh`."""

    def __init__(self, *, remembered: Remembered) -> None:
        self._remembered = remembered
        self._is_server_paused = False
        self._users: frozenset[int] = frozenset()
        self._sets = 0

    @property
    def users(self) -> frozenset[int]:
        """The numbers of the users whose own queues are paused."""
        return self._users

    @property
    def is_server_paused(self) -> bool:
        """Whether nothing is started for anybody."""
        return self._is_server_paused

    def hold(self, owner_id: int) -> bool:
        """Return whether nothing is to be done for this user now."""
        return self._is_server_paused or owner_id in self._users

    async def refresh(self) -> None:
        """Read what is paused, unless somebody says something new meanwhile."""
        sets = self._sets
        kept = await self._remembered.all_below(SERVER)
        if sets != self._sets:
            return
        self._is_server_paused = kept.get(SERVER) is True
        users = (key.removeprefix(USERS) for key, value in kept.items() if value is True)
        self._users = frozenset(int(user) for user in users if user.isdigit())

    async def set(self, owner_id: int | None, is_paused: bool) -> None:
        """Pause the queue of a user, or (None) of the server, or let it go on; durable then."""
        key = SERVER if owner_id is None else f"{USERS}{owner_id}"
        self._sets += 1
        await self._remembered.put(key, is_paused)
        self._sets += 1
        if owner_id is None:
            self._is_server_paused = is_paused
        elif is_paused:
            self._users |= {owner_id}
        else:
            self._users -= {owner_id}
