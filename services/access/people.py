"""What administrators do with users. Everybody else is told that they may not."""

from collections.abc import Callable
from dataclasses import dataclass

from services.access.identity import Identity, Role
from services.access.passwords import Passwords, check
from services.access.second_factor import SecondFactor
from services.access.users import UNLIMITED, Change, User, Users
from services.errors import Conflict
from services.tasks.listing import cursors
from services.tasks.listing.pages import Page

LIST = "users"


@dataclass(frozen=True, slots=True)
class NewUser:
    """Somebody to be made; without a password they use keys alone."""

    name: str
    role: Role = Role.USER
    tier: str = UNLIMITED
    password: str | None = None


class People:
    """Users, for administrators.

    `on_change` is called after something was taken away, `on_removal` after a user was removed.
    """

    def __init__(
        self,
        *,
        users: Users,
        passwords: Passwords,
        second_factor: SecondFactor,
        on_change: Callable[[], None],
        on_removal: Callable[[], None],
    ) -> None:
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

    async def create(self, identity: Identity, new: NewUser) -> User:
        """Make a user. Raises as `Users.create`, and `InvalidInput` for a bad password."""
        identity.require_admin()
        kept = None
        if new.password is not None:
            kept = await self._passwords.hash(new.password, name=new.name)
        return await self._users.create(new.name, new.role, tier=new.tier, password_hash=kept)

    async def update(
        self,
        identity: Identity,
        user_id: int,
        change: Change,
        *,
        password: str | None = None,
        resets_second_factor: bool = False,
    ) -> User:
        """Change a user; with a new password or another role, they are logged out everywhere.

        Raises `NotFound`, `InvalidInput`, and `Conflict` for the last administrator. Whoever
        asks changes their own password and second factor by what they know, not by their role.
        """
        identity.require_admin()
        if user_id == identity.user_id and (password is not None or resets_second_factor):
            message = (
                "Your own password is changed with changePassword, and your own second factor "
                "with disableSecondFactor."
            )
            raise Conflict(message, field="id")
        user = await self._users.get(user_id)
        if password is not None:
            check(password, name=user.name)
        user = await self._users.update(user_id, change)
        if password is not None:
            kept = await self._passwords.hash(password, name=user.name)
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
