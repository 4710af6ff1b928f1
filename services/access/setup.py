"""The first start: an administrator, and a link for them to choose a password."""

from datetime import timedelta

from services.access.identity import Role
from services.access.keys.keys import Keys
from services.access.keys.one_time import OneTimeKind, OneTimeTokens, take_within
from services.access.logins.passwords import Passwords
from services.access.people.users import ADMIN, User, Users, read_user
from services.audit.remarks import remark, remark_user
from services.clock import Clock
from services.errors import Conflict, NotFound, Unauthorized, Unavailable
from services.remembered import FIRST_START, Remembered
from services.store.store import Store, Transaction

LIFETIME = timedelta(hours=24)
PAGE = "/login#setup="  # what follows a # is sent to no server and stands in no log

KNOWN_ADMIN = """
    SELECT 1 FROM users WHERE role = ? AND password_hash IS NOT NULL AND removed_at IS NULL LIMIT 1
"""
SET_FIRST = """
    UPDATE users SET password_hash = ? WHERE id = ? AND password_hash IS NULL RETURNING *
"""
USE_UP = "DELETE FROM one_time_tokens WHERE kind = ?"


def link(url: str, token: str) -> str:
    """Return the address at which a password is chosen."""
    return f"{url.rstrip('/')}{PAGE}{token}"


class Setup:
    """Makes sure that somebody can use the server."""

    def __init__(
        self,
        *,
        store: Store,
        users: Users,
        keys: Keys,
        passwords: Passwords,
        tokens: OneTimeTokens,
        remembered: Remembered,
        clock: Clock,
    ) -> None:
        self._store = store
        self._users = users
        self._keys = keys
        self._passwords = passwords
        self._tokens = tokens
        self._remembered = remembered
        self._clock = clock

    async def ensure_admin(self) -> User:
        """Return the administrator called `admin`, else the first there is, made if need be.

        Raises `Unavailable` where the name is that of somebody else, and there is none.
        """
        if admin := await self._users.first_admin():
            return admin
        try:
            await self._users.find(ADMIN)
        except NotFound:
            return await self._users.create(ADMIN, Role.ADMIN)
        message = (
            f"There is no administrator, and the user {ADMIN} is none. Make one under another "
            "name: ./run user create NAME --role admin"
        )
        raise Unavailable(message)

    async def first_token(self, admin: User, given: str | None) -> str | None:
        """Return a token for `admin` to choose a password with, at the first start only.

        With `given` (from `ARGOSY_ADMIN_TOKEN`), that key is made to work and there is no token.
        Raises `Unavailable` where it is the key of somebody who is no administrator.
        """
        if given is not None:
            await self._make_work(admin, given)
        first = await self._remembered.put_once(FIRST_START, self._clock.now().isoformat())
        if given is not None or not first or not await self.is_awaited():
            return None
        return await self._issue(admin)

    async def another_token(self) -> str:
        """Return another token; raise `Conflict` once an administrator has a password."""
        admin = await self.ensure_admin()
        if not await self.is_awaited():
            message = (
                "An administrator has a password already. Sign in with it; or give a user another "
                "one: ./run user password NAME"
            )
            raise Conflict(message)
        return await self._issue(admin)

    async def is_awaited(self) -> bool:
        """Whether no administrator has a password yet."""
        return not await self._store.fetch(KNOWN_ADMIN, Role.ADMIN.value)

    async def whose(self, token: str) -> User:
        """Return whose password is chosen with `token`; raise `Unauthorized` if it is none."""
        taken = await self._tokens.look(OneTimeKind.SETUP, token)
        user = await self._users.get(taken.user_id)
        remark_user(user.id, user.name)
        return user

    async def complete(self, token: str, password: str) -> User:
        """Give the administrator their first password.

        Raises `InvalidInput` for a bad one, and then the token is still good.
        """
        user = await self.whose(token)
        kept = await self._passwords.hash(password, name=user.name)
        now = self._clock.now()

        async def write(transaction: Transaction) -> User:
            taken = await take_within(transaction, OneTimeKind.SETUP, token, now)
            rows = await transaction.fetch(SET_FIRST, kept, taken.user_id)
            if not rows:
                message = "There is a password already. Sign in with it."
                raise Unauthorized(message)
            await transaction.execute(USE_UP, OneTimeKind.SETUP.value)
            return read_user(rows[0])

        user = await self._store.write(write)
        remark(step="the first password was set")
        return user

    async def _issue(self, admin: User) -> str:
        return await self._tokens.issue(OneTimeKind.SETUP, admin.id, {}, LIFETIME)

    async def _make_work(self, admin: User, given: str) -> None:
        await self._keys.create(admin, name="ARGOSY_ADMIN_TOKEN", key=given)
        owner = await self._keys.authenticate(given)
        if not owner.is_admin:
            message = (
                f"ARGOSY_ADMIN_TOKEN is a key of the user {owner.user_name}, who is no "
                "administrator. Choose another value."
            )
            raise Unavailable(message)
