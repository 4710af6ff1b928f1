"""Lists of tasks in every order and with every filter, page by page."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.access.identity import Identity
from services.engines.options import Kind
from services.errors import ErrorCode, Forbidden, InvalidInput
from services.store.store import Store
from services.tasks.listing.filters import EVERYTHING, LONGEST_TEXT, MOST_NAMES, TaskFilter
from services.tasks.listing.sorting import TaskOrder
from services.tasks.states import FINISHED, TaskState
from services.tasks.tasks import Tasks
from tests.integration.services.tasks.planting import BEGIN, Planted, ids, make, plant, removed

QUEUED = {TaskState.PENDING, TaskState.RETRYING, TaskState.RUNNING}
LATEST = BEGIN + timedelta(days=9)

Key = Callable[[Planted], Any]

# Each order: by what, and whether the greatest come first; what has none of it comes behind.
KEYS: dict[TaskOrder, tuple[Key, bool]] = {
    TaskOrder.CREATED_NEWEST: (lambda t: 0, True),
    TaskOrder.CREATED_OLDEST: (lambda t: 0, False),
    TaskOrder.FINISHED_NEWEST: (lambda t: t.finished_at, True),
    TaskOrder.FINISHED_OLDEST: (lambda t: t.finished_at, False),
    TaskOrder.NAME: (lambda t: t.name, False),
    TaskOrder.NAME_REVERSED: (lambda t: t.name, True),
    TaskOrder.LARGEST: (lambda t: t.total, True),
    TaskOrder.SMALLEST: (lambda t: t.total, False),
    TaskOrder.QUEUE: (lambda t: (-t.priority, t.position), False),
}
FILTERS: dict[str, tuple[TaskFilter, Callable[[Planted], bool]]] = {
    "everything": (EVERYTHING, lambda t: True),
    "one state": (TaskFilter(states=(TaskState.FAILED,)), lambda t: t.state == "FAILED"),
    "states": (
        TaskFilter(states=(TaskState.PAUSED, TaskState.RUNNING, TaskState.PAUSED)),
        lambda t: t.state in {"PAUSED", "RUNNING"},
    ),
    "no state": (TaskFilter(states=()), lambda t: False),
    "finished": (TaskFilter(is_finished=True), lambda t: t.state in FINISHED),
    "unfinished": (TaskFilter(is_finished=False), lambda t: t.state not in FINISHED),
    "states that are finished": (
        TaskFilter(is_finished=True, states=(TaskState.RUNNING, TaskState.SKIPPED)),
        lambda t: t.state == "SKIPPED",
    ),
    "kinds": (
        TaskFilter(kinds=(Kind.VIDEO, Kind.ARCHIVE)),
        lambda t: t.kind in {Kind.VIDEO, Kind.ARCHIVE},
    ),
    "engines": (TaskFilter(engines=("ftp",)), lambda t: t.engine == "ftp"),
    "hosts": (
        TaskFilter(hosts=("Example.com", "files.example", "nowhere.example")),
        lambda t: t.host in {"example.com", "files.example"},
    ),
    "hosts and states": (
        TaskFilter(hosts=("example.com", "files.example"), is_finished=True),
        lambda t: t.host in {"example.com", "files.example"} and t.state in FINISHED,
    ),
    "hosts and kinds": (
        TaskFilter(hosts=("example.com", "files.example"), kinds=(Kind.IMAGE, Kind.VIDEO)),
        lambda t: t.host in {"example.com", "files.example"} and t.kind in {Kind.IMAGE, Kind.VIDEO},
    ),
    "text without case": (TaskFilter(text="B.ZIP"), lambda t: "b.zip" in t.name.lower()),
    "text of other letters": (TaskFilter(text="Ä"), lambda t: "Ä" in t.name),
    "text with wildcards": (TaskFilter(text="%_S"), lambda t: "%_s" in t.name),
    "text of the URL": (TaskFilter(text="//mirror."), lambda t: t.host == "mirror.example"),
    "created": (
        TaskFilter(
            created_from=BEGIN + timedelta(milliseconds=7_000),
            created_to=BEGIN + timedelta(milliseconds=42_000),
        ),
        lambda t: timedelta(seconds=7) <= t.created_at - BEGIN < timedelta(seconds=42),
    ),
    "created in no time that was": (
        TaskFilter(created_from=LATEST.replace(year=9999), created_to=LATEST.replace(year=1)),
        lambda t: False,
    ),
    "finished in a time": (
        TaskFilter(finished_from=BEGIN, finished_to=BEGIN + timedelta(hours=1)),
        lambda t: t.finished_at is not None and t.finished_at < BEGIN + timedelta(hours=1),
    ),
}


def expected(planted: list[Planted], order: TaskOrder) -> list[UUID]:
    """Return the ids of these in an order, by comparing all of them."""
    key, is_descending = KEYS[order]
    if order is TaskOrder.QUEUE:
        planted = [task for task in planted if task.state in QUEUED]
    known = [task for task in planted if key(task) is not None]
    others = [task for task in planted if key(task) is None]
    known.sort(key=lambda task: (key(task), task.id), reverse=is_descending)
    others.sort(key=lambda task: task.id, reverse=is_descending)
    return ids(known + others)


async def walk(
    tasks: Tasks, identity: Identity, wanted: TaskFilter, order: TaskOrder, first: int
) -> list[UUID]:
    """Return the ids on all pages of that size."""
    found: list[UUID] = []
    after = None
    listing = tasks.listing(identity, wanted, order)
    while True:
        page = await listing.page(first, after)
        assert await listing.has_before(after) is bool(found)
        found += ids(page.items)
        if not page.has_more:
            return found
        after = page.cursors[-1]


@pytest.fixture
async def planted(store: Store, alice: Identity, bob: Identity) -> list[Planted]:
    """Tasks of two users; others of theirs were removed."""
    made = make(90, [alice.user_id, bob.user_id])
    there, gone = made[:80], [removed(task) for task in made[80:]]
    await plant(store, there + gone)
    return there


@pytest.mark.parametrize("order", TaskOrder)
async def test_pages_have_every_task_once_in_order(
    tasks: Tasks, planted: list[Planted], alice: Identity, admin: Identity, order: TaskOrder
) -> None:
    alices = [task for task in planted if task.owner_id == alice.user_id]

    assert await walk(tasks, alice, EVERYTHING, order, 7) == expected(alices, order)
    assert await walk(tasks, admin, EVERYTHING, order, 7) == expected(planted, order)


@pytest.mark.parametrize("name", FILTERS)
async def test_filter_lets_through_what_it_should(
    tasks: Tasks, planted: list[Planted], alice: Identity, admin: Identity, name: str
) -> None:
    wanted, holds = FILTERS[name]
    alices = [task for task in planted if task.owner_id == alice.user_id]
    for who, those in ((alice, alices), (admin, planted)):
        let_through = [task for task in those if holds(task)]
        for order in (TaskOrder.CREATED_OLDEST, TaskOrder.NAME_REVERSED, TaskOrder.FINISHED_NEWEST):
            found = await walk(tasks, who, wanted, order, 9)

            assert found == expected(let_through, order)
            assert await tasks.listing(who, wanted, order).count() == len(let_through)


async def test_filters_find_something(planted: list[Planted]) -> None:
    nothing = {name for name, (_, holds) in FILTERS.items() if not any(map(holds, planted))}

    assert nothing == {"no state", "created in no time that was"}


async def test_queue_counts_what_waits_and_runs(
    tasks: Tasks, planted: list[Planted], admin: Identity
) -> None:
    count = await tasks.listing(admin, EVERYTHING, TaskOrder.QUEUE).count()

    assert count == len([task for task in planted if task.state in QUEUED])


async def test_administrator_may_ask_for_one_users(
    tasks: Tasks, planted: list[Planted], alice: Identity, admin: Identity
) -> None:
    alices = [task for task in planted if task.owner_id == alice.user_id]
    wanted = TaskFilter(owner_id=alice.user_id)

    assert await walk(tasks, admin, wanted, TaskOrder.NAME, 8) == expected(alices, TaskOrder.NAME)
    assert await tasks.listing(admin, wanted, TaskOrder.NAME).count() == len(alices)


async def test_others_may_not_even_ask_for_their_own(tasks: Tasks, alice: Identity) -> None:
    with pytest.raises(Forbidden) as caught:
        tasks.listing(alice, TaskFilter(owner_id=alice.user_id), TaskOrder.NAME)

    assert caught.value.field == "filter.ownerId"


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (TaskFilter(text="x" * (LONGEST_TEXT + 1)), "filter.text"),
        (TaskFilter(hosts=["a"] * (MOST_NAMES + 1)), "filter.hosts"),
        (TaskFilter(engines=["a"] * (MOST_NAMES + 1)), "filter.engines"),
        (TaskFilter(text="a\x00"), "filter"),
        (TaskFilter(hosts=["\x00"]), "filter"),
    ],
    ids=["text", "hosts", "engines", "zero in a text", "zero in a host"],
)
async def test_filter_that_no_database_takes_is_refused(
    tasks: Tasks, alice: Identity, wanted: TaskFilter, field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        tasks.listing(alice, wanted, TaskOrder.NAME)

    assert caught.value.field == field


def coded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode()


UNKNOWN = "01995fd3-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    "after",
    [
        "",
        "garbage",
        "ü",
        coded(b"[]"),
        coded(b'{"NAME": 1}'),
        coded(b'["NAME", 0, "a"]'),
        coded(f'["LARGEST", 0, 5, "{UNKNOWN}"]'.encode()),
        coded(f'["NAME", 1, "a", "{UNKNOWN}"]'.encode()),
        coded(f'["NAME", -1, "a", "{UNKNOWN}"]'.encode()),
        coded(f'["NAME", true, "a", "{UNKNOWN}"]'.encode()),
        coded(f'["NAME", 0, 5, "{UNKNOWN}"]'.encode()),
        coded(f'["NAME", 0, "\\u0000", "{UNKNOWN}"]'.encode()),
        coded(b'["NAME", 0, "a", "task"]'),
        coded(b"[" * 5000),
    ],
)
async def test_cursor_of_no_such_list_is_refused(tasks: Tasks, alice: Identity, after: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await tasks.page(alice, first=1, after=after, order=TaskOrder.NAME)

    assert (caught.value.code, caught.value.field) == (ErrorCode.INVALID_INPUT, "after")


@pytest.mark.parametrize(
    ("order", "key"),
    [
        (TaskOrder.FINISHED_NEWEST, '"yesterday"'),
        (TaskOrder.FINISHED_NEWEST, '"0001-01-01T00:00:00+23:00"'),
        (TaskOrder.LARGEST, "18446744073709551615"),
    ],
)
async def test_cursor_with_a_key_that_cannot_be_is_refused(
    tasks: Tasks, alice: Identity, order: TaskOrder, key: str
) -> None:
    after = coded(f'["{order}", 0, {key}, "{UNKNOWN}"]'.encode())

    with pytest.raises(InvalidInput) as caught:
        await tasks.page(alice, first=1, after=after, order=order)

    assert caught.value.field == "after"


async def test_removed_task_is_nowhere(
    tasks: Tasks, store: Store, alice: Identity, admin: Identity
) -> None:
    gone = [removed(task) for task in make(40, [alice.user_id])]
    await plant(store, gone)

    for who in (alice, admin):
        assert [await walk(tasks, who, EVERYTHING, order, 9) for order in TaskOrder] == [[]] * 9
        assert await tasks.listing(who, EVERYTHING, TaskOrder.NAME).count() == 0
        assert await tasks.count_unfinished(who) == 0
        assert await tasks.get_some(who, ids(gone)) == {}
    assert await tasks.count_by_state() == {}
