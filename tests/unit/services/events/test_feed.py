"""What one follower of events holds: all of it in order, within a bound."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from services.access.identity import ALL_SCOPES, Identity, Role
from services.events.feed import MOST_HELD, LogFeed
from services.events.kinds import EventKind
from services.events.log import ALL, Event, EventFilter

ALICE = Identity(1, "alice", Role.USER, ALL_SCOPES)
ADMIN = Identity(9, "admin", Role.ADMIN, ALL_SCOPES)
ONE, TWO = UUID(int=1), UUID(int=2)
SIZE = 1000


def event(seq: int, **changes: object) -> Event:
    made = Event(seq, 1, ONE, EventKind.TASK_ADDED, datetime(2026, 11, 22, tzinfo=UTC), {}, SIZE)
    return replace(made, **changes)  # type: ignore[arg-type]


async def taken(feed: LogFeed, number: int) -> list[int | None]:
    """Return the numbers of what is taken next; None where some were dropped."""
    events = [await feed.take() for _ in range(number)]
    return [None if event is None else event.seq for event in events]


async def test_events_come_in_order() -> None:
    feed = LogFeed(ALICE, ALL)
    for seq in (1, 2, 3):
        feed.offer(event(seq))

    assert await taken(feed, 3) == [1, 2, 3]


async def test_others_events_are_left_out() -> None:
    feed, all_of_them = LogFeed(ALICE, ALL), LogFeed(ADMIN, ALL)
    for told in (event(1), event(2, owner_id=2), event(3)):
        feed.offer(told)
        all_of_them.offer(told)

    assert await taken(feed, 2) == [1, 3]
    assert await taken(all_of_them, 3) == [1, 2, 3]


async def test_only_what_is_wanted_is_held() -> None:
    wanted = EventFilter(ONE, frozenset({EventKind.TASK_FAILED}))
    feed = LogFeed(ALICE, wanted)
    feed.offer(event(1))
    feed.offer(event(2, kind=EventKind.TASK_FAILED))
    feed.offer(event(3, kind=EventKind.TASK_FAILED, task_id=TWO))
    feed.offer(event(4, kind=EventKind.TASK_FAILED))

    assert await taken(feed, 2) == [2, 4]


async def test_slow_follower_is_told_where_events_are_left_out() -> None:
    feed = LogFeed(ALICE, ALL)
    many = MOST_HELD // SIZE
    for seq in range(1, many + 2):
        feed.offer(event(seq))
    feed.offer(event(many + 2))

    assert await taken(feed, 3) == [None, many + 1, many + 2]


async def test_follower_never_holds_more_than_the_bound() -> None:
    feed = LogFeed(ALICE, ALL)
    for seq in range(10 * MOST_HELD // SIZE):
        feed.offer(event(seq))

        assert sum(held.size for held in feed._held) == feed._size <= MOST_HELD


async def test_being_left_behind_twice_is_told_once() -> None:
    feed = LogFeed(ALICE, ALL)
    for seq in range(1, 3 * (MOST_HELD // SIZE) + 2):
        feed.offer(event(seq))

    assert await taken(feed, 2) == [None, 2 * (MOST_HELD // SIZE) + 1 + (MOST_HELD // SIZE)]


async def test_room_is_free_again_when_events_are_taken() -> None:
    feed = LogFeed(ALICE, ALL)
    for seq in range(1, 3 * MOST_HELD // SIZE):
        feed.offer(event(seq))

        assert await taken(feed, 1) == [seq]


async def test_follower_waits_until_there_is_something() -> None:
    feed = LogFeed(ALICE, ALL)
    waiting = asyncio.ensure_future(feed.take())
    await asyncio.sleep(0)
    assert not waiting.done()

    feed.offer(event(1))

    assert await waiting == event(1)
