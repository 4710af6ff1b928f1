"""Speed limits, of the server, of users and of tasks: in force from the moment they are set.

Those of the server and of users may have a schedule: in its windows other limits hold.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.access.identity import Identity
from services.clock import Clock
from services.engines.rates import Rate
from services.errors import Conflict, ErrorCode, Forbidden, InvalidInput, NotFound
from services.ids import TASK, read, show
from services.remembered import Remembered
from services.store.rows import write_json
from services.store.store import Store, Transaction
from services.tasks.limits.windows import (
    GREATEST,
    NO_SCHEDULE,
    Schedule,
    check_schedule,
    read_schedule,
    write_schedule,
)
from services.tasks.listing.queries import find_task
from services.tasks.options import write_options
from services.tasks.records import Task

PREFIX = "speed_"
KEY = f"{PREFIX}limit"  # of the server; of a user with a colon and their number behind it
SCHEDULE = f"{PREFIX}schedule"
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


@dataclass(frozen=True, slots=True)
class SpeedRule:
    """The usual limit in bytes a second (None: none), when others hold, and what holds now."""

    usual: int | None
    schedule: Schedule
    now: int | None


@dataclass(slots=True)
class _Governed:
    """A rate that goes by a usual limit, and by a schedule in its windows."""

    rate: Rate = field(default_factory=Rate)
    usual: int | None = None
    schedule: Schedule = NO_SCHEDULE

    @property
    def rule(self) -> SpeedRule:
        return SpeedRule(self.usual, self.schedule, self.rate.limit)

    def keep_time(self, now: datetime) -> None:
        self.rate.limit = self.schedule.limit(now, self.usual)


class Speeds:
    """Keeps the limits, and gives engines the rates to go by."""

    def __init__(
        self, *, store: Store, remembered: Remembered, clock: Clock, limit: int | None = None
    ) -> None:
        self._store = store
        self._remembered = remembered
        self._clock = clock
        # As the server is set up, until somebody says otherwise.
        self._given = limit
        self._server = _Governed(Rate(limit), limit)
        self.is_server_set = False  # whether somebody has
        self._users: dict[int, _Governed] = {}
        self._tasks: dict[UUID, Rate] = {}
        self._set_last: dict[UUID, int | None] = {}  # for tasks that are just being claimed
        self._sets = 0

    def forget(self, limit: int | None) -> None:
        """Forget what was set, for a database that knows nothing of it; `limit` is the server's."""
        self._server.usual, self._server.schedule = limit, NO_SCHEDULE
        for governed in self._users.values():
            governed.usual, governed.schedule = None, NO_SCHEDULE
        self._set_last.clear()

    async def refresh(self) -> None:
        """Read what was set, in earlier days or elsewhere, unless something is set meanwhile."""
        sets = self._sets
        kept = await self._remembered.all_below(PREFIX)
        if sets != self._sets:
            return
        self.is_server_set = KEY in kept
        if not self.is_server_set:
            self._server.usual = self._given
        for key, value in kept.items():
            name, _, user = key.partition(":")
            governed = self._of_user(int(user)) if user else self._server
            if name == KEY:
                governed.usual = _read(value)
            elif name == SCHEDULE:
                governed.schedule = read_schedule(value)
        self.keep_time()

    def keep_time(self) -> None:
        """Go by the limits of this hour."""
        now = self._clock.now()
        for governed in (self._server, *self._users.values()):
            governed.keep_time(now)

    def begin(self, task: Task) -> tuple[Rate, ...]:
        """Return the rates that an attempt at `task` goes by, until `end`."""
        limit = self._set_last.get(task.id, task.options.speed_limit)
        own = self._tasks[task.id] = Rate(limit)
        return self._server.rate, self._of_user(task.owner_id).rate, own

    def passed(self) -> dict[int, int]:
        """Return how many bytes have come in for each user here since the start."""
        return {user_id: governed.rate.passed for user_id, governed in self._users.items()}

    def end(self, task_id: UUID) -> None:
        """Forget the rate of a task that is not attempted any more."""
        self._tasks.pop(task_id, None)

    def server(self) -> SpeedRule:
        """Return what the server goes by."""
        return self._server.rule

    def own(self, identity: Identity) -> SpeedRule:
        """Return what the tasks of whoever asks go by."""
        return (self._users.get(identity.user_id) or _Governed()).rule

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
        if of is not Limited.TASK:
            return await self._set_usual(identity, of, thing, limit)
        if thing is None:
            message = "Say which task it is."
            raise InvalidInput(message, field="id")
        return await self._set_task(identity, read(TASK, thing, field="id"), limit)

    async def reset_server(self) -> None:
        """Go by the limit that the server is set up with again; it is durable then."""
        self._sets += 1
        await self._remembered.forget(KEY)
        self._sets += 1
        self.is_server_set = False
        self._server.usual = self._given
        self._server.keep_time(self._clock.now())

    async def set_schedule(
        self, identity: Identity, of: Limited, thing: str | None, schedule: Schedule
    ) -> Schedule:
        """Set the schedule of the server or a user; it is durable and in force then.

        Raises like `set`, and `InvalidInputs` about `windows` and `timeZone`.
        """
        if of is Limited.TASK:
            message = "Schedules are of the server and of users; a task has one limit."
            raise InvalidInput(message, field="of")
        check_schedule(schedule)
        governed, user_id = await self._governed(identity, of, thing)
        await self._put(SCHEDULE, user_id, write_schedule(schedule))
        governed.schedule = schedule
        governed.keep_time(self._clock.now())
        return schedule

    async def _set_usual(
        self, identity: Identity, of: Limited, thing: str | None, limit: int | None
    ) -> SpeedLimit:
        governed, user_id = await self._governed(identity, of, thing)
        await self._put(KEY, user_id, {"limit": limit})
        governed.usual = limit
        self.is_server_set = self.is_server_set or user_id is None
        governed.keep_time(self._clock.now())
        return SpeedLimit(of, None if user_id is None else str(user_id), limit)

    async def _put(self, name: str, user_id: int | None, value: object) -> None:
        self._sets += 1
        await self._remembered.put(name if user_id is None else f"{name}:{user_id}", value)
        self._sets += 1

    async def _governed(
        self, identity: Identity, of: Limited, thing: str | None
    ) -> tuple[_Governed, int | None]:
        """Return what goes by the limit of the server or a user, and the user's number."""
        if of is Limited.SERVER:
            if not identity.is_admin:
                message = "Only an administrator sets the limit of the server."
                raise Forbidden(message)
            if thing is not None:
                message = "There is one server; leave the id away."
                raise InvalidInput(message, field="id")
            return self._server, None
        if thing is None:
            message = f"Say which {of.value.lower()} it is."
            raise InvalidInput(message, field="id")
        user_id = int(thing) if thing.isascii() and thing.isdigit() and len(thing) < 10 else -1
        if not identity.is_admin and user_id != identity.user_id:
            message = "Only an administrator sets the limit of another user."
            raise Forbidden(message)
        if not await self._store.fetch("SELECT id FROM users WHERE id = ?", user_id):
            message = f"There is no user with the number {thing[:64]!r}."
            raise NotFound(message, field="id")
        return self._of_user(user_id), user_id

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
        self.learn(task_id, limit)
        return SpeedLimit(Limited.TASK, show(TASK, task_id), limit)

    def learn(self, task_id: UUID, limit: int | None) -> None:
        """Go by a limit of a task that is written already, from now on."""
        self._set_last.pop(task_id, None)  # the newest comes last
        self._set_last[task_id] = limit
        if len(self._set_last) > MOST_REMEMBERED:
            del self._set_last[next(iter(self._set_last))]
        if rate := self._tasks.get(task_id):
            rate.limit = limit

    def _of_user(self, user_id: int) -> _Governed:
        return self._users.setdefault(user_id, _Governed())


def _read(kept: object) -> int | None:
    limit = kept.get("limit") if isinstance(kept, dict) else None
    return limit if isinstance(limit, int) else None
