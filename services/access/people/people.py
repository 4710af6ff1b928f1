"""What administrators do with users. Everybody else is told that they may not."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from services.access.identity import Identity, Role
from services.access.logins.passwords import Passwords
from services.access.logins.second_factor import SecondFactor
from services.access.people.users import Change, Claim, User, Users
from services.access.quotas.tiers import UNLIMITED
from services.clock import Clock
from services.errors import Conflict
from services.paging import cursors
from services.paging.pages import Page
from services.repetition import Key, check_key, made_with, repeated
from services.store.rows import write_json
from services.store.store import Store, Transaction

LIST = "users"


@dataclass(frozen=True, slots=True)
class NewUser:
    """Somebody to be made; without a password they use keys alone."""

    name: str
    role: Role = Role.USER
    tier: str = UNLIMITED
    password: str | None = None

    def print(self) -> str:
        """Return what tells this wish from others; of the password, only whether there is one."""
        has_password = self.password is not None
        content = write_json(["createUser", self.name, self.role.value, self.tier, has_password])
        return hashlib.sha256(content.encode()).hexdigest()


class People:
    """Users, for administrators.

    `on_change` is called after something was taken away, `on_removal` after a user was removed.
    """

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        users: Users,
        passwords: Passwords,
        second_factor: SecondFactor,
        on_change: Callable[[], None],
        on_removal: Callable[[], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._on_change = on_change
        self._on_removal = on_removal
        self._users = users
        self._passwords = passwords
        self._second_factor = second_factor

    async def page(self, identity: Identity, *, first: int, after: str | None) -> Page[User]:
        """Return up to `first` users behind the cursor `after`, the oldest first."""
        identity.require_admin()
        found = await self._users.some(_place(after), first + 1)
        shown = found[:first]
        places = [cursors.show(LIST, user.id) for user in shown]
        return Page(shown, places, has_more=len(found) > first)

    async def has_before(self, identity: Identity, after: str | None) -> bool:
        """Whether there are users up to the cursor."""
        identity.require_admin()
        first = await self._users.some(0, 1)
        return bool(first) and first[0].id <= _place(after)

    async def count(self, identity: Identity) -> int:
        """Return how many users there are."""
        identity.require_admin()
        return await self._users.count()

    async def create(self, identity: Identity, new: NewUser, client_key: str | None = None) -> User:
        """Make a user; who asks the same again with the same `client_key` is given that one.

        Raises as `Users.create`, and `InvalidInput` for a bad password. A key with few scopes
        makes nobody who could do more than it can: that is `Forbidden`.
        """
        identity.require_admin()
        if new.password is not None or new.role is Role.ADMIN:
            identity.require_all_of(new.role)
        check_key(client_key)
        if client_key is None:
            return await self._make(new)
        asked = Key(client_key, [new.print()])
        if made := await self._made_before(identity, asked):
            return made

        async def claim(transaction: Transaction, user_id: int) -> None:
            now, result = self._clock.now(), [UUID(int=user_id)]
            await repeated(transaction, identity.user_id, asked, result, now)

        try:
            return await self._make(new, claim)
        except Conflict:
            if made := await self._made_before(identity, asked):  # at the same time
                return made
            raise

    async def _made_before(self, identity: Identity, asked: Key) -> User | None:
        """Return the user that was made with this key; raise `Conflict` for another wish."""
        found = await made_with(self._store, identity.user_id, asked, self._clock.now())
        return None if found is None else await self._users.get(found[0].int)

    async def _make(self, new: NewUser, claim: Claim | None = None) -> User:
        kept = None
        if new.password is not None:
            kept = await self._passwords.hash(new.password, name=new.name)
        return await self._users.create(
            new.name, new.role, tier=new.tier, password_hash=kept, claim=claim
        )

    async def update(
        self,
        identity: Identity,
        user_id: int,
        change: Change,
        *,
        password: str | None = None,
        resets_second_factor: bool = False,
    ) -> User:
        """Change a user; with a new password, or inactive, they are logged out everywhere.

        Raises `NotFound`, `InvalidInput`, and `Conflict` for the last administrator. Whoever
        asks changes their own password and second factor by what they know, not by their role.
        A key with few scopes opens no way in for somebody who may do more: that is `Forbidden`.
        """
        identity.require_admin()
        if user_id == identity.user_id and (password is not None or resets_second_factor):
            message = (
                "Your own password is changed with changePassword, and your own second factor "
                "with disableSecondFactor."
            )
            raise Conflict(message, field="id")
        user = await self._users.get(user_id)
        if password is not None or resets_second_factor:
            identity.require_all_of(user.role)
        if change.role is Role.ADMIN:
            identity.require_all_of(Role.ADMIN)
        kept = None
        if password is not None:  # first, for it may be refused where many log in
            kept = await self._passwords.hash(password, name=user.name)
        user = await self._users.update(user_id, change)
        if kept is not None:
            user = await self._users.set_password(user_id, kept)
        if resets_second_factor:
            await self._second_factor.switch_off(user_id)
            user = await self._users.get(user_id)
        self._on_change()
        return user

    async def remove(self, identity: Identity, user_id: int) -> User:
        """Remove a user with all that is theirs but their finished files."""
        identity.require_admin()
        removed = await self._users.remove(user_id)
        self._on_change()
        self._on_removal()
        return removed


def _place(after: str | None) -> int:
    if after is None:
        return 0
    (place,) = cursors.read(LIST, after, (int,))
    return int(place)
