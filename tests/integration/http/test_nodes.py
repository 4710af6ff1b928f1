"""Things by their id, and what belongs to tasks."""

from datetime import UTC, datetime
from typing import Any

from models.attempt import Attempt
from models.file import File
from services.events.kinds import EventKind
from services.ids import FILE, TASK, new_id, read, show
from services.store.store import NewEvent, Transaction
from tests.integration.http.running import Running

NODE = (
    "query($id: ID!) { node(id: $id) { __typename id ... on Task { name } ... on File { path } } }"
)
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
EVENTS = """query($first: Int = 25, $after: String, $filter: TaskEventFilter) {
  taskEvents(first: $first, after: $after, filter: $filter) {
    nodes { cursor kind taskId state attempt error { code } task { id } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
    totalCount
  }
}"""
OF_TASK = """query($id: ID!, $first: Int!, $attempts: String, $events: String) { task(id: $id) {
  host priority isGroup kind owner { name }
  attempts(first: $first, after: $attempts) {
    nodes { number outcome error { code message } receivedBytes }
    pageInfo { hasNextPage hasPreviousPage endCursor } totalCount
  }
  events(first: $first, after: $events) {
    nodes { kind } pageInfo { hasNextPage hasPreviousPage endCursor } totalCount
  }
} }"""


async def plant_file(argosy: Running, task: str) -> str:
    key = new_id()

    async def write(transaction: Transaction) -> None:
        await File.create(
            using_db=transaction.client,
            id=key,
            task_id=read(TASK, task, field="id"),
            name="a.zip",
            path="admin/a.zip",
            size=5,
            created_at=datetime.now(UTC),
        )

    await argosy.container._store.write(write)
    return show(FILE, key)


async def plant_attempts(argosy: Running, task: str, number: int) -> None:
    async def write(transaction: Transaction) -> None:
        now = datetime.now(UTC)
        for n in range(1, number + 1):
            await Attempt.create(
                using_db=transaction.client,
                task_id=read(TASK, task, field="id"),
                number=n,
                outcome="RETRYING",
                error_code="TIMED_OUT",
                error_message="Nobody answered.",
                received=n,
                started_at=now,
                ended_at=now,
            )

    await argosy.container._store.write(write)


async def tell(argosy: Running, task: str, *kinds: EventKind, owner_id: int = 1) -> None:
    """Record events about a task."""
    data: dict[str, object] = {"state": "RETRYING", "attempt": 2, "code": "TIMED_OUT"}

    async def write(transaction: Transaction) -> None:
        for kind in kinds:
            key = read(TASK, task, field="id")
            transaction.record(NewEvent(owner_id, key, kind.value, data, datetime.now(UTC)))

    await argosy.container._store.write(write)


async def node(argosy: Running, wanted: str, **who: str) -> Any:
    return (await argosy.ask(NODE, id=wanted, **who)).data["node"]


async def test_node_is_what_the_word_says(argosy: Running) -> None:
    task = await argosy.plant()
    file = await plant_file(argosy, task)

    assert await node(argosy, task) == {"__typename": "Task", "id": task, "name": "film.mkv"}
    assert await node(argosy, file) == {"__typename": "File", "id": file, "path": "admin/a.zip"}


async def test_what_there_is_not_is_null(argosy: Running) -> None:
    _, key = await argosy.user("eve")
    task = await argosy.plant()
    file = await plant_file(argosy, task)
    gone = await argosy.plant(removed_at=datetime.now(UTC))
    file_of_gone = await plant_file(argosy, gone)
    swapped = file.replace("file_", "task_")

    absent = (show(TASK, new_id()), f"colour_{new_id()}", gone, file_of_gone, swapped)
    assert [await node(argosy, wanted) for wanted in absent] == [None] * 5
    assert [await node(argosy, wanted, key=key) for wanted in (task, file)] == [None, None]


async def test_what_is_no_id_is_an_error(argosy: Running) -> None:
    for wanted in ("task_5", "film", "", str(new_id())):
        answer = await argosy.ask(NODE, id=wanted)

        assert (answer.json["data"], answer.code) == ({"node": None}, "INVALID_ID")


async def test_nodes_come_in_their_order_with_gaps(argosy: Running) -> None:
    first, second = await argosy.plant(), await argosy.plant()
    file = await plant_file(argosy, first)

    answer = await argosy.ask(NODES, ids=[second, file, show(TASK, new_id()), first, second])

    assert [found and found["id"] for found in answer.data["nodes"]] == [
        *(second, file, None, first, second)
    ]


async def test_nodes_show_an_error_in_its_place(argosy: Running) -> None:
    task = await argosy.plant()

    answer = await argosy.ask(NODES, ids=[task, "nonsense"])

    assert answer.json["data"]["nodes"] == [{"__typename": "Task", "id": task}, None]
    assert (answer.code, answer.error["path"]) == ("INVALID_ID", ["nodes", 1])
    assert answer.error["extensions"]["field"] == "ids.1"


async def test_too_many_nodes_are_refused(argosy: Running) -> None:
    answer = await argosy.ask(NODES, ids=[show(TASK, new_id())] * 101)

    assert (answer.code, answer.error["extensions"]["field"]) == ("INVALID_INPUT", "ids")


async def test_task_shows_its_owner_attempts_and_events(argosy: Running) -> None:
    task = await argosy.plant(host="example.com", priority=1, kind="VIDEO")
    await plant_attempts(argosy, task, 3)
    await tell(argosy, task, EventKind.TASK_ADDED, EventKind.TASK_STARTED, EventKind.TASK_RETRYING)

    one = (await argosy.ask(OF_TASK, id=task, first=2)).data["task"]
    ends = {part: one[part]["pageInfo"]["endCursor"] for part in ("attempts", "events")}
    two = (await argosy.ask(OF_TASK, id=task, first=2, **ends)).data["task"]

    assert {name: one[name] for name in ("host", "priority", "kind", "isGroup", "owner")} == {
        "host": "example.com",
        "priority": "HIGH",
        "kind": "VIDEO",
        "isGroup": False,
        "owner": {"name": "admin"},
    }
    error = {"code": "TIMED_OUT", "message": "Nobody answered."}
    assert one["attempts"]["nodes"][1] == {
        "number": 2,
        "outcome": "RETRYING",
        "error": error,
        "receivedBytes": 2,
    }
    assert [a["number"] for page in (one, two) for a in page["attempts"]["nodes"]] == [1, 2, 3]
    kinds = [event["kind"] for page in (one, two) for event in page["events"]["nodes"]]
    assert kinds == ["ADDED", "STARTED", "RETRYING"]
    for part in ("attempts", "events"):
        infos = [page[part]["pageInfo"] for page in (one, two)]
        around = [(info["hasPreviousPage"], info["hasNextPage"]) for info in infos]
        assert around == [(False, True), (True, False)]
        assert [page[part]["totalCount"] for page in (one, two)] == [3, 3]


async def test_events_come_page_by_page(argosy: Running) -> None:
    task = await argosy.plant()
    await tell(argosy, task, EventKind.TASK_ADDED, EventKind.TASK_STARTED, EventKind.TASK_RETRYING)

    one = (await argosy.ask(EVENTS, first=2)).data["taskEvents"]
    after = one["pageInfo"]["endCursor"]
    two = (await argosy.ask(EVENTS, first=2, after=after)).data["taskEvents"]

    assert [event["kind"] for event in one["nodes"] + two["nodes"]] == [
        *("ADDED", "STARTED", "RETRYING")
    ]
    assert two["nodes"][0] | {"cursor": ""} == {
        "cursor": "",
        "kind": "RETRYING",
        "taskId": task,
        "state": "RETRYING",
        "attempt": 2,
        "error": {"code": "TIMED_OUT"},
        "task": {"id": task},
    }
    assert after == one["nodes"][-1]["cursor"]
    assert [p["pageInfo"]["hasPreviousPage"] for p in (one, two)] == [False, True]
    assert [p["totalCount"] for p in (one, two)] == [3, 3]


async def test_events_are_filtered(argosy: Running) -> None:
    task, other = await argosy.plant(), await argosy.plant()
    await tell(argosy, task, EventKind.TASK_ADDED, EventKind.TASK_PAUSED)
    await tell(argosy, other, EventKind.TASK_ADDED)

    async def kinds(**given: object) -> list[str]:
        found = (await argosy.ask(EVENTS, filter=given)).data["taskEvents"]
        assert found["totalCount"] == len(found["nodes"])
        return [event["kind"] for event in found["nodes"]]

    assert await kinds(taskId=task) == ["ADDED", "PAUSED"]
    assert await kinds(kinds=["ADDED"]) == ["ADDED", "ADDED"]
    assert await kinds(kinds=[]) == []
    assert await kinds(taskId=other, kinds=["PAUSED", "REMOVED"]) == []


async def test_events_of_others_do_not_exist(argosy: Running) -> None:
    _, key = await argosy.user("eve")
    task = await argosy.plant()
    await tell(argosy, task, EventKind.TASK_ADDED)

    for given in (None, {"taskId": task}):
        found = (await argosy.ask(EVENTS, key=key, filter=given)).data["taskEvents"]
        assert (found["nodes"], found["totalCount"]) == ([], 0)
    everybodys = (await argosy.ask(EVENTS)).data["taskEvents"]
    assert [event["taskId"] for event in everybodys["nodes"]] == [task]


async def test_event_outlives_its_task(argosy: Running) -> None:
    gone = await argosy.plant(removed_at=datetime.now(UTC))
    await tell(argosy, gone, EventKind.TASK_REMOVED)

    (event,) = (await argosy.ask(EVENTS)).data["taskEvents"]["nodes"]

    assert (event["kind"], event["taskId"], event["task"]) == ("REMOVED", gone, None)


async def test_cursor_of_another_log_is_refused(argosy: Running) -> None:
    log = (
        await argosy.container._store.fetch("SELECT value FROM settings WHERE key = ?", "event_log")
    )[0]
    name = str(log["value"]).strip('"')

    for after in ("5", "", "other.5", "abcdefgh.5", f"{name}.x", f"{name}.{1 << 63}", f"{name}.-1"):
        answer = await argosy.ask(EVENTS, after=after)

        assert (answer.code, answer.error["extensions"]["field"]) == ("INVALID_INPUT", "after")
    assert (await argosy.ask(EVENTS, after=f"{name}.5")).data["taskEvents"]["nodes"] == []


async def test_owner_is_for_administrators_to_ask_for(argosy: Running) -> None:
    eve, key = await argosy.user("eve")
    of_eve = await argosy.plant(eve)
    await argosy.plant()
    query = "query($id: Int!) { tasks(filter: {ownerId: $id}) { nodes { id } totalCount } }"

    answer = await argosy.ask(query, id=eve.id)
    refused = await argosy.ask(query, id=eve.id, key=key)

    assert answer.data["tasks"] == {"nodes": [{"id": of_eve}], "totalCount": 1}
    assert refused.code == "FORBIDDEN"


async def test_order_and_filter_are_heard(argosy: Running) -> None:
    names = [await argosy.plant(name=name, state=state) and name for name, state in (
        ("b", "FAILED"), ("a", "PAUSED"), ("c", "FAILED"),
    )]  # fmt: skip
    query = "{ tasks(orderBy: NAME, filter: {states: [FAILED]}) { nodes { name } totalCount } }"

    found = (await argosy.ask(query)).data["tasks"]

    assert names == ["b", "a", "c"]
    assert found == {"nodes": [{"name": "b"}, {"name": "c"}], "totalCount": 2}
