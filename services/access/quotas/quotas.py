"""Quotas: what users have used of what their tiers allow, and whether there is room for more.

Whoever adds asks here in the transaction that adds: of two who do so at once, the second sees what
the first has added. The sums are kept by day; what is not finished is counted up to its limit.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.access.identity import Identity
from services.access.quotas.tiers import GREATEST, Tier, Tiers, gone
from services.access.quotas.used_up import (
    full,
    midnight_after,
    no_downloads,
    spent,
    together,
    too_many_tasks,
)
from services.clock import Clock
from services.errors import ArgosyError, QuotaExceeded, Unauthorized
from services.statistics.counting import add_used
from services.store.rows import Row, marks
from services.store.store import Reader, Store, Transaction
from services.tasks.states import UNFINISHED

TIER = "SELECT tier FROM users WHERE id = ?"
# On PostgreSQL: whoever asks for the same user waits for the commit. What only refers to the user,
# such as a new task, does not.
LOCK = f"{TIER} FOR NO KEY UPDATE"
DAY = "SELECT added, received FROM statistics WHERE user_id = ? AND day = ?"
STATES = tuple(repr(state.value) for state in sorted(UNFINISHED))
# From an index alone, state by state: of all of them at once PostgreSQL reads finished ones too.
EACH = (f"SELECT 1 FROM tasks WHERE owner_id = ? AND state = {state}" for state in STATES)  # noqa: S608 - ours, like those below
COUNT_TO = f"SELECT COUNT(*) AS n FROM ({' UNION ALL '.join(EACH)} LIMIT ?) AS waiting"  # noqa: S608
# What is removed does not count. It is few, and has an index, taken where no other can be.
REMOVED = f"""
    SELECT COUNT(*) AS n FROM tasks
    WHERE removed_at IS NOT NULL AND owner_id + 0 = ? AND state || '' IN ({", ".join(STATES)})
"""  # noqa: S608
# The first has a row for each day, and the second is about tasks that run; of groups, each file
# counts when it lies there.
STORED = "SELECT COALESCE(SUM(stored), 0) AS bytes FROM statistics WHERE user_id = ?"
ON_THE_WAY = """
    SELECT COALESCE(SUM(received), 0) AS bytes FROM tasks
    WHERE owner_id = ? AND state = 'RUNNING' AND NOT is_group
"""
THERE = """
    SELECT COALESCE(SUM(size), 0) AS bytes FROM (
        SELECT MAX(files.size) AS size FROM tasks JOIN files ON files.task_id = tasks.id
        WHERE tasks.owner_id = ? AND files.path <> '' GROUP BY files.path
    ) AS there
"""
WITH_TIERS = """
    SELECT id, name, tier FROM users WHERE removed_at IS NULL AND tier {} IN ({}) ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Use:
    """How much of one quota is used. Without a limit, None is left; some begin anew."""

    limit: int | None
    used: int
    resets_at: datetime | None = None

    @property
    def remaining(self) -> int | None:
        """How much is left, never less than nothing."""
        return None if self.limit is None else max(0, self.limit - self.used)


@dataclass(frozen=True, slots=True)
class Quota:
    """What a user has used of what their tier allows."""

    tier: str
    downloads_per_day: Use
    bytes_per_day: Use
    tasks_at_once: Use
    stored_bytes: Use


class Room:
    """How many more tasks of which users may wait or run, in one transaction."""

    def __init__(self) -> None:
        self._left: dict[int, int | None] = {}
        self._refusals: dict[int, ArgosyError] = {}

    def give(self, owner_id: int, left: int | None, refusal: ArgosyError) -> None:
        """Let a user have so many more, None for any number; then there is `refusal`."""
        self._left[owner_id], self._refusals[owner_id] = left, refusal

    def take(self, owner_id: int) -> None:
        """Count one more task of a user, or raise what is wrong with it."""
        left = self._left.get(owner_id, 0)
        if left == 0:
            raise self._refusals.get(owner_id) or _gone()
        self._left[owner_id] = None if left is None else left - 1


class Quotas:
    """Keeps users within what their tiers allow."""

    def __init__(self, *, store: Store, clock: Clock, tiers: Tiers) -> None:
        self._store = store
        self._clock = clock
        self._tiers = tiers

    async def admit(
        self, transaction: Transaction, owner_id: int, *, downloads: int, tasks: int, now: datetime
    ) -> None:
        """Count what somebody adds: so many downloads, so many tasks that are not finished.

        Raises `QuotaExceeded` if that is more than their tier allows, and `Conflict` if there is
        no such tier any more; then the transaction must not be committed.
        """
        tier = await self._tier(transaction, owner_id)
        refusals = [
            *await self._about_day(transaction, tier, owner_id, downloads, now),
            *await self._about_tasks(transaction, tier, owner_id, tasks),
            *await self._about_files(transaction, tier, owner_id),
        ]
        if refusals:
            raise together(refusals)
        await add_used(transaction, owner_id, now, added=downloads)

    async def room(self, transaction: Transaction, owner_ids: Iterable[int]) -> Room:
        """Return for how many more tasks these users have room, until the commit.

        To be asked before any task is locked: who adds tasks does it in this order too.
        """
        room = Room()
        for owner_id in sorted(set(owner_ids)):
            rows = await transaction.fetch(TIER, owner_id)
            tier = self._tiers.find(rows[0]["tier"]) if rows else None
            if tier is None:
                room.give(owner_id, 0, gone(rows[0]["tier"]) if rows else _gone())
                continue
            if tier.tasks_at_once is not None:
                tier = await self._tier(transaction, owner_id)
            limit, left = tier.tasks_at_once, None
            if limit is not None:
                left = max(0, limit - await _count(transaction, owner_id, limit))
            room.give(owner_id, left, too_many_tasks(tier))
        return room

    async def of(self, identity: Identity) -> Quota:
        """Return what whoever asks has used; where their tier is gone, nothing is allowed."""
        user_id, now = identity.user_id, self._clock.now()
        rows = await self._store.fetch(TIER, user_id)
        name = rows[0]["tier"] if rows else identity.tier
        tier = self._tiers.find(name) or Tier(name, 0, 0, 0, 0)
        added, received = await _today(self._store, user_id, now)
        stored = await _stored(self._store, user_id)
        resets_at = midnight_after(now)
        return Quota(
            tier=name,
            downloads_per_day=Use(tier.downloads_per_day, added, resets_at),
            bytes_per_day=Use(tier.bytes_per_day, received, resets_at),
            tasks_at_once=Use(tier.tasks_at_once, await _count(self._store, user_id, GREATEST)),
            stored_bytes=Use(tier.stored_bytes, stored),
        )

    async def without_tier(self) -> list[tuple[str, str]]:
        """Return the names of users whose tier is not in the settings, each with the tier's."""
        names = self._tiers.names
        rows = await self._store.fetch(WITH_TIERS.format("NOT", marks(len(names))), *names)
        return [(row["name"], row["tier"]) for row in rows]

    async def recount(self) -> None:
        """Sum up what lies there of those whose tier limits that, and correct the kept sum.

        It goes wrong where files are removed or put in others' places behind our back.
        """
        names = [n for n in self._tiers.counting_bytes if self._limits_files(n)]
        if not names:
            return
        users = await self._store.fetch(WITH_TIERS.format("", marks(len(names))), *names)
        for user in users:
            await self._recount(user)

    def _limits_files(self, name: str) -> bool:
        tier = self._tiers.find(name)
        return tier is not None and tier.stored_bytes is not None

    async def _recount(self, user: Row) -> None:
        now = self._clock.now()

        async def write(transaction: Transaction) -> None:
            (there,) = await transaction.fetch(THERE, user["id"])
            (kept,) = await transaction.fetch(STORED, user["id"])
            if wrong := int(there["bytes"]) - int(kept["bytes"]):
                await add_used(transaction, user["id"], now, stored=wrong)

        await self._store.write(write)

    async def _tier(self, transaction: Transaction, owner_id: int) -> Tier:
        """Return a user's tier; if it limits anything, nobody else is let in until the commit."""
        rows = await transaction.fetch(TIER, owner_id)
        if rows and transaction.dialect == "postgres" and not self._is_unlimited(rows[0]["tier"]):
            rows = await transaction.fetch(LOCK, owner_id)
        if not rows:
            raise _gone()
        if (tier := self._tiers.find(rows[0]["tier"])) is None:
            raise gone(rows[0]["tier"])
        return tier

    def _is_unlimited(self, name: str) -> bool:
        return self._tiers.find(name) == Tier(name)

    async def _about_day(
        self, reader: Reader, tier: Tier, owner_id: int, downloads: int, now: datetime
    ) -> list[QuotaExceeded]:
        if tier.downloads_per_day is None and tier.bytes_per_day is None:
            return []
        added, received = await _today(reader, owner_id, now)
        refusals: list[QuotaExceeded] = []
        limit = tier.downloads_per_day
        if limit is not None and added + downloads > limit:
            refusals.append(no_downloads(tier, added, downloads, now))
        if tier.bytes_per_day is not None and received >= tier.bytes_per_day:
            refusals.append(spent(tier, received, now))
        return refusals

    async def _about_tasks(
        self, reader: Reader, tier: Tier, owner_id: int, tasks: int
    ) -> list[QuotaExceeded]:
        limit = tier.tasks_at_once
        if limit is None or not tasks:
            return []
        if tasks <= limit and await _count(reader, owner_id, limit - tasks + 1) + tasks <= limit:
            return []
        return [too_many_tasks(tier)]

    async def _about_files(self, reader: Reader, tier: Tier, owner_id: int) -> list[QuotaExceeded]:
        if tier.stored_bytes is None:
            return []
        stored = await _stored(reader, owner_id)
        return [full(tier, stored)] if stored >= tier.stored_bytes else []


async def stored_bytes(reader: Reader, owner_id: int) -> int:
    """Return how many bytes the files of a user have that lie there."""
    (row,) = await reader.fetch(STORED, owner_id)
    return max(0, int(row["bytes"]))


async def _stored(reader: Reader, owner_id: int) -> int:
    """Return the same with what is on its way."""
    (row,) = await reader.fetch(ON_THE_WAY, owner_id)
    return await stored_bytes(reader, owner_id) + int(row["bytes"])


async def _today(reader: Reader, owner_id: int, now: datetime) -> tuple[int, int]:
    """Return how many downloads were asked for today, and how many bytes came in."""
    rows = await reader.fetch(DAY, owner_id, now.date())
    return (rows[0]["added"], rows[0]["received"]) if rows else (0, 0)


async def _count(reader: Reader, owner_id: int, most: int) -> int:
    """Return how many tasks of a user are not finished, `most` at most."""
    (removed,) = await reader.fetch(REMOVED, owner_id)
    (waiting,) = await reader.fetch(COUNT_TO, *[owner_id] * len(STATES), most + removed["n"])
    return int(waiting["n"] - removed["n"])


def _gone() -> Unauthorized:
    message = "This user is not there any more."
    return Unauthorized(message)
