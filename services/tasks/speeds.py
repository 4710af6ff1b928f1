"""Speed limits, of the server, of users and of tasks: in force from the moment they are set."""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from services.access.identity import Identity
from services.engines.rates import Rate
from services.errors import Conflict, ErrorCode, Forbidden, InvalidInput, NotFound
from services.ids import TASK, read, show
from services.remembered import Remembered
from services.store.rows import write_json
from services.store.store import Store, Transaction
from services.tasks.options import write_options
from services.tasks.queries import find_task
from services.tasks.records import Task

KEY = "speed_limit"
KEYS = f"{KEY}:"  # and a user's number
GREATEST = 1 << 53  # bytes a second
MOST_REMEMBERED = 100  # tasks whose limit was set last


class Limited(StrEnum):
    """What a speed limit is of."""

    SERVER = "SERVER"  # of all that is fetched
    USER = "USER"  # of all tasks of one user
    TASK = "TASK"


@dataclass(frozen=True, slots=True)
class SpeedLimit:
    """A limit in bytes a second; None is none. `id` is null for the server."""

    of: Limited
    id: str | None
    limit: int | None


class Speeds:
    """Keeps the limits, and gives engines the rates to go by."""

    def __init__(self, *, store: Store, remembered: Remembered, limit: int | None = None) -> None:
        self._store = store
        self._remembered = remembered
        self._server = Rate(limit)  # as the server is set up, until somebody says otherwise
        self._users: dict[int, Rate] = {}
        self._tasks: dict[UUID, Rate] = {}
        self._set_last: dict[UUID, int | None] = {}  # for tasks that are just being claimed

    async def open(self) -> None:
        """Read what was set in earlier days."""
        kept = await self._remembered.get(KEY)
        if kept is not None:
            self._server.limit = _read(kept)
        for key, value in (await self._remembered.all_below(KEYS)).items():
            self._users[int(key.removeprefix(KEYS))] = Rate(_read(value))

    def begin(self, task: Task) -> tuple[Rate, ...]:
        """Return the rates that an attempt at `task` goes by, until `end`."""
        limit = self._set_last.get(task.id, task.options.speed_limit)
        own = self._tasks[task.id] = Rate(limit)
        return self._server, self._of_user(task.owner_id), own

    def end(self, task_id: UUID) -> None:
        """Forget the rate of a task that is not attempted any more."""
        self._tasks.pop(task_id, None)

    def server(self) -> int | None:
        """Return the limit of the server, in bytes a second."""
        return self._server.limit

    def own(self, identity: Identity) -> int | None:
        """Return the limit of whoever asks, in bytes a second."""
        rate = self._users.get(identity.user_id)
        return rate.limit if rate else None

    async def set(
        self, identity: Identity, of: Limited, thing: str | None, limit: int | None
    ) -> SpeedLimit:
        """Set a limit in bytes a second, or lift it with None; it is durable and in force then.

        `thing` is the id of the user or task. Raises `Forbidden` for what is not one's own,
        `NotFound`, `Conflict` where the task is finished, and `InvalidInput` about `id` or
        `bytesPerSecond`.
        """
        if limit is not None and not 0 < limit <= GREATEST:
            message = "Give a limit of 1 byte a second or more, or null for none."
            raise InvalidInput(message, field="bytesPerSecond")
        if of is Limited.SERVER:
            return await self._set_server(identity, thing, limit)
        if thing is None:
            message = f"Say which {of.value.lower()} it is."
            raise InvalidInput(message, field="id")
        if of is Limited.USER:
            return await self._set_user(identity, thing, limit)
        return await self._set_task(identity, read(TASK, thing, field="id"), limit)

    async def _set_server(
        self, identity: Identity, thing: str | None, limit: int | None
    ) -> SpeedLimit:
        if not identity.is_admin:
            message = "Only an administrator sets the limit of the server."
            raise Forbidden(message)
        if thing is not None:
            message = "There is one server; leave the id away."
            raise InvalidInput(message, field="id")
        await self._remembered.put(KEY, {"limit": limit})
        self._server.limit = limit
        return SpeedLimit(Limited.SERVER, None, limit)

    async def _set_user(self, identity: Identity, thing: str, limit: int | None) -> SpeedLimit:
        user_id = int(thing) if thing.isascii() and thing.isdigit() and len(thing) < 10 else -1
        if not identity.is_admin and user_id != identity.user_id:
            message = "Only an administrator sets the limit of another user."
            raise Forbidden(message)
        if not await self._store.fetch("SELECT id FROM users WHERE id = ?", user_id):
            message = f"There is no user with the number {thing[:64]!r}."
            raise NotFound(message, field="id")
        await self._remembered.put(f"{KEYS}{user_id}", {"limit": limit})
        self._of_user(user_id).limit = limit
        return SpeedLimit(Limited.USER, str(user_id), limit)

    async def _set_task(self, identity: Identity, task_id: UUID, limit: int | None) -> SpeedLimit:
        async def write(transaction: Transaction) -> None:
            task = await find_task(transaction, identity, task_id, field="id")
            if task.is_finished:
                message = f"{show(TASK, task_id)} is {task.state.value}; there is nothing to limit."
                raise Conflict(message, code=ErrorCode.ILLEGAL_MOVE, field="id")
            options = write_options(replace(task.options, speed_limit=limit))
            await transaction.execute(
                "UPDATE tasks SET options = ? WHERE id = ?", write_json(options), task_id
            )

        await self._store.write(write)
        self._set_last.pop(task_id, None)  # the newest comes last
        self._set_last[task_id] = limit
        if len(self._set_last) > MOST_REMEMBERED:
            del self._set_last[next(iter(self._set_last))]
        if rate := self._tasks.get(task_id):
            rate.limit = limit
        return SpeedLimit(Limited.TASK, show(TASK, task_id), limit)

    def _of_user(self, user_id: int) -> Rate:
        return self._users.setdefault(user_id, Rate())


def _read(kept: object) -> int | None:
    limit = kept.get("limit") if isinstance(kept, dict) else None
    return limit if isinstance(limit, int) else None
