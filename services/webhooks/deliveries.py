"""What was told to endpoints, and what is to be: looked at, sent again, forgotten."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.access.identity import Identity
from services.clock import Clock
from services.errors import Conflict, NotFound
from services.ids import WEBHOOK, new_id, show
from services.paging import cursors
from services.paging.conditions import Condition, joined
from services.paging.pages import Page
from services.store.rows import marks
from services.store.store import Reader, Store, Transaction
from services.webhooks.bodies import test_body
from services.webhooks.kinds import TEST
from services.webhooks.outbox import INSERT
from services.webhooks.records import Delivery, DeliveryState, Try, read_delivery, read_try
from services.webhooks.webhooks import no_such_webhook

LIST = "webhookDeliveries"
MOST_TRIES = 10  # that are shown of a delivery, the newest
CHUNK = 500  # deliveries that are removed in one transaction

TRIES = """
    SELECT * FROM (
        SELECT found.*, ROW_NUMBER() OVER (PARTITION BY delivery_id ORDER BY number DESC) AS place
        FROM webhook_attempts AS found WHERE delivery_id IN ({ids})) AS numbered
    WHERE place <= ? ORDER BY delivery_id, number
"""
# Right away, whatever it was told to wait for. The count of tries goes on.
AGAIN = """
    UPDATE webhook_deliveries SET state = ?, due_at = ?, ended_at = NULL
    WHERE id = ? RETURNING *
"""
FIND = "SELECT * FROM webhook_deliveries WHERE message = ? AND owner_id = ?"
NEWEST = "SELECT MAX(id) AS id FROM webhook_deliveries"
ENDED = """
    SELECT id FROM webhook_deliveries
    WHERE ended_at IS NOT NULL AND (ended_at < ? OR id <= ?) ORDER BY ended_at, id LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which deliveries are wanted; None is all."""

    webhook_id: UUID | None = None
    task_id: UUID | None = None
    event: str | None = None
    states: Sequence[DeliveryState] | None = None


class Deliveries:
    """The deliveries of whoever asks. `wake` is called when there is something to send."""

    def __init__(self, *, store: Store, clock: Clock, wake: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._wake = wake

    async def page(
        self, identity: Identity, wanted: DeliveryFilter, *, first: int, after: str | None
    ) -> Page[Delivery]:
        """Return up to `first` deliveries behind the cursor `after`, the newest first."""
        conditions = _wanted(identity, wanted)
        if after is not None:
            conditions.append(Condition("id < ?", (_place(after),)))
        text, values = joined(conditions)
        rows = await self._store.fetch(
            f"SELECT * FROM webhook_deliveries WHERE {text} "  # noqa: S608 - ours
            "ORDER BY id DESC LIMIT ?",
            *(*values, first + 1),
        )
        found = [read_delivery(row) for row in rows[:first]]
        places = [cursors.show(LIST, delivery.number) for delivery in found]
        return Page(found, places, has_more=len(rows) > first)

    async def has_before(
        self, identity: Identity, wanted: DeliveryFilter, after: str | None
    ) -> bool:
        """Return whether there are some up to the cursor `after`."""
        if after is None:
            return False
        conditions = [*_wanted(identity, wanted), Condition("id >= ?", (_place(after),))]
        text, values = joined(conditions)
        statement = f"SELECT id FROM webhook_deliveries WHERE {text} LIMIT 1"  # noqa: S608 - ours
        return bool(await self._store.fetch(statement, *values))

    async def count(self, identity: Identity, wanted: DeliveryFilter) -> int:
        """Return how many there are."""
        text, values = joined(_wanted(identity, wanted))
        statement = f"SELECT COUNT(*) AS n FROM webhook_deliveries WHERE {text}"  # noqa: S608
        (row,) = await self._store.fetch(statement, *values)
        return int(row["n"])

    async def tries(self, numbers: Sequence[int]) -> dict[int, list[Try]]:
        """Return the newest tries of each of these deliveries, in their order."""
        found: defaultdict[int, list[Try]] = defaultdict(list)
        if numbers:
            statement = TRIES.format(ids=marks(len(numbers)))
            for row in await self._store.fetch(statement, *numbers, MOST_TRIES):
                found[row["delivery_id"]].append(read_try(row))
        return found

    async def waiting(self) -> int:
        """Return how many wait to be sent, of everybody."""
        (row,) = await self._store.fetch(
            "SELECT COUNT(*) AS n FROM webhook_deliveries WHERE ended_at IS NULL"
        )
        return int(row["n"])

    async def test(self, identity: Identity, webhook_id: UUID) -> Delivery:
        """Send a word to an endpoint, to see whether it listens.

        Raises `NotFound`, and `Conflict` where it is switched off.
        """
        now, message = self._clock.now(), new_id()
        body = test_body(TEST, show(WEBHOOK, webhook_id), now)
        owner_id, state = identity.user_id, DeliveryState.WAITING.value

        async def write(transaction: Transaction) -> Delivery:
            await _check_active(transaction, owner_id, webhook_id)
            await transaction.execute(
                INSERT, message, webhook_id, owner_id, None, TEST, body, None, state, now, now
            )
            transaction.after_commit(self._wake)
            (row,) = await transaction.fetch(FIND, message, owner_id)
            return read_delivery(row)

        return await self._store.write(write)

    async def redeliver(self, identity: Identity, message: UUID) -> Delivery:
        """Send something again, now, with the id that it had.

        Raises `NotFound`, and `Conflict` where its endpoint is switched off.
        """
        now, state = self._clock.now(), DeliveryState.WAITING.value

        async def write(transaction: Transaction) -> Delivery:
            rows = await transaction.fetch(FIND, message, identity.user_id)
            if not rows:
                text = "There is no such delivery."
                raise NotFound(text, field="id")
            await _check_active(transaction, identity.user_id, rows[0]["webhook_id"])
            (row,) = await transaction.fetch(AGAIN, state, now, rows[0]["id"])
            transaction.after_commit(self._wake)
            return read_delivery(row)

        return await self._store.write(write)


class DeliveryLog:
    """Keeps what has ended within bounds of age and of number."""

    def __init__(self, *, store: Store, clock: Clock, age: timedelta, entries: int) -> None:
        self._store = store
        self._clock = clock
        self.age = age
        self.entries = entries

    async def prune(self) -> int:
        """Remove some of what is out of bounds; return how many deliveries."""
        (newest,) = await self._store.fetch(NEWEST)
        floor = (newest["id"] or 0) - self.entries
        before = self._clock.now() - self.age
        rows = await self._store.fetch(ENDED, before, floor, CHUNK)
        ids = [row["id"] for row in rows]
        if not ids:
            return 0

        async def write(transaction: Transaction) -> None:
            await transaction.execute(
                f"DELETE FROM webhook_deliveries WHERE id IN ({marks(len(ids))}) "  # noqa: S608
                "AND ended_at IS NOT NULL",
                *ids,
            )

        await self._store.write(write)
        return len(ids)


async def _check_active(reader: Reader, owner_id: int, webhook_id: object) -> None:
    rows = await reader.fetch(
        "SELECT is_active FROM webhooks WHERE id = ? AND owner_id = ?", webhook_id, owner_id
    )
    if not rows:
        raise no_such_webhook()
    if not rows[0]["is_active"]:
        message = "This webhook is switched off. Switch it on first."
        raise Conflict(message, field="id")


def _wanted(identity: Identity, wanted: DeliveryFilter) -> list[Condition]:
    conditions = [Condition("owner_id = ?", (identity.user_id,))]
    if wanted.webhook_id is not None:
        conditions.append(Condition("webhook_id = ?", (wanted.webhook_id,)))
    if wanted.task_id is not None:
        conditions.append(Condition("task_id = ?", (wanted.task_id,)))
    if wanted.event is not None:
        conditions.append(Condition("event = ?", (wanted.event,)))
    if wanted.states is not None:
        words = tuple(dict.fromkeys(state.value for state in wanted.states))
        text = f"state IN ({marks(len(words))})" if words else "1 = 0"
        conditions.append(Condition(text, words))
    return conditions


def _place(after: str) -> int:
    (number,) = cursors.read(LIST, after, (int,))
    return int(number)
