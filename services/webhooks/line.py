"""The line of what is to be sent: taken by one server at a time, and what came of it written down.

A lease keeps others away from what one has taken. After a crash it runs out, and another sends the
same again, with the same id: only then may a receiver be told something twice.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.clock import Clock
from services.store.rows import Row, marks, read_id, read_time, write_json
from services.store.store import Store, Transaction
from services.webhooks.delays import FAILING, next_at
from services.webhooks.kinds import JOB_PROGRESS
from services.webhooks.records import Delivery, DeliveryState, read_delivery
from services.webhooks.sender import Answer
from services.webhooks.switching import switch_off

LEASE_MARGIN = timedelta(seconds=30)  # beyond the longest that a request takes
MOST_LOOKED_AT = 500

# What waits for something earlier of the same task is not due, whatever its time says.
DUE = """
    SELECT d.id, d.webhook_id FROM webhook_deliveries d
    WHERE d.ended_at IS NULL AND d.due_at <= ? AND (d.lease_until IS NULL OR d.lease_until < ?)
      AND NOT EXISTS (
          SELECT 1 FROM webhook_deliveries e
          WHERE e.task_id = d.task_id AND e.webhook_id = d.webhook_id AND e.id < d.id
            AND e.ended_at IS NULL)
"""
TAKE = """
    UPDATE webhook_deliveries SET lease_until = ?, tries = tries + 1
    WHERE id IN ({ids}) AND ended_at IS NULL AND (lease_until IS NULL OR lease_until < ?)
    RETURNING *
"""
# Of two servers, the one that took it last: the number of tries tells them apart.
END = """
    UPDATE webhook_deliveries SET state = ?, ended_at = ?, lease_until = NULL
    WHERE id = ? AND tries = ? AND ended_at IS NULL RETURNING id
"""
AGAIN = """
    UPDATE webhook_deliveries SET due_at = ?, lease_until = NULL
    WHERE id = ? AND tries = ? AND ended_at IS NULL RETURNING id
"""
GIVE_BACK = """
    UPDATE webhook_deliveries SET lease_until = NULL, tries = tries - 1
    WHERE id = ? AND tries = ? AND ended_at IS NULL AND lease_until IS NOT NULL
"""
FREE_ALL = "UPDATE webhook_deliveries SET lease_until = NULL WHERE lease_until IS NOT NULL"
INSERT_TRY = """
    INSERT INTO webhook_attempts (delivery_id, number, at, milliseconds, request_headers, status,
        answer_headers, answer, error)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (delivery_id, number) DO NOTHING
"""
IS_WELL = """
    UPDATE webhooks SET failing_since = NULL WHERE id = ? AND failing_since IS NOT NULL
"""
IS_FAILING = """
    UPDATE webhooks SET failing_since = COALESCE(failing_since, ?) WHERE id = ?
    RETURNING failing_since, is_active
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What is to be sent now, with all that its endpoint has sealed."""

    delivery: Delivery
    url: str
    headers: str | None
    secrets: tuple[str, ...]
    is_active: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery with its last try. `because` is why its endpoint was disabled."""

    state: DeliveryState
    because: str | None = None


class Line:
    """What waits to be sent, in storage."""

    def __init__(self, *, store: Store, clock: Clock, lease: timedelta, per_endpoint: int) -> None:
        self._store = store
        self._clock = clock
        self._lease = lease
        self.per_endpoint = per_endpoint

    async def recover(self) -> None:
        """Free what an earlier process of this server had taken, where no other can have it."""
        if self._store.dialect != "sqlite":  # else others may be sending it now
            return

        async def write(transaction: Transaction) -> None:
            await transaction.execute(FREE_ALL)

        if await self._store.fetch(
            "SELECT 1 AS one FROM webhook_deliveries WHERE lease_until IS NOT NULL LIMIT 1"
        ):
            await self._store.write(write)

    async def take(
        self, most: int, busy: Mapping[UUID, int], resting: Collection[UUID]
    ) -> list[Taken]:
        """Take up to `most` that are due; of endpoints that rest, none.

        `busy` says how much is being sent to each endpoint: of one that has its share, none.
        """
        now = self._clock.now()
        left_out = [*resting, *(e for e, n in busy.items() if n >= self.per_endpoint)]
        some = f" AND d.webhook_id NOT IN ({marks(len(left_out))})" if left_out else ""
        rows = await self._store.fetch(
            f"{DUE}{some} ORDER BY d.due_at, d.id LIMIT ?", now, now, *left_out, MOST_LOOKED_AT
        )
        ids = self._shares(rows, most, busy)
        if not ids:
            return []

        async def write(transaction: Transaction) -> list[Taken]:
            taken = await transaction.fetch(
                TAKE.format(ids=marks(len(ids))), now + self._lease, *ids, now
            )
            endpoints = await _endpoints(transaction, {row["webhook_id"] for row in taken})
            found = [
                _taken(row, endpoint, now)
                for row in taken
                if (endpoint := endpoints.get(read_id(row["webhook_id"])))
            ]
            return sorted(found, key=lambda each: each.delivery.number)

        return await self._store.write(write)

    def _shares(self, rows: Sequence[Row], most: int, busy: Mapping[UUID, int]) -> list[int]:
        """Return those of the due that may be sent now."""
        counts, ids = Counter(busy), list[int]()
        for row in rows:
            endpoint = read_id(row["webhook_id"])
            if len(ids) < most and counts[endpoint] < self.per_endpoint:
                counts[endpoint] += 1
                ids.append(row["id"])
        return ids

    async def conclude(
        self, taken: Taken, answer: Answer, headers: Mapping[str, str]
    ) -> Outcome | None:
        """Write down what came of a try; None where somebody else has the delivery now."""
        now, delivery = self._clock.now(), taken.delivery

        async def write(transaction: Transaction) -> Outcome | None:
            outcome = await self._conclude(transaction, taken, answer, now)
            if outcome is not None:
                await transaction.execute(INSERT_TRY, *_try(delivery, answer, headers, now))
            return outcome

        return await self._store.write(write)

    async def give_back(self, taken: Taken) -> None:
        """Let it be sent by whoever comes next: of this try, nothing is known."""

        async def write(transaction: Transaction) -> None:
            await transaction.execute(GIVE_BACK, taken.delivery.number, taken.delivery.tries)

        await self._store.write(write)

    async def _conclude(
        self, transaction: Transaction, taken: Taken, answer: Answer, now: datetime
    ) -> Outcome | None:
        delivery = taken.delivery
        if answer.is_taken:
            outcome = await _end(transaction, delivery, DeliveryState.DELIVERED, now)
            await transaction.execute(IS_WELL, delivery.webhook_id)
            return outcome
        if not taken.is_active:
            return await _end(transaction, delivery, DeliveryState.CANCELLED, now)
        # The callbacks of a user go to receivers that have nothing in common.
        if not delivery.is_callback and (over := await _failed(transaction, delivery, answer, now)):
            outcome = await _end(transaction, delivery, over.state, now)
            return outcome and over
        again = _again_at(delivery, answer, now)
        if again is None:
            return await _end(transaction, delivery, DeliveryState.GIVEN_UP, now)
        if not await transaction.fetch(AGAIN, again, delivery.number, delivery.tries):
            return None
        return Outcome(DeliveryState.WAITING)


async def _end(
    transaction: Transaction, delivery: Delivery, state: DeliveryState, now: datetime
) -> Outcome | None:
    rows = await transaction.fetch(END, state.value, now, delivery.number, delivery.tries)
    return Outcome(state) if rows else None


async def _failed(
    transaction: Transaction, delivery: Delivery, answer: Answer, now: datetime
) -> Outcome | None:
    """Note that an endpoint fails; return what that means if it is, or was, switched off for it."""
    rows = await transaction.fetch(IS_FAILING, now, delivery.webhook_id)
    if not rows or not rows[0]["is_active"]:
        return Outcome(DeliveryState.CANCELLED)
    because = _why_over(read_time(rows[0]["failing_since"]), answer, now)
    if because is None:
        return None
    await switch_off(transaction, delivery.webhook_id, because, now)
    return Outcome(DeliveryState.GIVEN_UP, because)


def _why_over(failing_since: datetime, answer: Answer, now: datetime) -> str | None:
    """Return why an endpoint that fails is to be switched off, or None."""
    if answer.is_gone:
        return "The receiver answered 410 Gone: it wants to hear nothing any more."
    if now - failing_since >= FAILING:
        said = answer.error or "Nothing was taken."
        return f"Nothing was delivered for {FAILING.days} days. The last time: {said}"
    return None


def _again_at(delivery: Delivery, answer: Answer, now: datetime) -> datetime | None:
    """Return when to send it again. What says how far a task has come is sent once: more comes."""
    if delivery.event == JOB_PROGRESS or (answer.is_gone and delivery.is_callback):
        return None
    return next_at(delivery.tries, now=now, since=delivery.created_at, asked=answer.asked)


async def _endpoints(transaction: Transaction, ids: Collection[object]) -> dict[UUID, Row]:
    if not ids:
        return {}
    rows = await transaction.fetch(
        f"SELECT * FROM webhooks WHERE id IN ({marks(len(ids))})",  # noqa: S608 - ours
        *ids,
    )
    return {read_id(row["id"]): row for row in rows}


def _taken(row: Row, endpoint: Row, now: datetime) -> Taken:
    secrets = [endpoint["secret"]]
    until = endpoint["previous_until"]
    if endpoint["previous_secret"] and until is not None and read_time(until) > now:
        secrets.append(endpoint["previous_secret"])
    return Taken(
        delivery=read_delivery(row),
        url=row["url"] or endpoint["url"],
        headers=endpoint["headers"],
        secrets=tuple(secrets),
        is_active=bool(endpoint["is_active"]),
    )


def _try(
    delivery: Delivery, answer: Answer, headers: Mapping[str, str], now: datetime
) -> tuple[object, ...]:
    """Return the values of `INSERT_TRY`."""
    return (
        *(delivery.number, delivery.tries, now, answer.milliseconds, write_json(dict(headers))),
        *(answer.status, write_json(dict(answer.headers or {})), answer.text, answer.error),
    )
