"""Logging in: a name and a password, and a second factor where there is one.

A name that there is not and a wrong password cannot be told apart: they take the same way, count
the same, and are answered with the same words.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.access.caller import Caller
from services.access.keys.one_time import OneTimeKind, OneTimeTokens
from services.access.logins.passwords import Passwords
from services.access.people.users import BY_NAME, CHANGED, NAME, User, Users, read_user
from services.audit.remarks import remark, remark_user
from services.clock import Clock
from services.errors import Unauthorized
from services.store.rows import Row
from services.store.store import Store

CHALLENGE_LIFETIME = timedelta(minutes=5)
STAMP = "password"  # in a challenge: of which password it is
WRONG = "The name or the password is wrong."
WRONG_CODE = "This code is wrong, or was used before. Take the next one."

RENEW = "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?"


class Counting(Protocol):
    """Counts attempts, so that nobody can try for long."""

    async def count(self, name: str, address: str) -> None:
        """Count an attempt; raise `RateLimited` if there were too many."""
        ...

    async def forgive(self, name: str, address: str) -> None:
        """Begin anew after a right one."""
        ...


class Factor(Protocol):
    """A second factor."""

    async def take(self, user_id: int, code: str) -> bool:
        """Whether a code is right; it is right once."""
        ...


@dataclass(frozen=True, slots=True)
class Challenge:
    """The password was right, and a second factor is to come, with this token."""

    token: str
    expires_at: datetime


class Logins:
    """Tells who somebody is who says their name and password. It opens nothing by itself."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        users: Users,
        passwords: Passwords,
        second_factor: Factor,
        tokens: OneTimeTokens,
        attempts: Counting,
    ) -> None:
        self._store = store
        self._clock = clock
        self._users = users
        self._passwords = passwords
        self._second_factor = second_factor
        self._tokens = tokens
        self._attempts = attempts

    async def begin(self, name: str, password: str, caller: Caller) -> User | Challenge:
        """Return who this is, or what is still wanted of them.

        Raises `Unauthorized`, and `RateLimited` after too many attempts.
        """
        await self._attempts.count(name, caller.address)
        rows = await self._store.fetch(BY_NAME, name) if NAME.fullmatch(name) else []
        row = rows[0] if rows else None
        kept = row["password_hash"] if row else None
        if row:
            remark_user(row["id"], row["name"])
        is_right = await self._passwords.verify(kept, password)
        if row is None or not is_right or not row["is_active"]:
            raise Unauthorized(WRONG)
        user = read_user({**row, "password_hash": await self._renew(row, password)})
        if user.has_second_factor:
            return await self._challenge(user)
        await self._attempts.forgive(name, caller.address)
        return user

    async def answer(self, token: str, code: str, caller: Caller) -> User:
        """Return who has answered a challenge with the right code; a wrong one may be tried again.

        Raises `Unauthorized`, and `RateLimited` after too many attempts.
        """
        taken = await self._tokens.look(OneTimeKind.CHALLENGE, token)
        user = await self._users.get(taken.user_id)
        remark_user(user.id, user.name)
        if taken.data.get(STAMP) != user.password_stamp:
            raise Unauthorized(CHANGED)
        await self._attempts.count(user.name, caller.address)
        if not user.is_active or not await self._second_factor.take(user.id, code):
            raise Unauthorized(WRONG_CODE)
        remark(step="with the second factor")
        await self._tokens.take(OneTimeKind.CHALLENGE, token)
        await self._attempts.forgive(user.name, caller.address)
        return user

    async def _challenge(self, user: User) -> Challenge:
        until = self._clock.now() + CHALLENGE_LIFETIME
        remark(step="the second factor is to come")
        data = {STAMP: user.password_stamp}
        token = await self._tokens.issue(OneTimeKind.CHALLENGE, user.id, data, CHALLENGE_LIFETIME)
        return Challenge(token, until)

    async def _renew(self, row: Row, password: str) -> str:
        """Keep the password in today's way, if it was kept in another; return what is kept."""
        kept: str = row["password_hash"]
        if not self._passwords.is_outdated(kept):
            return kept
        fresh = await self._passwords.rehash(password)
        await self._store.write(lambda t: t.execute(RENEW, fresh, row["id"], kept))
        return fresh
