"""Lists page by page: where a page begins and ends, and what is around it."""

import uuid
from datetime import UTC, datetime
from typing import Any

from models.file import File
from services.ids import TASK, new_id, read
from services.paging import cursors
from services.store.store import Transaction
from tests.integration.http.running import Running

PAGE = "nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
TASKS = (
    f"query($first: Int!, $after: String) {{ tasks(first: $first, after: $after) {{ {PAGE} }} }}"
)
FILES = (
    "query($id: ID!, $first: Int!, $after: String) "
    f"{{ task(id: $id) {{ files(first: $first, after: $after) {{ {PAGE} }} }} }}"
)


def around(page: Any) -> tuple[bool, bool]:
    """Return whether there are entries before this page, and behind it."""
    return page["pageInfo"]["hasPreviousPage"], page["pageInfo"]["hasNextPage"]


def place(task: str) -> str:
    return cursors.show("CREATED_NEWEST", 0, "", str(read(TASK, task, field="id")))


async def tasks(argosy: Running, first: int, after: str | None = None, **who: str) -> Any:
    return (await argosy.ask(TASKS, first=first, after=after, **who)).data["tasks"]


async def files(argosy: Running, task: str, first: int, after: str | None = None) -> Any:
    answer = await argosy.ask(FILES, id=task, first=first, after=after)
    return answer.data["task"]["files"]


async def plant_files(argosy: Running, task: str, number: int) -> None:
    async def write(transaction: Transaction) -> None:
        for n in range(number):
            await File.create(
                using_db=transaction.client,
                id=new_id(),
                task_id=read(TASK, task, field="id"),
                name=f"{n}",
                path=f"admin/{n}",
                size=n,
                created_at=datetime.now(UTC),
            )

    await argosy.container._store.write(write)


async def test_pages_of_tasks_say_what_is_around_them(argosy: Running) -> None:
    for _ in range(5):
        await argosy.plant()

    first = await tasks(argosy, 2)
    second = await tasks(argosy, 2, first["pageInfo"]["endCursor"])
    third = await tasks(argosy, 2, second["pageInfo"]["endCursor"])
    beyond = await tasks(argosy, 2, third["pageInfo"]["endCursor"])

    assert [around(page) for page in (first, second, third, beyond)] == [
        (False, True),
        (True, True),
        (True, False),
        (True, False),
    ]


async def test_page_begins_and_ends_with_its_own(argosy: Running) -> None:
    oldest, middle, newest = [await argosy.plant() for _ in range(3)]

    page = await tasks(argosy, 2)
    last = await tasks(argosy, 2, page["pageInfo"]["endCursor"])

    assert page["pageInfo"]["startCursor"] == place(newest)
    assert page["pageInfo"]["endCursor"] == place(middle)
    assert last["pageInfo"]["startCursor"] == last["pageInfo"]["endCursor"] == place(oldest)


async def test_empty_list_has_no_cursors(argosy: Running) -> None:
    page = await tasks(argosy, 2)

    assert page == {
        "nodes": [],
        "pageInfo": {
            "hasNextPage": False,
            "hasPreviousPage": False,
            "startCursor": None,
            "endCursor": None,
        },
    }


async def test_nothing_comes_before_a_cursor_above_all(argosy: Running) -> None:
    await argosy.plant()

    page = await tasks(argosy, 2, place(str(uuid.UUID(int=2**128 - 1))))

    assert len(page["nodes"]) == 1
    assert around(page) == (False, False)


async def test_what_others_have_comes_before_nobody_elses_page(argosy: Running) -> None:
    eve, key = await argosy.user("eve")
    of_eve = await argosy.plant(eve)
    of_admin = await argosy.plant()

    own = await tasks(argosy, 2, place(of_admin), key=key)

    assert own["nodes"] == [{"id": of_eve}]
    assert around(own) == (False, False)


async def test_pages_of_files_say_what_is_around_them(argosy: Running) -> None:
    task = await argosy.plant()
    await plant_files(argosy, task, 3)

    first = await files(argosy, task, 2)
    second = await files(argosy, task, 2, first["pageInfo"]["endCursor"])

    assert [around(page) for page in (first, second)] == [(False, True), (True, False)]
    info = second["pageInfo"]
    assert info["startCursor"] == info["endCursor"] != first["pageInfo"]["endCursor"]
