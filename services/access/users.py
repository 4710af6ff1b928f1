"""Users."""

import re
from dataclasses import dataclass
from datetime import datetime

from tortoise.exceptions import IntegrityError

from models.user import User as UserRow
from services.access.identity import Role
from services.clock import Clock
from services.errors import Conflict, InvalidInput, NotFound
from services.files.names import safe_name
from services.store.rows import Row, read_time
from services.store.store import Store, Transaction

ADMIN = "admin"  # who is made at the first start
# The name becomes a folder, a label and a word on the command line.
NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,30}[a-z0-9])?")

BY_NAME = "SELECT * FROM users WHERE name = ?"


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who owns tasks."""

    id: int
    name: str
    role: Role
    created_at: datetime


class Users:
    """Makes and finds users."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def create(self, name: str, role: Role) -> User:
        """Make a user; raise `InvalidInput` for a bad name, `Conflict` for a taken one."""
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
        now = self._clock.now()

        async def insert(transaction: Transaction) -> int:
            row = await UserRow.create(
                using_db=transaction.client, name=name, role=role.value, created_at=now
            )
            return row.id

        try:
            user_id = await self._store.write(insert)
        except IntegrityError as error:
            message = f"There is a user {name} already."
            raise Conflict(message, field="name") from error
        return User(user_id, name, role, now)

    async def find(self, name: str) -> User:
        """Return the user of that name, or raise `NotFound`."""
        is_name = NAME.fullmatch(name)  # what is none may be nothing that a database takes
        rows = await self._store.fetch(BY_NAME, name) if is_name else []
        if not rows:
            message = f"There is no user {name[:64]!r}. Make one with: ./run user create NAME"
            raise NotFound(message, field="name")
        return read_user(rows[0])

    async def first_admin(self) -> User | None:
        """Return the administrator who was made first, if there is one."""
        rows = await self._store.fetch(
            "SELECT * FROM users WHERE role = ? ORDER BY id LIMIT 1", Role.ADMIN.value
        )
        return read_user(rows[0]) if rows else None


def read_user(row: Row) -> User:
    """Return the user in a row of the table."""
    return User(row["id"], row["name"], Role(row["role"]), read_time(row["created_at"]))
