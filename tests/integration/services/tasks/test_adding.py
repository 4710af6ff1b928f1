"""Adding tasks: all or none, with one error for each argument that makes no sense."""

import pytest

from services.access.identity import Identity
from services.engines.options import Kind
from services.errors import ErrorCode, InvalidInputs
from services.store.rows import read_id, read_json
from services.store.store import Store
from services.tasks.adding.orders import MOST_URLS
from services.tasks.changing.positions import last_position
from services.tasks.priorities import Priority
from services.tasks.records import Task
from services.tasks.states import TaskState
from services.tasks.tasks import Tasks
from tests.fakes.clock import START
from tests.fakes.runner import FakeRunner
from tests.integration.services.tasks.listed import count


async def refusal(tasks: Tasks, alice: Identity, urls: list[str], folder: str = "") -> list[object]:
    """Return the field and the code of each error that adding these raises."""
    with pytest.raises(InvalidInputs) as caught:
        await tasks.add(alice, urls, folder=folder)
    return [(error.field, error.code) for error in caught.value.errors]


async def test_added_task_waits_for_its_turn(tasks: Tasks, alice: Identity) -> None:
    (task,) = await tasks.add(alice, ["https://example.com/films/a%20b.mkv"], folder="films")

    assert task == Task(
        id=task.id,
        owner_id=alice.user_id,
        engine="http",
        url="https://example.com/films/a%20b.mkv",
        folder="films",
        name="a b.mkv",
        state=TaskState.PENDING,
        phase=None,
        revision=0,
        attempt=0,
        failures=0,
        active_ms=0,
        received=0,
        total=None,
        error_code=None,
        error_message=None,
        created_at=START,
        started_at=None,
        finished_at=None,
        due_at=START,
        host="example.com",
        kind=Kind.VIDEO,
        priority=Priority.NORMAL,
        position=last_position(START),
    )


async def test_added_task_is_read_as_it_was_returned(tasks: Tasks, alice: Identity) -> None:
    added = await tasks.add(alice, ["https://example.com/a", "https://example.com/b"])

    assert [await tasks.get(alice, task.id) for task in added] == added


async def test_ids_are_in_the_order_of_the_urls(tasks: Tasks, alice: Identity) -> None:
    added = await tasks.add(alice, [f"https://example.com/{n}" for n in range(50)])

    assert [task.name for task in sorted(added, key=lambda task: task.id)] == [
        str(n) for n in range(50)
    ]


async def test_same_url_twice_makes_two_tasks(tasks: Tasks, alice: Identity) -> None:
    added = await tasks.add(alice, ["https://example.com/a"] * 2)

    assert len({task.id for task in added}) == 2


async def test_event_is_recorded_without_what_may_be_secret(
    tasks: Tasks, alice: Identity, store: Store
) -> None:
    (task,) = await tasks.add(alice, ["https://example.com/a?token=hunter2#x"])

    (row,) = await store.fetch("SELECT * FROM events")
    assert (row["owner_id"], read_id(row["task_id"]), row["kind"]) == (
        *(alice.user_id, task.id, "task.added"),
    )
    assert read_json(row["data"]) == {"state": "PENDING", "url": "https://example.com/a"}


async def test_runner_is_woken_once_the_tasks_are_there(
    tasks: Tasks, alice: Identity, runner: FakeRunner
) -> None:
    await tasks.add(alice, ["https://example.com/a", "https://example.com/b"])

    assert runner.woken == 1


async def test_every_bad_argument_has_its_own_error(tasks: Tasks, alice: Identity) -> None:
    urls = [
        "https://example.com/good",
        "not a url",
        "ftp://example.com/a",
        "http://127.0.0.1/",
        "http://user:password@example.com/",
    ]

    assert await refusal(tasks, alice, urls, "../bob") == [
        ("urls.1", ErrorCode.INVALID_URL),
        ("urls.2", ErrorCode.UNSUPPORTED_SCHEME),
        ("urls.3", ErrorCode.FORBIDDEN_ADDRESS),
        ("urls.4", ErrorCode.INVALID_URL),
        ("folder", ErrorCode.INVALID_FOLDER),
    ]


async def test_nothing_is_added_when_one_argument_is_bad(
    tasks: Tasks, alice: Identity, store: Store, runner: FakeRunner
) -> None:
    await refusal(tasks, alice, ["https://example.com/good", "bad"])

    assert await count(tasks, alice) == 0
    assert await store.fetch("SELECT * FROM events") == []
    assert runner.woken == 0


@pytest.mark.parametrize("count", [0, MOST_URLS + 1])
async def test_number_of_urls_is_bounded(tasks: Tasks, alice: Identity, count: int) -> None:
    urls = ["https://example.com/a"] * count

    assert await refusal(tasks, alice, urls) == [("urls", ErrorCode.INVALID_INPUT)]


async def test_as_many_urls_as_are_allowed_are_added(tasks: Tasks, alice: Identity) -> None:
    await tasks.add(alice, ["https://example.com/a"] * MOST_URLS)

    assert await count(tasks, alice) == MOST_URLS
