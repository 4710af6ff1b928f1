"""The first start: an administrator, and a key for them."""

from services.access.identity import Role
from services.access.keys import Keys
from services.access.users import User, Users
from services.clock import Clock
from services.errors import NotFound
from services.remembered import FIRST_START, Remembered

ADMIN = "admin"


class Setup:
    """Makes sure that somebody can use the server."""

    def __init__(self, *, users: Users, keys: Keys, remembered: Remembered, clock: Clock) -> None:
        self._users = users
        self._keys = keys
        self._remembered = remembered
        self._clock = clock

    async def ensure_admin(self) -> User:
        """Return the first administrator, made if need be."""
        try:
            return await self._users.find(ADMIN)
        except NotFound:
            return await self._users.create(ADMIN, Role.ADMIN)

    async def first_key(self, admin: User, given: str | None) -> str | None:
        """Return a key of `admin` if it is to be shown, at the first start only.

        With `given` (from `ARGOSY_ADMIN_TOKEN`), that key is made to work and none is shown.
        """
        first = await self._remembered.put_once(FIRST_START, self._clock.now().isoformat())
        if given is not None:
            await self._keys.create(admin, name="ARGOSY_ADMIN_TOKEN", key=given)
            return None
        return await self._keys.create(admin, name="first start") if first else None
