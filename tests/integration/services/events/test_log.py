"""The log of events in storage: whose events are read, and what is pruned."""

from datetime import timedelta

from services.access.identity import Identity
from services.events.kinds import EventKind
from services.events.log import ALL, CHUNK, Bounds, Event, EventFilter, EventLog
from services.ids import new_id
from services.pruning import Pruning
from services.store.store import Store
from services.tasks.states import TaskState
from tests.fakes.clock import FakeClock
from tests.integration.services.events.conftest import Record, log_over
from tests.integration.services.tasks.stored import plant

MANY = 10_000


def numbers(found: list[Event]) -> list[int]:
    return [event.seq for event in found]


async def read(events: EventLog, identity: Identity, wanted: EventFilter = ALL) -> list[int]:
    return numbers(await events.read_for(identity, wanted, after=0, upto=MANY, most=MANY))


async def test_letters_of_a_log_are_made_once(
    store: Store, clock: FakeClock, events: EventLog
) -> None:
    again = log_over(store, clock)
    await again.open()

    assert again.name == events.name
    assert len(events.name) == 8


async def test_event_is_read_as_it_was_recorded(
    events: EventLog, alice: Identity, record: Record, clock: FakeClock
) -> None:
    task_id = new_id()
    await record(alice, task_id, kind=EventKind.TASK_FAILED, data={"code": "TIMED_OUT"})

    (event,) = await events.read(0, MANY)

    assert (event.seq, event.owner_id, event.task_id) == (1, alice.user_id, task_id)
    assert (event.kind, event.at) == (EventKind.TASK_FAILED, clock.now())
    assert event.data == {"code": "TIMED_OUT"}
    assert event.size > len('{"code":"TIMED_OUT"}')


async def test_user_reads_their_own_and_an_administrator_all(
    events: EventLog, alice: Identity, bob: Identity, admin: Identity, record: Record
) -> None:
    for owner in (alice, bob, alice):
        await record(owner)

    assert await read(events, alice) == [1, 3]
    assert await read(events, bob) == [2]
    assert await read(events, admin) == [1, 2, 3]


async def test_filter_is_by_task_and_kind(
    events: EventLog, alice: Identity, record: Record
) -> None:
    one, two = new_id(), new_id()
    await record(alice, one, two)
    await record(alice, one, two, kind=EventKind.TASK_STARTED)

    started = frozenset({EventKind.TASK_STARTED})
    assert await read(events, alice, EventFilter(task_id=one)) == [1, 3]
    assert await read(events, alice, EventFilter(kinds=started)) == [3, 4]
    assert await read(events, alice, EventFilter(one, started)) == [3]
    assert await read(events, alice, EventFilter(kinds=frozenset())) == []


async def test_reading_is_bounded_at_both_ends_and_in_number(
    events: EventLog, alice: Identity, record: Record
) -> None:
    await record(alice, number=10)

    between = await events.read_for(alice, ALL, after=3, upto=7, most=MANY)
    few = await events.read_for(alice, ALL, after=3, upto=7, most=2)

    assert (numbers(between), numbers(few)) == ([4, 5, 6, 7], [4, 5])


async def test_others_task_is_not_known(
    events: EventLog, alice: Identity, bob: Identity, admin: Identity, record: Record
) -> None:
    task_id = new_id()
    await record(alice, task_id)

    known = [await events.knows(identity, task_id) for identity in (alice, bob, admin)]

    assert known == [True, False, True]
    assert not await events.knows(admin, new_id())


async def test_task_whose_events_were_pruned_is_known(
    events: EventLog, store: Store, alice: Identity, bob: Identity, admin: Identity
) -> None:
    task = await plant(store, alice, TaskState.PENDING)

    known = [await events.knows(identity, task.id) for identity in (alice, bob, admin)]

    assert known == [True, False, True]


async def test_empty_log_begins_at_nothing(events: EventLog) -> None:
    assert (await events.oldest(), await events.newest(), await events.pruned()) == (None, 0, 0)


async def test_too_old_events_are_pruned(
    events: EventLog, alice: Identity, record: Record, clock: FakeClock
) -> None:
    await record(alice, number=3)
    clock.advance(timedelta(days=6).total_seconds())
    await record(alice, number=2)
    clock.advance(timedelta(days=1, seconds=1).total_seconds())

    removed = await Pruning(events, name="events", seconds=60).prune()

    assert (removed, await read(events, alice)) == (3, [4, 5])
    assert (await events.pruned(), await events.oldest(), await events.newest()) == (3, 4, 5)


async def test_too_many_events_are_pruned(
    store: Store, clock: FakeClock, alice: Identity, record: Record
) -> None:
    events = log_over(store, clock, Bounds(timedelta(days=7), 4))
    await record(alice, number=10)

    removed = await Pruning(events, name="events", seconds=60).prune()

    assert (removed, await read(events, alice)) == (6, [7, 8, 9, 10])


async def test_pruning_goes_on_in_chunks_until_all_is_within_bounds(
    store: Store, clock: FakeClock, alice: Identity, record: Record
) -> None:
    events = log_over(store, clock, Bounds(timedelta(days=7), 1))
    await record(alice, number=2 * CHUNK + 10)

    first = await events.prune()
    rest = await Pruning(events, name="events", seconds=60).prune()

    assert (first, rest) == (CHUNK, CHUNK + 9)
    assert await read(events, alice) == [2 * CHUNK + 10]


async def test_number_of_the_newest_is_known_when_nothing_is_left(
    events: EventLog, alice: Identity, record: Record, clock: FakeClock
) -> None:
    await record(alice, number=3)
    clock.advance(timedelta(days=8).total_seconds())
    await events.prune()

    assert (await events.oldest(), await events.newest()) == (None, 3)
    await record(alice)
    assert await read(events, alice) == [4]


async def test_nothing_is_pruned_within_bounds(
    events: EventLog, alice: Identity, record: Record
) -> None:
    await record(alice, number=3)

    assert await Pruning(events, name="events", seconds=60).prune() == 0
    assert await events.pruned() == 0
