"""Users."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError

from models.user import User as UserRow
from services.access.identity import Role
from services.access.quotas.tiers import UNLIMITED, Tiers
from services.access.revision import advance
from services.clock import Clock
from services.errors import Conflict, InvalidInput, NotFound, Unauthorized
from services.files.names import safe_name
from services.store.rows import Row, read_time
from services.store.store import Store, Transaction

ADMIN = "admin"  # who is made at the first start
# The name becomes a folder, a label and a word on the command line.
NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,30}[a-z0-9])?")

BY_NAME = "SELECT * FROM users WHERE name = ? AND removed_at IS NULL"
BY_ID = "SELECT * FROM users WHERE id = ? AND removed_at IS NULL"
ALL = "SELECT * FROM users WHERE id > ? AND removed_at IS NULL ORDER BY id LIMIT ?"
COUNT = "SELECT COUNT(*) AS n FROM users WHERE removed_at IS NULL"
FIRST_ADMIN = """
    SELECT * FROM users WHERE role = ? AND is_active AND removed_at IS NULL
    ORDER BY CASE WHEN name = ? THEN 0 ELSE 1 END, id LIMIT 1
"""
CHANGE = """
    UPDATE users SET role = ?, tier = ?, is_active = ? WHERE id = ? AND removed_at IS NULL
    RETURNING *
"""
GIVE = """
    UPDATE users SET password_hash = ? WHERE id = ? AND removed_at IS NULL RETURNING *
"""
LEAVE = """
    UPDATE users SET removed_at = ?, is_active = ?, password_hash = NULL, totp_secret = NULL,
        totp_since = NULL
    WHERE id = ? AND removed_at IS NULL RETURNING *
"""
FORGET = """
    DELETE FROM users WHERE id = ? AND removed_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM tasks WHERE owner_id = users.id)
        AND NOT EXISTS (SELECT 1 FROM events WHERE owner_id = users.id)
"""
# In one order, and for both of two who want to remove each other.
ADMINS = """
    SELECT id FROM users WHERE role = ? AND is_active AND removed_at IS NULL ORDER BY id
"""
CHANGED = "This user, or the password, was changed in this moment. Log in again."
CREDENTIALS = ("keys", "sessions", "one_time_tokens", "recovery_codes")


Claim = Callable[[Transaction, int], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who owns tasks. `password_stamp` is another with each password."""

    id: int
    name: str
    role: Role
    created_at: datetime
    tier: str = UNLIMITED
    is_active: bool = True
    has_password: bool = False
    has_second_factor: bool = False
    password_stamp: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be otherwise with a user; None is as it was."""

    role: Role | None = None
    tier: str | None = None
    is_active: bool | None = None


class Users:
    """Makes, finds, changes and removes users. Who may ask for that is decided elsewhere.

    The last administrator who may use the server stays one.
    """

    def __init__(self, *, store: Store, clock: Clock, tiers: Tiers | None = None) -> None:
        self._store = store
        self._clock = clock
        self._tiers = tiers or Tiers()

    async def create(
        self,
        name: str,
        role: Role,
        *,
        tier: str = UNLIMITED,
        password_hash: str | None = None,
        claim: Claim | None = None,
    ) -> User:
        """Make a user; raise `InvalidInput` for a bad name or tier, `Conflict` for a taken name.

        Without a `password_hash` they can use keys alone. `claim` is done in the transaction
        that makes them, with their number.
        """
        _check_name(name, role)
        self._tiers.check(tier, field="tier")
        fields = {
            "name": name,
            "role": role.value,
            "tier": tier,
            "password_hash": password_hash,
            "created_at": self._clock.now(),
        }

        async def insert(transaction: Transaction) -> int:
            row = await UserRow.create(using_db=transaction.client, **fields)
            if claim is not None:
                await claim(transaction, row.id)
            return row.id

        try:
            user_id = await self._store.write(insert)
        except IntegrityError as error:
            raise await self._taken(name) from error
        return await self.get(user_id)

    async def find(self, name: str) -> User:
        """Return the user of that name, or raise `NotFound`."""
        is_name = NAME.fullmatch(name)  # what is none may be nothing that a database takes
        rows = await self._store.fetch(BY_NAME, name) if is_name else []
        if not rows:
            message = f"There is no user {name[:64]!r}. Make one with: ./run user create NAME"
            raise NotFound(message, field="name")
        return read_user(rows[0])

    async def get(self, user_id: int) -> User:
        """Return the user of that number, or raise `NotFound`."""
        rows = await self._store.fetch(BY_ID, user_id)
        if not rows:
            raise absent(user_id)
        return read_user(rows[0])

    async def password_of(self, user_id: int) -> str | None:
        """Return what is kept of a user's password."""
        rows = await self._store.fetch(BY_ID, user_id)
        kept: str | None = rows[0]["password_hash"] if rows else None
        return kept

    async def first_admin(self) -> User | None:
        """Return the administrator called `admin`, else the first one who may use the server."""
        rows = await self._store.fetch(FIRST_ADMIN, Role.ADMIN.value, ADMIN)
        return read_user(rows[0]) if rows else None

    async def some(self, after: int, most: int) -> list[User]:
        """Return up to `most` users whose numbers are greater than `after`, in their order."""
        return [read_user(row) for row in await self._store.fetch(ALL, after, most)]

    async def count(self) -> int:
        """Return how many users there are."""
        (row,) = await self._store.fetch(COUNT)
        return int(row["n"])

    async def update(self, user_id: int, change: Change) -> User:
        """Change a user. Whoever is deactivated is logged out everywhere.

        Raises `NotFound`, and `Conflict` for the last administrator.
        """
        if change.tier is not None:
            self._tiers.check(change.tier, field="tier")

        async def write(transaction: Transaction) -> User:
            if change.role is Role.USER or change.is_active is False:
                await keep_an_admin(transaction, user_id)
            rows = await transaction.fetch(BY_ID, user_id)
            if not rows:
                raise absent(user_id)
            before = read_user(rows[0])
            if before.name == ADMIN and change.role is Role.USER:
                message = f"{ADMIN} is the administrator's name, and stays one."
                raise Conflict(message, field="role")
            is_active = before.is_active if change.is_active is None else change.is_active
            role, tier = change.role or before.role, change.tier or before.tier
            rows = await transaction.fetch(CHANGE, role.value, tier, is_active, user_id)
            if not is_active:
                await transaction.execute("DELETE FROM sessions WHERE user_id = ?", user_id)
            await advance(transaction)
            return read_user(rows[0])

        return await self._store.write(write)

    async def set_password(
        self, user_id: int, password_hash: str, *, keep: UUID | None = None
    ) -> User:
        """Give a user a password, and end all their logins but the session `keep`."""

        async def write(transaction: Transaction) -> User:
            rows = await transaction.fetch(GIVE, password_hash, user_id)
            if not rows:
                raise absent(user_id)
            await end_logins(transaction, user_id, keep)
            return read_user(rows[0])

        return await self._store.write(write)

    async def remove(self, user_id: int) -> User:
        """Remove a user: from now on they are nobody. Raises `Conflict` for the last admin.

        Who never had tasks is forgotten at once. Those of others are removed by the server
        (`services.tasks.changing.leaving`); then the row goes, and the name is free. Their
        finished files stay where they lie.
        """

        async def write(transaction: Transaction) -> User:
            await keep_an_admin(transaction, user_id)
            rows = await transaction.fetch(LEAVE, self._clock.now(), False, user_id)
            if not rows:
                raise absent(user_id)
            for table in CREDENTIALS:
                await transaction.execute(f"DELETE FROM {table} WHERE user_id = ?", user_id)  # noqa: S608 - ours
            await transaction.execute(FORGET, user_id)
            await advance(transaction)
            return read_user(rows[0])

        return await self._store.write(write)

    async def _taken(self, name: str) -> Conflict:
        there = await self._store.fetch("SELECT removed_at FROM users WHERE name = ?", name)
        if there and there[0]["removed_at"] is not None:
            message = (
                f"The user {name} is being removed, with all their tasks. The name is free when "
                "that is done, which a running server does in some minutes."
            )
            return Conflict(message, field="name")
        return Conflict(f"There is a user {name} already.", field="name")


async def keep_an_admin(transaction: Transaction, user_id: int) -> None:
    """Raise `Conflict` if there would be no administrator without this one."""
    locked = " FOR UPDATE" if transaction.dialect == "postgres" else ""
    rows = await transaction.fetch(ADMINS + locked, Role.ADMIN.value)
    if [row["id"] for row in rows] == [user_id]:
        message = "This is the last administrator. Make another user one first."
        raise Conflict(message, field="id")


async def end_logins(transaction: Transaction, user_id: int, keep: UUID | None = None) -> None:
    """End all that a user has logged in with, but the session `keep`. Keys are left alone."""
    if keep is None:
        await transaction.execute("DELETE FROM sessions WHERE user_id = ?", user_id)
    else:
        await transaction.execute(
            "DELETE FROM sessions WHERE user_id = ? AND id <> ?", user_id, keep
        )
    await transaction.execute("DELETE FROM one_time_tokens WHERE user_id = ?", user_id)
    await advance(transaction)


async def check_unchanged(transaction: Transaction, user: User) -> None:
    """Raise `Unauthorized` if a user may not log in any more as they were read.

    Whoever changes them meanwhile waits, and then ends what this transaction begins.
    """
    lock = " FOR SHARE" if transaction.dialect == "postgres" else ""
    rows = await transaction.fetch(BY_ID + lock, user.id)
    now = read_user(rows[0]) if rows else None
    if now is None or not now.is_active or now.password_stamp != user.password_stamp:
        raise Unauthorized(CHANGED)


def absent(user_id: int) -> NotFound:
    """Return the error that says that there is no such user."""
    return NotFound(f"There is no user with the number {user_id}.", field="id")


def read_user(row: Row) -> User:
    """Return the user in a row of the table."""
    return User(
        row["id"],
        row["name"],
        Role(row["role"]),
        read_time(row["created_at"]),
        row["tier"],
        bool(row["is_active"]),
        row["password_hash"] is not None,
        row["totp_since"] is not None,
        _stamp(row["password_hash"]),
    )


def _stamp(kept: str | None) -> str:
    """Return what tells one password from the next, and nothing of either."""
    return "" if kept is None else hashlib.sha256(kept.encode()).hexdigest()[:16]


def _check_name(name: str, role: Role) -> None:
    if not NAME.fullmatch(name):
        message = (
            f"{name[:64]!r} cannot be a user's name. Take up to 32 small letters and digits, "
            "with - and _ between them."
        )
        raise InvalidInput(message, field="name")
    if safe_name(name) != name:
        message = f"{name} is no name for a folder on every system; choose another."
        raise InvalidInput(message, field="name")
    if name == ADMIN and role is not Role.ADMIN:
        message = (
            f"{ADMIN} is the administrator's name. The first start of the server makes that "
            "user; or give the role admin."
        )
        raise InvalidInput(message, field="role")
