"""Changing what was asked of tasks: how urgent, from when on, how fast, and how."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Final

from services.access.identity import Identity
from services.clock import Clock
from services.engines.options import Options, Secrets
from services.errors import ArgosyError, InvalidInput, InvalidInputs
from services.events.kinds import EventKind
from services.sealing import Sealer
from services.store.rows import write_json
from services.store.store import Store, Transaction
from services.tasks.adding.asking import Asked, read_asked
from services.tasks.adding.orders import Orders, fingerprint
from services.tasks.changing.changes import Runner
from services.tasks.changing.merging import merged_options, merged_secrets
from services.tasks.changing.results import Done, check_ids, for_each
from services.tasks.limits.speeds import Speeds
from services.tasks.limits.windows import GREATEST
from services.tasks.moves import amend, illegal
from services.tasks.options import NO_SECRETS, read_secrets, write_options, write_secrets
from services.tasks.priorities import Priority
from services.tasks.records import Task, bound_to
from services.tasks.states import TaskState

ONE_FILE = ("name", "mirrors", "checksums")
SEALED = "SELECT secrets FROM tasks WHERE id = ?"


class Kept(Enum):
    """What is said of that which is not to be changed; None has a meaning of its own."""

    KEPT = "KEPT"


KEPT: Final = Kept.KEPT


@dataclass(frozen=True, slots=True)
class Update:
    """What is to be changed. `start_at` None: at once; `speed_limit` None: no limit."""

    priority: Priority | None = None
    start_at: datetime | Kept | None = KEPT
    speed_limit: int | Kept | None = KEPT  # bytes a second
    asked: Asked | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    """An update whose options are checked."""

    update: Update
    options: Options
    secrets: Secrets
    now: datetime


class Updates:
    """Changes tasks that are not finished. What runs goes on with the new, from the same byte."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        runner: Runner,
        speeds: Speeds,
        sealer: Sealer,
        orders: Orders,
    ) -> None:
        self._store = store
        self._clock = clock
        self._runner = runner
        self._speeds = speeds
        self._sealer = sealer
        self._orders = orders

    async def update(self, identity: Identity, ids: Sequence[str], update: Update) -> Done:
        """Change up to 1,000 tasks in the same way, each on its own.

        A speed limit holds at once. Only what waits is given another time to start. Raises
        `InvalidInputs` with one error for each value that makes no sense.
        """
        check_ids(ids)
        read = self._read(update, ids)

        async def write(transaction: Transaction) -> Done:
            return await for_each(
                transaction, identity, ids, partial(self._change, transaction, read)
            )

        return await self._store.write(write)

    def _read(self, update: Update, ids: Sequence[str]) -> _Read:
        errors: list[ArgosyError] = []
        if update == Update():
            errors.append(InvalidInput("Say what is to be changed."))
        limit = update.speed_limit
        if isinstance(limit, int) and not 0 < limit <= GREATEST:
            message = "Give a limit of 1 byte a second or more, or null for none."
            errors.append(InvalidInput(message, field="speedLimit"))
        asked = update.asked or Asked()
        options, secrets = read_asked(asked, errors)
        options = self._orders.with_mirrors(options, errors)
        errors += self._orders.about_proxy(secrets)
        if len(set(ids)) > 1:
            for name in ONE_FILE:
                if getattr(asked, name):
                    message = f"What is given as {name} is of one file: give one id."
                    errors.append(InvalidInput(message, field=f"options.{name}"))
        if errors:
            raise InvalidInputs(errors)
        return _Read(update, options, secrets, self._clock.now())

    async def _change(self, transaction: Transaction, read: _Read, task: Task) -> Task:
        update = read.update
        if task.is_finished:
            raise illegal(task, "changed")
        columns: dict[str, object] = {}
        if update.priority not in {None, task.priority}:
            columns["priority"] = update.priority
        if update.start_at is not KEPT:
            columns |= _scheduled(task, update.start_at, read.now)
        options = self._options(read, task)
        if options != task.options:
            columns |= {
                "options": write_json(write_options(options)),
                "fingerprint": fingerprint(task.engine, task.url, task.folder, options),
            }
        sealed = await self._sealed(transaction, read, task)
        if sealed is not None:
            columns["secrets"] = sealed
        if not columns:
            return task
        changed = await amend(transaction, task, EventKind.TASK_CHANGED, at=read.now, **columns)
        begins_anew = sealed is not None or _but_speed(options) != _but_speed(task.options)
        transaction.after_commit(partial(self._tell, task, changed, begins_anew))
        return changed

    def _options(self, read: _Read, task: Task) -> Options:
        options = task.options
        if read.update.asked is not None:
            options = merged_options(options, read.options, read.update.asked)
        if read.update.speed_limit is not KEPT:
            options = replace(options, speed_limit=read.update.speed_limit)
        filters = options.filters
        if filters.max_size is not None and filters.max_size < filters.min_size:
            message = "No file is smaller than minSize and larger than maxSize allows."
            raise InvalidInput(message)
        return options

    async def _sealed(self, transaction: Transaction, read: _Read, task: Task) -> str | None:
        """Return the secrets of a task sealed anew, or None where they stay as they are."""
        asked = read.update.asked
        if asked is None or (read.secrets == NO_SECRETS and asked.proxy_kind is None):
            return None
        (row,) = await transaction.fetch(SEALED, task.id)
        old = NO_SECRETS
        if row["secrets"]:
            old = read_secrets(self._sealer.open(row["secrets"], bound_to(task)))
        merged = merged_secrets(old, read.secrets, asked)
        if merged == old:
            return None
        return self._sealer.seal(write_secrets(merged), bound_to(task))

    def _tell(self, before: Task, task: Task, begins_anew: bool) -> None:
        if task.options.speed_limit != before.options.speed_limit:
            self._speeds.learn(task.id, task.options.speed_limit)
        if begins_anew and task.state is TaskState.RUNNING:
            self._runner.give_way(task.id)
        self._runner.wake()


def _scheduled(task: Task, start_at: datetime | None, now: datetime) -> dict[str, object]:
    if task.state is TaskState.RUNNING:
        raise illegal(task, "given a time to start")
    due_at = max(now, start_at or now)
    if due_at == task.due_at or (due_at == now and task.due_at <= now):
        return {}
    return {"due_at": due_at, "is_due": due_at <= now}


def _but_speed(options: Options) -> Options:
    return replace(options, speed_limit=None)
