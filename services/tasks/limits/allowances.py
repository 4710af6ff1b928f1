"""Bytes that come in: counted for the quotas, and who gets no more of them.

Nothing is asked of the database while bytes come in. Every second, what has come is written down,
and whoever has no quota left is told of.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.access.quotas.quotas import stored_bytes
from services.access.quotas.tiers import Tier, Tiers
from services.access.quotas.used_up import full, spent
from services.clock import Clock
from services.engines.engine import Meter
from services.errors import QuotaExceeded
from services.statistics.counting import add_used
from services.store.rows import marks
from services.store.store import Store, Transaction
from services.tasks.limits.speeds import Speeds
from services.tasks.running.claim import Claim

USERS = "SELECT id FROM users WHERE id IN ({}) ORDER BY id"
LIMITED = """
    SELECT users.id, users.tier, COALESCE(statistics.received, 0) AS received
    FROM users LEFT JOIN statistics ON statistics.user_id = users.id AND statistics.day = ?
    WHERE users.tier IN ({}) ORDER BY users.id
"""
COME = "SELECT COALESCE(SUM(size), 0) AS bytes FROM files WHERE task_id = ? AND path <> ''"

Running = tuple[Claim, Meter]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What quotas say of what runs.

    Those of `spent` users wait until the day is over; each of `full` is given up: there is no
    storage left for it.
    """

    spent: Mapping[int, QuotaExceeded]
    full: Sequence[tuple[Claim, QuotaExceeded]] = ()


class Allowances:
    """Counts the bytes of this server, and knows whose quotas are used up."""

    def __init__(self, *, store: Store, clock: Clock, tiers: Tiers, speeds: Speeds) -> None:
        self._store = store
        self._clock = clock
        self._tiers = tiers
        self._speeds = speeds
        self._written: dict[int, int] = {}

    async def look(self, running: Callable[[], Sequence[Running]]) -> Verdict:
        """Write down what has come in, and return who gets no more.

        `running` gives what engines work at this moment.
        """
        await self.write()
        names = self._tiers.counting_bytes
        if not names:
            return Verdict({})
        now = self._clock.now()
        rows = await self._store.fetch(LIMITED.format(marks(len(names))), now.date(), *names)
        stopped: dict[int, QuotaExceeded] = {}
        tiers: dict[int, Tier] = {}
        for row in rows:
            if (tier := self._tiers.find(row["tier"])) is None:
                continue
            if tier.bytes_per_day is not None and row["received"] >= tier.bytes_per_day:
                stopped[row["id"]] = spent(tier, row["received"], now)
            if tier.stored_bytes is not None:
                tiers[row["id"]] = tier
        return Verdict(stopped, await self._full(running, tiers))

    async def write(self) -> None:
        """Write down what has come in since the last time."""
        passed = self._speeds.passed()
        came = {user: n - self._written.get(user, 0) for user, n in sorted(passed.items())}
        came = {user: count for user, count in came.items() if count}
        if not came:
            return
        now = self._clock.now()

        async def write(transaction: Transaction) -> None:
            statement = USERS.format(marks(len(came)))
            for row in await transaction.fetch(statement, *came):  # some may be gone meanwhile
                await add_used(transaction, row["id"], now, received=came[row["id"]])

        await self._store.write(write)
        self._written |= passed

    async def _full(
        self, running: Callable[[], Sequence[Running]], tiers: Mapping[int, Tier]
    ) -> list[tuple[Claim, QuotaExceeded]]:
        """Return what runs and has no room where it is to lie, what began last before the rest."""
        theirs = {claim.task.owner_id for claim, _ in running()} & tiers.keys()
        stored = {owner_id: await stored_bytes(self._store, owner_id) for owner_id in theirs}
        come = await self._come(claim for claim, _ in running() if claim.task.owner_id in theirs)
        found: list[tuple[Claim, QuotaExceeded]] = []
        # Looked at after the sums were read: what ends meanwhile counts once, or not at all.
        for claim, meter in sorted(running(), key=lambda pair: (pair[0].began, pair[0].task.id)):
            if (owner_id := claim.task.owner_id) not in stored:
                continue
            size = max(meter.received, meter.total or 0) - come.get(claim.task.id, 0)
            if stored[owner_id] + size > (tiers[owner_id].stored_bytes or 0):
                found.append((claim, full(tiers[owner_id], stored[owner_id] + size)))
            else:
                stored[owner_id] += size
        return found

    async def _come(self, claims: Iterable[Claim]) -> dict[UUID, int]:
        """Return how many bytes of groups lie there already, and count as such."""
        found = {}
        for claim in claims:
            if claim.task.is_group:
                (row,) = await self._store.fetch(COME, claim.task.id)
                found[claim.task.id] = int(row["bytes"])
        return found
