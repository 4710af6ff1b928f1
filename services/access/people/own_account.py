"""What users do with their own accounts. Their password is asked for again: whoever finds an open
browser shall not be able to keep it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from services.access.caller import Caller
from services.access.identity import Identity, Scope
from services.access.logins.logins import Counting
from services.access.logins.passwords import Passwords, check
from services.access.logins.second_factor import Proposal, SecondFactor
from services.access.logins.sessions import Session, Sessions
from services.access.people.users import User, Users
from services.errors import Conflict, InvalidInput
from services.paging import cursors
from services.paging.pages import Page

LIST = "sessions"
FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Account:
    """How somebody can log in."""

    user: User
    recovery_codes: int


class OwnAccount:
    """The password, second factor and sessions of whoever asks.

    `on_change` is called after logins have ended.
    """

    def __init__(
        self,
        *,
        users: Users,
        passwords: Passwords,
        second_factor: SecondFactor,
        sessions: Sessions,
        attempts: Counting,
        on_change: Callable[[], None],
    ) -> None:
        self._on_change = on_change
        self._users = users
        self._passwords = passwords
        self._second_factor = second_factor
        self._sessions = sessions
        self._attempts = attempts

    async def look(self, identity: Identity) -> Account:
        """Return how whoever asks can log in."""
        user = await self._users.get(identity.user_id)
        return Account(user, await self._second_factor.count_codes(user.id))

    async def change_password(self, identity: Identity, old: str, new: str, caller: Caller) -> User:
        """Change the password, and end all sessions but the one that asks.

        Raises `InvalidInput` for a wrong old or a bad new one, `RateLimited` after too many
        wrong ones.
        """
        user = await self._prove(identity, old, caller, field="oldPassword")
        check(new, name=user.name, field="newPassword")
        if new == old:
            message = "This is the password that you have already."
            raise InvalidInput(message, field="newPassword")
        kept = await self._passwords.hash(new, name=user.name, field="newPassword")
        changed = await self._users.set_password(user.id, kept, keep=identity.credential.id)
        self._on_change()
        return changed

    async def begin_second_factor(
        self, identity: Identity, password: str, caller: Caller
    ) -> Proposal:
        """Return a secret for an authenticator, which counts once it is confirmed."""
        return await self._second_factor.propose(await self._prove(identity, password, caller))

    async def confirm_second_factor(self, identity: Identity, code: str) -> list[str]:
        """Switch on what was begun, with the first code; return recovery codes."""
        user = await self._users.get(identity.user_id)
        return await self._second_factor.confirm(user, code)

    async def disable_second_factor(
        self, identity: Identity, password: str, caller: Caller
    ) -> User:
        """Switch the second factor off."""
        user = await self._prove(identity, password, caller)
        await self._second_factor.switch_off(user.id)
        return await self._users.get(user.id)

    async def new_recovery_codes(
        self, identity: Identity, password: str, caller: Caller
    ) -> list[str]:
        """Return ten recovery codes, in the place of those that there were."""
        return await self._second_factor.new_codes(await self._prove(identity, password, caller))

    async def sessions(
        self, identity: Identity, user_id: int | None, *, first: int, after: str | None
    ) -> Page[Session]:
        """Return up to `first` sessions behind a cursor, the oldest first.

        Those of another user, by number, are for administrators.
        """
        owner = _owner(identity, user_id)
        found = await self._sessions.some(owner, _place(after), first + 1)
        shown = found[:first]
        places = [cursors.show(LIST, str(session.id)) for session in shown]
        return Page(shown, places, has_more=len(found) > first)

    async def has_sessions_before(
        self, identity: Identity, user_id: int | None, after: str | None
    ) -> bool:
        """Whether there are sessions up to the cursor."""
        found = await self._sessions.some(_owner(identity, user_id), FIRST, 1)
        return bool(found) and found[0].id <= _place(after)

    async def count_sessions(self, identity: Identity, user_id: int | None) -> int:
        """Return how many sessions there are."""
        return await self._sessions.count(_owner(identity, user_id))

    async def end_session(self, identity: Identity, session_id: UUID) -> Session:
        """End a session and return it; that of another is `NotFound`, but for administrators."""
        ended = await self._sessions.end(identity, session_id)
        self._on_change()
        return ended

    async def log_out(self, identity: Identity, *, everywhere: bool) -> int:
        """End the session that asks, or all of the user's; return how many.

        Raises `Conflict` where a key asks to end what asks, and `Forbidden` where what asks may
        not change the user.
        """
        if everywhere:
            identity.require(Scope.USERS_WRITE)
            count = await self._sessions.end_all(identity.user_id)
            self._on_change()
            return count
        if not identity.credential.is_of_session or identity.credential.id is None:
            message = "You ask with a key, which has no session to end. Revoke the key instead."
            raise Conflict(message)
        await self.end_session(identity, identity.credential.id)
        return 1

    async def _prove(
        self, identity: Identity, password: str, caller: Caller, field: str = "password"
    ) -> User:
        """Return who asks, if this is their password."""
        user = await self._users.get(identity.user_id)
        if not user.has_password:
            message = "You have no password. An administrator can give you one."
            raise Conflict(message, field=field)
        await self._attempts.count(user.name, caller.address)
        if not await self._passwords.verify(await self._users.password_of(user.id), password):
            message = "This is not your password."
            raise InvalidInput(message, field=field)
        await self._attempts.forgive(user.name, caller.address)
        return user


def _owner(identity: Identity, user_id: int | None) -> int:
    if user_id is None or user_id == identity.user_id:
        return identity.user_id
    identity.require_admin()
    return user_id


def _place(after: str | None) -> UUID:
    if after is None:
        return FIRST
    return cursors.read_id(LIST, after)
