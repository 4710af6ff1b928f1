"""Events and calls that belong to a unit of work: after it, in order, and only if it is done."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from services.access.identity import Role
from services.access.people.users import Users
from services.errors import InvalidInput
from services.ids import new_id
from services.store.rows import read_id, read_json, read_time, write_json
from services.store.store import NewEvent, Store, Transaction
from tests.fakes.clock import FakeClock

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
WRITERS = 20


@pytest.fixture
async def owner(store: Store, clock: FakeClock) -> int:
    return (await Users(store=store, clock=clock).create("alice", Role.USER)).id


def an_event(owner: int, number: int) -> NewEvent:
    return NewEvent(owner, None, "task.added", {"number": number}, NOW)


async def numbers(store: Store) -> list[tuple[int, int]]:
    """Return what each event carries, behind its own number, in their order."""
    rows = await store.fetch("SELECT seq, data FROM events ORDER BY seq")
    return [(row["seq"], read_json(row["data"])["number"]) for row in rows]


async def test_event_is_written_with_the_work(store: Store, owner: int) -> None:
    task_id = new_id()

    async def work(transaction: Transaction) -> None:
        transaction.record(NewEvent(owner, task_id, "task.added", {"state": "PENDING"}, NOW))

    await store.write(work)

    (row,) = await store.fetch("SELECT * FROM events")
    assert (row["seq"], row["owner_id"], read_id(row["task_id"]), row["kind"]) == (
        *(1, owner, task_id, "task.added"),
    )
    assert (read_json(row["data"]), read_time(row["at"])) == ({"state": "PENDING"}, NOW)


async def test_events_of_one_work_are_numbered_as_they_were_recorded(
    store: Store, owner: int
) -> None:
    async def work(transaction: Transaction) -> None:
        for number in range(10):
            transaction.record(an_event(owner, number))

    await store.write(work)

    assert [number for _, number in await numbers(store)] == list(range(10))


async def test_failed_work_leaves_no_event(store: Store, owner: int) -> None:
    async def work(transaction: Transaction) -> None:
        transaction.record(an_event(owner, 1))
        message = "no"
        raise InvalidInput(message)

    with pytest.raises(InvalidInput):
        await store.write(work)

    assert await numbers(store) == []


async def test_event_that_cannot_be_written_takes_the_work_back(store: Store, owner: int) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.execute("UPDATE users SET role = ?", "admin")
        transaction.record(an_event(owner + 1000, 1))  # nobody's

    results = await asyncio.gather(store.write(work), return_exceptions=True)

    assert isinstance(results[0], Exception)
    assert [row["role"] for row in await store.fetch("SELECT role FROM users")] == ["user"]


async def test_no_reader_sees_a_later_number_before_an_earlier_one(
    store: Store, owner: int
) -> None:
    written = 0

    async def write(number: int) -> None:
        nonlocal written

        async def work(transaction: Transaction) -> None:
            # Some take longer than others between their record and their end.
            transaction.record(an_event(owner, number))
            for _ in range(number % 5):
                await transaction.fetch("SELECT 1")

        await store.write(work)
        written += 1

    async def watch() -> list[list[tuple[int, int]]]:
        seen = []
        while written < WRITERS:
            seen.append(await numbers(store))
        return seen

    watching = asyncio.create_task(watch())
    await asyncio.gather(*(write(number) for number in range(WRITERS)))
    seen = await watching
    final = await numbers(store)

    assert sorted(number for _, number in final) == list(range(WRITERS))
    assert [seq for seq, _ in final] == list(range(1, WRITERS + 1))
    assert [shown for shown in seen if shown != final[: len(shown)]] == []


async def test_call_is_made_once_and_finds_the_work_done(store: Store, owner: int) -> None:
    found: list[asyncio.Task[list[tuple[int, int]]]] = []

    async def work(transaction: Transaction) -> None:
        transaction.record(an_event(owner, 7))
        transaction.after_commit(lambda: found.append(asyncio.create_task(numbers(store))))

    await store.write(work)

    assert [await task for task in found] == [[(1, 7)]]


async def test_calls_are_made_in_their_order_before_the_answer(store: Store, owner: int) -> None:
    calls: list[str] = []

    async def work(transaction: Transaction) -> None:
        transaction.after_commit(lambda: calls.append("first"))
        transaction.after_commit(lambda: calls.append("second"))

    await store.write(work)

    assert calls == ["first", "second"]


async def test_watcher_is_called_after_commits_that_wrote_events(store: Store, owner: int) -> None:
    calls: list[int] = []
    store.watch(lambda: calls.append(len(calls)))

    async def silent(transaction: Transaction) -> None:
        await transaction.execute("UPDATE users SET role = ?", "admin")

    async def telling(transaction: Transaction) -> None:
        transaction.record(an_event(owner, 7))

    async def failing(transaction: Transaction) -> None:
        transaction.record(an_event(owner, 7))
        message = "no"
        raise InvalidInput(message)

    await store.write(silent)
    await asyncio.gather(store.write(failing), return_exceptions=True)
    before = len(calls)
    await store.write(telling)
    await store.write(silent)

    assert (before, len(calls)) == (0, 1)


async def test_watcher_is_called_for_work_on_the_loop(store: Store, owner: int) -> None:
    calls: list[str] = []
    store.watch(lambda: calls.append("called"))

    async def work(transaction: Transaction) -> None:
        await asyncio.sleep(0)
        transaction.record(an_event(owner, 7))

    await store.write(work)

    assert calls == ["called"]


async def test_no_call_is_made_for_failed_work(store: Store, owner: int) -> None:
    calls: list[str] = []

    async def work(transaction: Transaction) -> None:
        transaction.after_commit(lambda: calls.append("called"))
        message = "no"
        raise InvalidInput(message)

    with pytest.raises(InvalidInput):
        await store.write(work)

    assert calls == []


async def test_no_call_is_made_for_work_that_ends_with_a_bad_event(
    store: Store, owner: int
) -> None:
    calls: list[str] = []

    async def work(transaction: Transaction) -> None:
        transaction.after_commit(lambda: calls.append("called"))
        transaction.record(an_event(owner + 1000, 1))

    await asyncio.gather(store.write(work), return_exceptions=True)

    assert calls == []


async def test_cancelled_caller_does_not_keep_the_call_from_being_made(
    store: Store, owner: int
) -> None:
    entered, go_on, called = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work(transaction: Transaction) -> None:
        await asyncio.sleep(0)  # so that it is done on the loop, to which the events belong
        transaction.after_commit(called.set)
        entered.set()
        await go_on.wait()

    caller = asyncio.create_task(store.write(work))
    await entered.wait()
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    go_on.set()

    await called.wait()


def noting(store: Store, kinds: list[list[str]]) -> None:
    """Have the store note the kinds of the events of each transaction in a row of the settings."""

    async def note(transaction: Transaction, events: Sequence[NewEvent]) -> None:
        kinds.append([event.kind for event in events])
        written = await transaction.fetch("SELECT COUNT(*) AS n FROM events")
        await transaction.execute(
            "INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?)",
            *("written", write_json(written[0]["n"]), NOW),
        )

    store.accompany(note)


async def test_companion_writes_in_the_transaction_of_the_events(store: Store, owner: int) -> None:
    kinds: list[list[str]] = []
    noting(store, kinds)

    async def work(transaction: Transaction) -> None:
        transaction.record(an_event(owner, 1))
        transaction.record(an_event(owner, 2))

    await store.write(work)

    assert kinds == [["task.added", "task.added"]]
    (row,) = await store.fetch("SELECT value FROM settings WHERE key = 'written'")
    assert read_json(row["value"]) == 2


async def test_companion_that_fails_takes_the_work_back(store: Store, owner: int) -> None:
    async def refuse(_transaction: Transaction, _events: Sequence[NewEvent]) -> None:
        message = "no"
        raise InvalidInput(message)

    store.accompany(refuse)

    async def work(transaction: Transaction) -> None:
        transaction.record(an_event(owner, 1))

    with pytest.raises(InvalidInput):
        await store.write(work)

    assert await numbers(store) == []


async def test_companion_is_not_called_where_nothing_happened(store: Store) -> None:
    kinds: list[list[str]] = []
    noting(store, kinds)

    async def work(transaction: Transaction) -> None:
        await transaction.execute("UPDATE users SET role = ?", "admin")

    await store.write(work)

    assert kinds == []
