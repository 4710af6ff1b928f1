"""What somebody gets to see: their own, and of other people's things nothing at all."""

import re
from datetime import UTC, datetime

import pytest

from services.access.people.users import User
from services.statistics.counting import add_downloads
from services.store.store import Transaction
from tests.integration.http.running import KEY, Answer, Running
from tests.integration.http.talking import acknowledged

ABSENT = "task_0199c2f0-0000-7000-8000-000000000000"

TASK = "query($id: ID!) { task(id: $id) { id name files { totalCount } } }"
STATUS = "query($id: ID!) { taskStatus(taskId: $id) { id filename } }"
PROGRESS = "subscription($id: ID!) { taskProgress(taskId: $id) { taskId } }"
CANCEL = """
    mutation($id: ID!) { cancelTasks(input: { ids: [$id] }) {
        tasks { id } errors { code message field }
    } }
"""
TASKS = "{ tasks { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }"
TOTALS = "{ status { activeTasks totalDownloads } }"
STATS = """
    { downloadStats {
        todayDownloads totalBandwidthBytes averageSpeedBytes
        topDownloaders { username downloadCount }
    } }
"""


async def fetched(argosy: Running, user: User, downloads: int) -> None:
    """Count downloads of a megabyte each, that took a second each, as finished today."""

    async def write(transaction: Transaction) -> None:
        for _ in range(downloads):
            now = datetime.now(UTC)
            await add_downloads(
                transaction, user.id, now, count=1, size=1_000_000, milliseconds=1000
            )

    await argosy.container._store.write(write)


def without_ids(answer: Answer) -> bytes:
    """Return an answer without what is different each time."""
    return re.sub(rb"task_[0-9a-f-]{36}|[0-9a-f]{32}", b"*", answer.body)


@pytest.mark.parametrize("query", [TASK, STATUS, CANCEL])
async def test_foreign_and_absent_task_look_the_same(argosy: Running, query: str) -> None:
    _, key = await argosy.user("eve")
    foreign = await argosy.plant()

    answers = [await argosy.ask(query, key=key, id=task) for task in (foreign, ABSENT)]

    assert "NOT_FOUND" in answers[0].body.decode()
    assert without_ids(answers[0]) == without_ids(answers[1])
    assert answers[0].status == answers[1].status == 200


async def test_foreign_and_absent_progress_look_the_same(argosy: Running) -> None:
    _, key = await argosy.user("eve")
    foreign = await argosy.plant()

    async with acknowledged(argosy, key) as socket:
        await socket.subscribe("a", PROGRESS, id=foreign)
        of_foreign = await socket.hear_error("a")
        await socket.subscribe("a", PROGRESS, id=ABSENT)
        of_absent = await socket.hear_error("a")

    assert of_foreign.pop("message") == f"There is no task {foreign}."
    assert of_absent.pop("message") == f"There is no task {ABSENT}."
    assert of_foreign["extensions"].pop("requestId") != of_absent["extensions"].pop("requestId")
    assert of_foreign == of_absent == {"extensions": {"code": "NOT_FOUND"}}


async def test_foreign_task_cannot_be_cancelled(argosy: Running) -> None:
    _, key = await argosy.user("eve")
    foreign = await argosy.plant()

    await argosy.ask(CANCEL, key=key, id=foreign)

    answer = await argosy.ask("query($id: ID!) { task(id: $id) { state } }", id=foreign)
    assert answer.data == {"task": {"state": "PAUSED"}}


@pytest.mark.parametrize(("query", "field"), [(TASK, "task"), (STATUS, "taskStatus")])
async def test_owner_and_administrator_see_a_task(argosy: Running, query: str, field: str) -> None:
    eve, key = await argosy.user("eve")
    task = await argosy.plant(eve)

    seen = [(await argosy.ask(query, key=who, id=task)).data[field]["id"] for who in (key, KEY)]

    assert seen == [task, task]


async def test_owner_and_administrator_follow_a_task(argosy: Running) -> None:
    eve, key = await argosy.user("eve")
    task = await argosy.plant(eve)
    heard = []

    for who in (key, KEY):
        async with acknowledged(argosy, who) as socket:
            await socket.subscribe("a", PROGRESS, id=task)
            heard.append((await socket.hear_next("a"))["taskProgress"]["taskId"])

    assert heard == [task, task]


async def test_list_has_ones_own_and_for_administrators_everybodys(argosy: Running) -> None:
    eve, key = await argosy.user("eve")
    of_admin, of_eve = await argosy.plant(), await argosy.plant(eve)

    own = (await argosy.ask(TASKS, key=key)).data["tasks"]
    all_ = (await argosy.ask(TASKS)).data["tasks"]

    assert (own["totalCount"], own["nodes"]) == (1, [{"id": of_eve}])
    assert (all_["totalCount"], all_["nodes"]) == (2, [{"id": of_eve}, {"id": of_admin}])


async def test_cursor_behind_a_foreign_task_shows_nothing_of_it(argosy: Running) -> None:
    _, key = await argosy.user("eve")
    await argosy.plant()
    await argosy.plant()
    cursor = (await argosy.ask(TASKS)).data["tasks"]["pageInfo"]["endCursor"]

    answer = await argosy.ask(
        "query($c: String) { tasks(after: $c) { totalCount nodes { id } } }", key=key, c=cursor
    )

    assert answer.data == {"tasks": {"totalCount": 0, "nodes": []}}


async def test_status_sums_ones_own_and_for_administrators_everybodys(argosy: Running) -> None:
    eve, key = await argosy.user("eve")
    await argosy.plant()
    await argosy.plant(eve)
    await fetched(argosy, argosy.container.admin, 2)
    await fetched(argosy, eve, 3)

    own = (await argosy.ask(TOTALS, key=key)).data["status"]
    all_ = (await argosy.ask(TOTALS)).data["status"]

    assert own == {"activeTasks": 1, "totalDownloads": 3}
    assert all_ == {"activeTasks": 2, "totalDownloads": 5}


async def test_statistics_sum_ones_own_and_for_administrators_everybodys(argosy: Running) -> None:
    eve, key = await argosy.user("eve")
    await fetched(argosy, argosy.container.admin, 2)
    await fetched(argosy, eve, 3)

    own = (await argosy.ask(STATS, key=key)).data["downloadStats"]
    all_ = (await argosy.ask(STATS)).data["downloadStats"]

    of_eve = {"username": "eve", "downloadCount": 3}
    of_admin = {"username": "admin", "downloadCount": 2}
    assert own == {
        "todayDownloads": 3,
        "totalBandwidthBytes": 3_000_000,
        "averageSpeedBytes": 1_000_000,
        "topDownloaders": [],
    }
    assert all_ == {
        "todayDownloads": 5,
        "totalBandwidthBytes": 5_000_000,
        "averageSpeedBytes": 1_000_000,
        "topDownloaders": [of_eve, of_admin],
    }


async def test_downloader_without_downloads_is_not_listed(argosy: Running) -> None:
    await argosy.user("eve")

    answer = await argosy.ask(STATS)

    assert answer.data["downloadStats"]["topDownloaders"] == []
