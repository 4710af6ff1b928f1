"""What a worker writes about the tasks that it has.

A worker claims a row, and that bumps the row's `attempt`; each later write names the
attempt, so a worker that was thought dead, and comes back, changes nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from services.clock import Clock
from services.engines.engine import Fetched, Meter, Phase, Previous
from services.engines.options import Conflict
from services.errors import ArgosyError, Skipped
from services.statistics.counting import add_failure
from services.statistics.transfers import Amount, Source, add_transfers
from services.store.rows import Row, marks, read_id, read_time_or_none
from services.store.store import Store, Transaction
from services.tasks.adding.orders import fingerprints_of_url
from services.tasks.limits.pauses import Pauses
from services.tasks.moves import move, move_all
from services.tasks.records import Task, read_task
from services.tasks.running.claim import Claim
from services.tasks.running.completions import Completions
from services.tasks.running.group_files import GroupFiles, files_of
from services.tasks.running.jumps import Jumps
from services.tasks.running.leases import Leases
from services.tasks.running.turns import LATER, OWNERS, Turns
from services.tasks.running.worker import worker_id
from services.tasks.states import TaskState

LEASE = timedelta(seconds=15)

# Held from choosing what is started to the commit.
TURNS_LOCK = 0x4172676F7475

WAITING = f"""
    SELECT EXISTS ({OWNERS}) AS waits,
           (SELECT due_at FROM tasks WHERE {LATER} ORDER BY due_at LIMIT 1) AS next_due
"""  # noqa: S608 - ours
DUE = f"UPDATE tasks SET is_due = ? WHERE {LATER} AND due_at <= ?"  # noqa: S608 - ours
ABOUT = """
    SELECT tasks.id, tasks.secrets, users.name AS owner_name
    FROM tasks JOIN users ON users.id = tasks.owner_id WHERE tasks.id IN ({ids})
"""
ONE = """
    SELECT tasks.*, users.name AS owner_name
    FROM tasks JOIN users ON users.id = tasks.owner_id WHERE tasks.id = ?
"""
OWN = """
    SELECT id, attempt, lease_until FROM tasks WHERE state = 'RUNNING' AND worker = ? ORDER BY id
"""
WATCHED = """
    SELECT id, attempt, lease_until, worker FROM tasks
    WHERE state = 'RUNNING' AND (worker <> ? OR lease_until < ?) ORDER BY id
"""
LEASE_OF = "SELECT lease_until FROM tasks WHERE id = ?"
REPORT = """
    UPDATE tasks SET lease_until = ?, phase = ?, name = ?, received = ?, total = ?, active_ms = ?
    WHERE id = ? AND attempt = ? AND state = 'RUNNING'
"""
PREVIOUS = """
    SELECT files.path, files.size, files.etag, files.modified_at
    FROM files JOIN tasks ON tasks.id = files.task_id
    WHERE tasks.owner_id = ? AND tasks.fingerprint BETWEEN ? AND ?
        AND tasks.url = ? AND tasks.folder = ? AND tasks.state = 'COMPLETED' AND NOT tasks.is_group
    ORDER BY files.id DESC LIMIT 1
"""


class Claims:
    """The rows that one worker has.

    `busy` are tasks that it still has hands on: none of them is claimed before it has let go, even
    if its row says that it waits. Nothing is claimed for `spent` users: they have no quota left.
    """

    def __init__(
        self, *, store: Store, clock: Clock, data_dir: Path, turns: Turns, pauses: Pauses
    ) -> None:
        self._store = store
        self._clock = clock
        self._data_dir = data_dir
        self._turns = turns
        self._pauses = pauses
        self._leases = Leases(clock=clock, length=LEASE)
        self._jumps = Jumps(store=store, clock=clock)
        self._worker = ""  # until `open`
        self._completions = Completions(store=store, clock=clock, take=self._take)
        self.files = GroupFiles(store=store, clock=clock)
        self.busy: set[UUID] = set()
        self.spent: Collection[int] = ()

    def open(self) -> None:
        """Learn this worker's name."""
        self._worker = worker_id(self._data_dir)

    async def take(self, most: int) -> list[Claim]:
        """Claim up to `most` tasks that are due, as `Turns` chooses them."""
        now = self._clock.now()
        waits, due = await self._waiting()
        if not waits and (due is None or due > now):
            return []  # nothing to write for

        async def claim(transaction: Transaction) -> list[Claim]:
            return await self._take(transaction, now, most)

        return await self._store.write(claim)

    async def next_due(self) -> datetime | None:
        """Return when the next task that waits for a time may start; None if none does."""
        return (await self._waiting())[1]

    async def _waiting(self) -> tuple[bool, datetime | None]:
        """Return whether tasks are due, and when the next of the others will be."""
        (row,) = await self._store.fetch(WAITING)
        return bool(row["waits"]), read_time_or_none(row["next_due"])

    async def report(self, running: Sequence[tuple[Claim, Meter]]) -> set[UUID]:
        """Write how the running tasks are doing and extend their leases.

        Returns the ids of those that are still this worker's.
        """
        lease, now = self._clock.now() + LEASE, self._clock.monotonic()
        values = [
            (
                *(lease, m.phase.value, m.name, m.received, m.total, c.active_ms(now)),
                *(c.task.id, c.task.attempt),
            )
            # In one order, whoever writes: two who lock the same rows do not lock each other out.
            for c, m in sorted(running, key=lambda pair: pair[0].task.id)
        ]

        async def write(transaction: Transaction) -> set[UUID]:
            await transaction.execute_many(REPORT, values)
            rows = await transaction.fetch(
                "SELECT id, attempt FROM tasks WHERE worker = ? AND state = 'RUNNING'",
                self._worker,
            )
            held = {(read_id(row["id"]), row["attempt"]) for row in rows}
            return {c.task.id for c, _ in running if (c.task.id, c.task.attempt) in held}

        return await self._store.write(write)

    async def complete(self, claim: Claim, fetched: Fetched) -> Task | None:
        """Record that the task is done; None if it is no longer this worker's."""
        task, _ = await self.complete_and_take(claim, fetched, 0)
        return task

    async def complete_and_take(
        self, claim: Claim, fetched: Fetched, most: int
    ) -> tuple[Task | None, list[Claim]]:
        """Do what `complete` and `take` do, in one transaction: many small tasks need it."""
        return await self._completions.add(claim, fetched, most)

    async def skip(self, claim: Claim, reason: Skipped) -> Task | None:
        """Record that there was nothing to do; None if it is no longer this worker's."""
        now = self._clock.now()

        async def write(transaction: Transaction) -> Task | None:
            return await self._leave(
                transaction,
                claim,
                TaskState.SKIPPED,
                error_code=reason.code.value,
                error_message=reason.message,
                finished_at=now,
            )

        return await self._store.write(write)

    async def fail(self, claim: Claim, error: ArgosyError) -> Task | None:
        """Record that the task is given up; None if it is no longer this worker's."""
        now = self._clock.now()

        async def write(transaction: Transaction) -> Task | None:
            task = await self._leave(
                transaction,
                claim,
                TaskState.FAILED,
                error_code=error.code.value,
                error_message=error.message,
                finished_at=now,
            )
            if task is not None:
                await add_failure(transaction, task.owner_id, now)
                failed = {Source(task.engine, task.host): Amount(failures=1)}
                await add_transfers(transaction, task.owner_id, now, failed)
            return task

        return await self._store.write(write)

    async def retry(
        self,
        claim: Claim,
        error: ArgosyError,
        meter: Meter,
        *,
        failures: int,
        after: timedelta,
        mark: int | None = None,
    ) -> Task | None:
        """Put the task back to be tried again; None if it is no longer this worker's.

        `mark` is from where on progress counts, if not from where it did.
        """
        due = self._clock.now() + after

        async def write(transaction: Transaction) -> Task | None:
            return await self._leave(
                transaction,
                claim,
                TaskState.RETRYING,
                **_columns(meter),
                failures=failures,
                progress_mark=claim.task.progress_mark if mark is None else mark,
                due_at=due,
                is_due=due <= self._clock.now(),
                error_code=error.code.value,
                error_message=error.message,
            )

        return await self._store.write(write)

    async def give_back(self, claim: Claim, meter: Meter) -> Task | None:
        """Put the task back as it is: this worker stops."""

        async def write(transaction: Transaction) -> Task | None:
            return await self._leave(
                transaction,
                claim,
                TaskState.PENDING,
                **_columns(meter),
                is_due=True,
            )

        return await self._store.write(write)

    async def look_up(self, jobs: Iterable[UUID]) -> dict[UUID, tuple[Task, str]]:
        """Return the tasks with these ids, each with the name of its owner's folder.

        For the id of a file of a group, that is the group. What does not exist is left out.
        """
        found: dict[UUID, tuple[Task, str]] = {}
        ids = list(jobs)
        for task_id in ids:
            for row in await self._store.fetch(ONE, task_id):
                found[task_id] = read_task(row), row["owner_name"]
        return found | await self.files.look_up(job for job in ids if job not in found)

    async def recover_own(self) -> list[Task]:
        """Put back what an earlier process of this worker had when it died."""
        return await self._recover(await self._store.fetch(OWN, self._worker))

    async def recover_expired(self, held: Collection[UUID] = frozenset()) -> list[Task]:
        """Put back what nobody has held on to; `held` is what this worker is at.

        It takes several calls to see that, see `Leases`. What is held is not put back even if its
        lease has run out: then the clock has jumped.
        """
        watched = [
            row
            for row in await self._store.fetch(WATCHED, self._worker, self._clock.now())
            if row["worker"] != self._worker or read_id(row["id"]) not in held
        ]
        lost = self._leases.run_out(watched)
        return await self._recover([row for row in watched if read_id(row["id"]) in lost])

    async def keep_time(self) -> bool:
        """Move the times of tasks with the clock where it was set back; say whether it was."""
        return await self._jumps.follow()

    async def _recover(self, lost: Sequence[Row]) -> list[Task]:
        """Put back what is still as these rows have it."""
        now = self._clock.now()

        async def write(transaction: Transaction) -> list[Task]:
            moved = []
            for row in lost:
                task_id, attempt = read_id(row["id"]), row["attempt"]
                (there,) = await transaction.fetch(LEASE_OF, task_id) or (None,)
                if there is None or there["lease_until"] != row["lease_until"]:
                    continue  # somebody holds on to it after all
                pending = TaskState.PENDING
                back = await move(
                    transaction, task_id, pending, at=now, attempt=attempt, is_due=True
                )
                moved += [back] if back else []
            return moved

        return await self._store.write(write) if lost else []  # nothing to write for

    async def _take(self, transaction: Transaction, now: datetime, most: int) -> list[Claim]:
        if not most or self._pauses.is_server_paused:
            return []
        if transaction.dialect == "postgres":  # one after the other: limits hold for all together
            await transaction.fetch("SELECT pg_advisory_xact_lock(?)", TURNS_LOCK)
        await transaction.execute(DUE, True, now)
        left_out = self._pauses.users.union(self.spent)
        chosen = await self._turns.choose(transaction, most, left_out, self.busy)
        ids = [read_id(row["id"]) for row in chosen]
        if not ids:
            return []
        about = {
            read_id(row["id"]): (row["owner_name"], row["secrets"])
            for row in await transaction.fetch(ABOUT.format(ids=marks(len(ids))), *ids)
        }
        moved = await move_all(
            transaction,
            [(task_id, None) for task_id in ids],
            TaskState.RUNNING,
            at=now,
            phase=Phase.RESOLVING.value,
            worker=self._worker,
            lease_until=now + LEASE,
        )
        began = self._clock.monotonic()
        claims = [
            Claim(moved[task_id], owner_name, began, secrets)
            for task_id in ids
            if task_id in moved
            for owner_name, secrets in [about[task_id]]
        ]
        return [await self._whole(transaction, claim) for claim in claims]

    async def _whole(self, transaction: Transaction, claim: Claim) -> Claim:
        """Return the claim with all else that its attempt needs.

        That is the files of a group, and what came of the same URL before where the policy for
        conflicts asks for that.
        """
        task = claim.task
        if task.is_group:
            return replace(claim, files=await files_of(transaction, task.id))
        if task.options.conflict not in {Conflict.OVERWRITE, Conflict.COMPARE}:
            return claim
        alike = fingerprints_of_url(task.engine, task.url, task.folder)
        rows = await transaction.fetch(PREVIOUS, task.owner_id, *alike, task.url, task.folder)
        if not rows:
            return claim
        row = rows[0]
        modified = read_time_or_none(row["modified_at"])
        return replace(claim, previous=Previous(row["path"], row["size"], row["etag"], modified))

    async def _leave(
        self, transaction: Transaction, claim: Claim, new: TaskState, **columns: object
    ) -> Task | None:
        return await move(
            transaction,
            claim.task.id,
            new,
            at=self._clock.now(),
            attempt=claim.task.attempt,
            kind=None,
            active_ms=claim.active_ms(self._clock.monotonic()),
            **columns,
        )


def _columns(meter: Meter) -> dict[str, object]:
    return {"name": meter.name, "received": meter.received, "total": meter.total}
