"""Following events: what is live, what is missed, and what cannot be given any more."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta

import pytest

from services.access.identity import Identity
from services.errors import InvalidInput, NotFound, Unavailable
from services.events import tail as module
from services.events.cursors import Place
from services.events.feed import MOST_HELD, EventUpdate, Lagged, LagReason
from services.events.kinds import EventKind
from services.events.log import Event, EventFilter, EventLog
from services.events.tail import Tail
from services.ids import new_id
from services.store.store import Store
from tests.fakes.clock import FakeClock
from tests.integration.services.events.conftest import Record, tailing

Following = AsyncGenerator[EventUpdate, None]


async def told(following: Following, number: int) -> list[int]:
    """Return the numbers of the next events."""
    seqs = []
    for _ in range(number):
        async with asyncio.timeout(30):
            update = await anext(following)
        assert update.event is not None, update
        assert update.place.seq == update.event.seq
        seqs.append(update.event.seq)
    return seqs


async def lagged(following: Following) -> Lagged:
    async with asyncio.timeout(30):
        update = await anext(following)
    assert update.lagged is not None, update
    assert update.lagged.after == update.place
    return update.lagged


async def begun(following: Following, tail: Tail) -> asyncio.Task[EventUpdate]:
    """Return the first thing told, which is waited for; from here on it is followed."""
    before = tail.followers
    first = asyncio.ensure_future(anext(following))
    while tail.followers == before:
        await asyncio.sleep(0)
    return first


def at(tail: Tail, seq: int) -> str:
    return str(tail._events.place(seq))


async def test_new_events_are_told_from_now_on(tail: Tail, alice: Identity, record: Record) -> None:
    await record(alice, number=3)
    await tail.catch_up()
    async with aclosing(tail.follow(alice)) as following:
        first = await begun(following, tail)
        await record(alice, number=2)

        assert (await first).place.seq == 4
        assert await told(following, 1) == [5]
    assert tail.followers == 0


async def test_own_commit_is_told_without_a_look(
    tail: Tail, alice: Identity, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 3600)
    async with aclosing(tail.follow(alice)) as following:
        first = await begun(following, tail)
        await record(alice)  # ends the look that had begun
        assert (await first).place.seq == 1
        await record(alice)

        assert await told(following, 1) == [2]


async def test_what_another_process_wrote_is_found(
    tail: Tail, alice: Identity, store: Store, monkeypatch: pytest.MonkeyPatch, record: Record
) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(store, "_watchers", [])  # as if this process knew nothing of it
    async with aclosing(tail.follow(alice)) as following:
        first = await begun(following, tail)
        await record(alice)

        assert (await first).place.seq == 1


async def test_database_that_is_away_for_a_while_costs_no_event(
    tail: Tail, alice: Identity, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, failures = tail._events.read, 3

    async def fails(after: int, most: int) -> list[Event]:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            message = "gone"
            raise Unavailable(message)
        return await read(after, most)

    monkeypatch.setattr(module, "AGAIN_SECONDS", 0.001)
    monkeypatch.setattr(module, "POLL_SECONDS", 0.001)
    monkeypatch.setattr(tail._events, "read", fails)
    async with aclosing(tail.follow(alice)) as following:
        first = await begun(following, tail)
        await record(alice, number=2)

        assert (await first).place.seq == 1
        assert await told(following, 1) == [2]
    assert failures < 0


async def test_each_sees_what_is_theirs(
    tail: Tail, alice: Identity, bob: Identity, admin: Identity, record: Record
) -> None:
    for owner in (alice, bob, alice, bob):
        await record(owner)
    start = at(tail, 0)

    async with (
        aclosing(tail.follow(alice, after=start)) as one,
        aclosing(tail.follow(bob, after=start)) as two,
        aclosing(tail.follow(admin, after=start)) as everything,
    ):
        assert await told(one, 2) == [1, 3]
        assert await told(two, 2) == [2, 4]
        assert await told(everything, 4) == [1, 2, 3, 4]


async def test_filter_holds_for_what_was_missed_and_for_what_is_live(
    tail: Tail, alice: Identity, record: Record
) -> None:
    one, two = new_id(), new_id()
    await record(alice, one, two)
    wanted = EventFilter(one, frozenset({EventKind.TASK_ADDED}))

    async with aclosing(tail.follow(alice, wanted, at(tail, 0))) as following:
        assert await told(following, 1) == [1]
        await record(alice, one, kind=EventKind.TASK_STARTED)
        await record(alice, two, one)
        assert await told(following, 1) == [5]


async def test_others_task_looks_absent(
    tail: Tail, alice: Identity, bob: Identity, record: Record
) -> None:
    task_id = new_id()
    await record(alice, task_id)

    for wanted in (task_id, new_id()):
        with pytest.raises(NotFound):
            await anext(tail.follow(bob, EventFilter(wanted)))


async def test_resuming_gives_what_was_missed_and_goes_on(
    tail: Tail, alice: Identity, record: Record
) -> None:
    await record(alice, number=5)

    async with aclosing(tail.follow(alice, after=at(tail, 2))) as following:
        assert await told(following, 3) == [3, 4, 5]
        await record(alice)
        assert await told(following, 1) == [6]


async def test_resuming_after_a_restart_reads_storage_in_pages(
    store: Store, events: EventLog, alice: Identity, bob: Identity, record: Record
) -> None:
    many = 2 * module.REPLAY_PAGE + 7
    for number in range(many):
        await record(alice if number % 2 == 0 else bob)

    async with (
        tailing(store, events) as tail,
        aclosing(tail.follow(alice, after=at(tail, 0))) as following,
    ):
        assert await told(following, (many + 1) // 2) == list(range(1, many + 1, 2))
        await record(alice)
        assert await told(following, 1) == [many + 1]


async def test_place_that_is_read_before_the_tail_got_there_is_no_place_of_the_future(
    tail: Tail, alice: Identity, record: Record
) -> None:
    await tail.close()  # so that only the follower reads
    await record(alice, number=2)

    async with aclosing(tail.follow(alice, after=at(tail, 1))) as following:
        assert await told(following, 1) == [2]


async def test_place_that_is_pruned_has_expired(
    store: Store, events: EventLog, alice: Identity, record: Record, clock: FakeClock
) -> None:
    await record(alice, number=3)
    clock.advance(timedelta(days=8).total_seconds())
    await events.prune()
    await record(alice, number=2)

    async with tailing(store, events) as tail:
        async with aclosing(tail.follow(alice, after=at(tail, 3))) as kept:
            assert await told(kept, 2) == [4, 5]
        async with aclosing(tail.follow(alice, after=at(tail, 2))) as following:
            assert await lagged(following) == Lagged(LagReason.EXPIRED, events.place(5))
            await record(alice)
            assert await told(following, 1) == [6]


@pytest.mark.parametrize("log", ["another", "future"])
async def test_place_that_never_was_has_expired(
    tail: Tail, alice: Identity, record: Record, events: EventLog, log: str
) -> None:
    await record(alice, number=3)
    await tail.catch_up()
    after = str(Place("zzzzzzzz", 1)) if log == "another" else at(tail, 4)

    async with aclosing(tail.follow(alice, after=after)) as following:
        assert await lagged(following) == Lagged(LagReason.EXPIRED, events.place(3))
        await record(alice)
        assert await told(following, 1) == [4]


async def test_what_is_no_place_is_refused(tail: Tail, alice: Identity) -> None:
    with pytest.raises(InvalidInput) as refused:
        await anext(tail.follow(alice, after="yesterday"))

    assert refused.value.field == "after"


async def test_slow_follower_is_told_where_to_go_on_and_misses_nothing_then(
    tail: Tail, alice: Identity, record: Record, events: EventLog
) -> None:
    text = {"text": "x" * 1000}
    many = 2 * MOST_HELD // 1000
    async with aclosing(tail.follow(alice)) as following:
        first = await begun(following, tail)
        await record(alice)
        assert (await first).place.seq == 1
        await record(alice, number=many, data=text)
        await tail.catch_up()

        assert await lagged(following) == Lagged(LagReason.SLOW, events.place(1))
        (live,) = await told(following, 1)
        assert 2 < live <= many
    async with aclosing(tail.follow(alice, after=at(tail, 1))) as again:
        assert await told(again, many) == list(range(2, many + 2))


async def test_slow_follower_does_not_hold_up_another(
    tail: Tail, alice: Identity, record: Record
) -> None:
    async with aclosing(tail.follow(alice)) as slow, aclosing(tail.follow(alice)) as quick:
        waiting, first = await begun(slow, tail), await begun(quick, tail)
        seen = []
        for number in range(1, 101):
            await record(alice, data={"text": "x" * 10_000})
            update = await first if number == 1 else await anext(quick)
            seen.append(update.place.seq)

        assert seen == list(range(1, 101))
        assert (await waiting).place.seq == 1


async def test_ring_is_bounded_in_number_and_in_bytes(
    tail: Tail, alice: Identity, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 10)
    monkeypatch.setattr(module, "MOST_KEPT_BYTES", 5000)
    await record(alice, number=20)
    await tail.catch_up()
    in_number = len(tail._kept)
    await record(alice, number=20, data={"text": "x" * 1000})
    await tail.catch_up()

    assert in_number == 10
    assert (len(tail._kept), tail._floor) == (3, 37)
    async with aclosing(tail.follow(alice, after=at(tail, 0))) as following:
        assert await told(following, 40) == list(range(1, 41))


@pytest.mark.parametrize("kept", [0, 3, 1000])
async def test_resuming_while_others_write_has_no_gap_and_no_double(
    tail: Tail,
    alice: Identity,
    record: Record,
    monkeypatch: pytest.MonkeyPatch,
    kept: int,
) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", kept)
    monkeypatch.setattr(module, "REPLAY_PAGE", 4)
    monkeypatch.setattr(module, "PAGE", 7)
    total = 120

    async def write() -> None:
        for number in range(total // 3):
            await record(alice, number=1 + number % 5)

    async def resume(start: int) -> tuple[int, list[int]]:
        async with aclosing(tail.follow(alice, after=at(tail, start))) as following:
            return start, await told(following, total - start)

    writing = asyncio.create_task(write())
    while tail._position < 10:
        await asyncio.sleep(0)
    found = await asyncio.gather(*(resume(start) for start in range(11)))
    await writing

    assert found == [(start, list(range(start + 1, total + 1))) for start in range(11)]
