"""The first start: an administrator, and a key for them."""

from services.access.identity import Role
from services.access.keys import Keys
from services.access.users import ADMIN, User, Users
from services.clock import Clock
from services.errors import NotFound, Unavailable
from services.remembered import FIRST_START, Remembered


class Setup:
    """Makes sure that somebody can use the server."""

    def __init__(self, *, users: Users, keys: Keys, remembered: Remembered, clock: Clock) -> None:
        self._users = users
        self._keys = keys
        self._remembered = remembered
        self._clock = clock

    async def ensure_admin(self) -> User:
        """Return the administrator called `admin`, made if need be, else the first there is.

        Raises `Unavailable` where the name is that of somebody else, and there is none.
        """
        try:
            admin = await self._users.find(ADMIN)
        except NotFound:
            return await self._users.create(ADMIN, Role.ADMIN)
        if admin.role is Role.ADMIN:
            return admin
        if other := await self._users.first_admin():
            return other
        message = (
            f"There is no administrator, and the user {ADMIN} is none. Make one under another "
            "name: ./run user create NAME --role admin"
        )
        raise Unavailable(message)

    async def first_key(self, admin: User, given: str | None) -> str | None:
        """Return a key of `admin` if it is to be shown, at the first start only.

        With `given` (from `ARGOSY_ADMIN_TOKEN`), that key is made to work and none is shown.
        Raises `Unavailable` where it is the key of somebody who is no administrator.
        """
        if given is not None:
            await self._make_work(admin, given)
        first = await self._remembered.put_once(FIRST_START, self._clock.now().isoformat())
        if given is not None:
            return None
        return await self._keys.create(admin, name="first start") if first else None

    async def _make_work(self, admin: User, given: str) -> None:
        await self._keys.create(admin, name="ARGOSY_ADMIN_TOKEN", key=given)
        owner = await self._keys.authenticate(given)
        if not owner.is_admin:
            message = (
                f"ARGOSY_ADMIN_TOKEN is a key of the user {owner.user_name}, who is no "
                "administrator. Choose another value."
            )
            raise Unavailable(message)
