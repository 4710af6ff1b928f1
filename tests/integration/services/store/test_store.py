"""Units of work: whole or not at all, durable when answered, on both databases."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from models.user import User
from services.errors import InvalidInput
from services.store.rows import read_id, read_json, read_time, write_json
from services.store.store import Store, Transaction

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
INSERT = "INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?)"


def remember(*keys: str) -> Callable[[Transaction], Awaitable[None]]:
    """Return work that adds these keys."""

    async def work(transaction: Transaction) -> None:
        for key in keys:
            await transaction.execute(INSERT, key, "1", NOW)

    return work


def remember_and_fail(key: str) -> Callable[[Transaction], Awaitable[None]]:
    """Return work that adds this key and then thinks better of it."""

    async def work(transaction: Transaction) -> None:
        await transaction.execute(INSERT, key, "1", NOW)
        message = f"not {key}"
        raise InvalidInput(message)

    return work


class Gate:
    """Work that waits in its transaction until it is let go."""

    def __init__(self, key: str) -> None:
        self.entered = asyncio.Event()
        self.open = asyncio.Event()
        self._key = key

    async def work(self, transaction: Transaction) -> str:
        await asyncio.sleep(0)  # so that it is done on the loop, to which the events belong
        await transaction.execute(INSERT, self._key, "1", NOW)
        self.entered.set()
        await self.open.wait()
        return self._key


async def kept(store: Store) -> list[str]:
    rows = await store.fetch("SELECT key FROM settings ORDER BY key")
    return [row["key"] for row in rows]


async def test_answered_write_is_read(store: Store) -> None:
    for number in range(20):
        await store.write(remember(f"{number:02}"))
        assert len(await kept(store)) == number + 1


async def test_work_gives_its_result(store: Store) -> None:
    async def work(transaction: Transaction) -> str:
        await transaction.execute(INSERT, "a", "1", NOW)
        return "done"

    assert await store.write(work) == "done"


async def test_work_reads_its_own_writes(store: Store) -> None:
    async def work(transaction: Transaction) -> list[str]:
        await transaction.execute_many(INSERT, [(key, "1", NOW) for key in "cab"])
        rows = await transaction.fetch("SELECT key FROM settings ORDER BY key")
        return [row["key"] for row in rows]

    assert await store.write(work) == ["a", "b", "c"]


async def test_changed_rows_are_returned(store: Store) -> None:
    async def work(transaction: Transaction) -> list[list[str]]:
        statements: list[tuple[str, *tuple[object, ...]]] = [
            (f"{INSERT} RETURNING key", "a", "1", NOW),
            (f"{INSERT} ON CONFLICT (key) DO NOTHING RETURNING key", "a", "2", NOW),
            ("UPDATE settings SET value = ? WHERE key = ? RETURNING key", "3", "a"),
            ("DELETE FROM settings WHERE key = ? RETURNING key", "b"),
        ]
        found = [await transaction.fetch(*statement) for statement in statements]
        return [[row["key"] for row in rows] for rows in found]

    assert await store.write(work) == [["a"], [], ["a"], []]


async def test_models_are_written_with_the_rest(store: Store) -> None:
    async def work(transaction: Transaction) -> int:
        user = await User.create(
            using_db=transaction.client, name="alice", role="user", created_at=NOW
        )
        await transaction.execute(INSERT, "a", "1", NOW)
        return user.id

    user_id = await store.write(work)

    rows = await store.fetch("SELECT id, name, created_at FROM users")
    assert [(row["id"], row["name"], read_time(row["created_at"])) for row in rows] == [
        (user_id, "alice", NOW)
    ]


async def test_failed_work_changes_nothing(store: Store) -> None:
    with pytest.raises(InvalidInput, match="not a"):
        await store.write(remember_and_fail("a"))

    assert await kept(store) == []


async def test_failed_work_takes_its_models_back(store: Store) -> None:
    async def work(transaction: Transaction) -> None:
        await User.create(using_db=transaction.client, name="alice", role="user", created_at=NOW)
        message = "no"
        raise InvalidInput(message)

    with pytest.raises(InvalidInput):
        await store.write(work)

    assert await store.fetch("SELECT * FROM users") == []


async def test_failed_work_leaves_its_neighbours_alone(store: Store) -> None:
    gate = Gate("first")
    first = asyncio.create_task(store.write(gate.work))
    await gate.entered.wait()

    neighbours = asyncio.gather(
        store.write(remember("a")),
        store.write(remember_and_fail("b")),
        store.write(remember("c")),
        store.write(remember_and_fail("d")),
        store.write(remember("e")),
        return_exceptions=True,
    )
    await asyncio.sleep(0)
    gate.open.set()
    results = await neighbours

    assert await first == "first"
    assert [None if result is None else str(result) for result in results] == [
        None,
        "not b",
        None,
        "not d",
        None,
    ]
    assert await kept(store) == ["a", "c", "e", "first"]


async def test_statement_that_fails_spoils_its_own_work_alone(store: Store) -> None:
    async def nonsense(transaction: Transaction) -> None:
        await transaction.execute(INSERT, "b", "1", NOW)
        await transaction.execute("SELECT * FROM nowhere")

    results = await asyncio.gather(
        store.write(remember("a")),
        store.write(nonsense),
        store.write(remember("c")),
        return_exceptions=True,
    )

    assert [result is None for result in results] == [True, False, True]
    assert await kept(store) == ["a", "c"]


async def test_many_writers_at_once_all_write(store: Store) -> None:
    keys = [f"{number:03}" for number in range(300)]

    await asyncio.gather(*(store.write(remember(key)) for key in keys))

    assert await kept(store) == keys


async def test_cancelled_caller_does_not_break_the_writer(store: Store) -> None:
    gate = Gate("begun")
    caller = asyncio.create_task(store.write(gate.work))
    await gate.entered.wait()

    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    gate.open.set()
    await store.write(remember("later"))
    await store.close()
    await store.open()

    assert await kept(store) == ["begun", "later"]


async def test_closing_finishes_what_was_begun(store: Store) -> None:
    gate = Gate("begun")
    caller = asyncio.create_task(store.write(gate.work))
    await gate.entered.wait()

    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0)
    gate.open.set()
    await closing
    answered = await caller
    await store.open()

    assert answered == "begun"
    assert await kept(store) == ["begun"]


@pytest.mark.parametrize(
    "at",
    [
        NOW,
        NOW.replace(microsecond=1),
        NOW.replace(microsecond=999_999),
        NOW.astimezone(timezone(timedelta(hours=5, minutes=30))),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    ],
)
async def test_times_come_back_as_the_same_moment(store: Store, at: datetime) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.execute(INSERT, "a", "1", at)

    await store.write(work)

    (row,) = await store.fetch("SELECT updated_at FROM settings")
    assert read_time(row["updated_at"]) == at
    assert read_time(row["updated_at"]).tzinfo is not None


@pytest.mark.parametrize(
    "document", [{"a": [1, 2.5, None, True]}, [], "text", "", 7, 2**53, None, "é\u2028\U0001f600"]
)
async def test_documents_come_back_as_they_were(store: Store, document: object) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.execute(INSERT, "a", write_json(document), NOW)

    await store.write(work)

    (row,) = await store.fetch("SELECT value FROM settings")
    assert read_json(row["value"]) == document


async def test_ids_come_back_and_can_be_looked_for(store: Store) -> None:
    key, other = UUID(int=2**128 - 1), UUID(int=1)

    async def work(transaction: Transaction) -> None:
        user = await User.create(
            using_db=transaction.client, name="alice", role="user", created_at=NOW
        )
        for task_id in (key, other, None):
            await transaction.execute(
                "INSERT INTO events (owner_id, task_id, kind, data, at) VALUES (?, ?, ?, ?, ?)",
                *(user.id, task_id, "kind", "{}", NOW),
            )

    await store.write(work)

    (row,) = await store.fetch("SELECT task_id FROM events WHERE task_id = ?", key)
    (empty,) = await store.fetch("SELECT task_id FROM events WHERE task_id IS NULL")
    assert (read_id(row["task_id"]), empty["task_id"]) == (key, None)
