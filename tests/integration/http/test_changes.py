"""What clients do with tasks, over HTTP."""

from datetime import UTC, datetime

import pytest

from schema.build import build_schema, executable
from services.access.identity import Scope
from services.ids import TASK, new_id, show
from tests.integration.http.inputs import arguments, document, mutations
from tests.integration.http.running import Running

RESULTS = "results { id task { id state } error { code field } } tasks { id } errors { code field }"
ADD = """
    mutation($input: AddDownloadsInput!) { addDownloads(input: $input) {
        tasks { id state error { code } } errors { code field }
    } }
"""
URL = "https://example.com/a"


@pytest.fixture(autouse=True)
def _idle(argosy: Running) -> None:
    """Let the server begin no task."""
    argosy.container._runner.most = 0


async def change(
    argosy: Running, what: str, wanted: str = RESULTS, *, key: str | None = None, **given: object
) -> dict[str, object]:
    """Call a mutation, and return its payload."""
    name = what[0].upper() + what[1:]
    query = f"mutation($input: {name}Input!) {{ {what}(input: $input) {{ {wanted} }} }}"
    keyed = {} if key is None else {"key": key}
    answer = await argosy.ask(query, **keyed, input=given)  # type: ignore[arg-type]
    payload: dict[str, object] = answer.data[what]
    return payload


@pytest.mark.parametrize(
    ("what", "before", "after"),
    [
        ("pauseTasks", "PENDING", "PAUSED"),
        ("resumeTasks", "PAUSED", "PENDING"),
        ("cancelTasks", "PAUSED", "CANCELLED"),
        ("retryTasks", "FAILED", "PENDING"),
    ],
)
async def test_each_id_has_its_result(argosy: Running, what: str, before: str, after: str) -> None:
    task, completed = [await argosy.plant(state=state) for state in (before, "COMPLETED")]
    absent = show(TASK, new_id())

    payload = await change(argosy, what, ids=[completed, task, absent, "x"])

    illegal, not_found, bad = [
        {"code": code, "field": f"ids.{n}"}
        for code, n in (("ILLEGAL_MOVE", 0), ("NOT_FOUND", 2), ("INVALID_ID", 3))
    ]
    assert payload == {
        "results": [
            {"id": completed, "task": None, "error": illegal},
            {"id": task, "task": {"id": task, "state": after}, "error": None},
            {"id": absent, "task": None, "error": not_found},
            {"id": "x", "task": None, "error": bad},
        ],
        "tasks": [{"id": task}],
        "errors": [illegal, not_found, bad],
    }


async def test_no_ids_are_an_error_in_the_payload(argosy: Running) -> None:
    error = {"code": "INVALID_INPUT", "field": "ids"}

    for what in ("pauseTasks", "moveTasks", "updateTasks", "removeTasks", "restoreTasks"):
        more = {"to": "TOP"} if what == "moveTasks" else {}
        payload = await change(argosy, what, ids=[], **more)
        assert payload == {"results": [], "tasks": [], "errors": [error]}


async def test_what_others_have_does_not_exist(argosy: Running) -> None:
    task = await argosy.plant(state="PENDING")
    _, key = await argosy.user("bob")
    codes = []

    for what, more in (
        ("pauseTasks", {}),
        ("resumeTasks", {}),
        ("cancelTasks", {}),
        ("retryTasks", {}),
        ("moveTasks", {"to": "TOP"}),
        ("updateTasks", {"priority": "HIGH"}),
        ("removeTasks", {}),
        ("restoreTasks", {}),
    ):
        payload = await change(argosy, what, "errors { code }", key=key, ids=[task], **more)
        codes.append(payload)

    assert codes == [{"errors": [{"code": "NOT_FOUND"}]}] * 8


async def test_every_change_needs_its_scope(argosy: Running) -> None:
    _, key = await argosy.user("reader", Scope.TASKS_READ)
    changes = {
        name: field
        for name, field in mutations(executable(build_schema()))
        if f"`{Scope.TASKS_WRITE}`" in (field.description or "")
    }

    for name, field in changes.items():
        answer = await argosy.ask(document(name, field), key=key, **arguments(field))
        assert answer.code == "FORBIDDEN", name
    assert len(changes) == 14


async def test_task_is_moved_and_changed(argosy: Running) -> None:
    first, second = [await argosy.plant(state="PENDING", position=n) for n in (1, 2)]

    moved = await change(argosy, "moveTasks", ids=[second], to="BEFORE", anchor=first)
    alone = await change(argosy, "moveTasks", ids=[second], to="BEFORE")
    changed = await change(
        argosy,
        "updateTasks",
        "tasks { options { speedLimit connections } } errors { code }",
        ids=[first],
        priority="HIGH",
        startAt="2099-01-01T00:00:00Z",
        speedLimit="1000",
        options={"connections": 3},
    )
    lifted = await change(
        argosy, "updateTasks", "tasks { options { speedLimit } }", ids=[first], speedLimit=None
    )

    assert moved["errors"] == []
    assert alone["errors"] == [{"code": "INVALID_INPUT", "field": "anchor"}]
    assert changed == {"tasks": [{"options": {"speedLimit": 1000, "connections": 3}}], "errors": []}
    assert lifted == {"tasks": [{"options": {"speedLimit": None}}]}


async def test_removed_task_is_gone_until_it_is_restored(argosy: Running) -> None:
    task = await argosy.plant(state="COMPLETED")
    shown = "{ tasks { totalCount } }"

    removed = await change(
        argosy, "removeTasks", "removalId undoUntil tasks { id } errors { code }", ids=[task]
    )
    between = await argosy.ask(shown)
    restored = await change(
        argosy, "restoreTasks", "count tasks { id } errors { code }", removalId=removed["removalId"]
    )
    again = await change(
        argosy, "restoreTasks", "count errors { code field }", removalId=removed["removalId"]
    )

    assert (removed["tasks"], removed["errors"]) == ([{"id": task}], [])
    assert removed["undoUntil"] is not None
    assert between.data == {"tasks": {"totalCount": 0}}
    assert restored == {"count": 1, "tasks": [{"id": task}], "errors": []}
    assert again == {"count": 0, "errors": [{"code": "NOT_FOUND", "field": "removalId"}]}
    assert (await argosy.ask(shown)).data == {"tasks": {"totalCount": 1}}


async def test_restoration_is_of_ids_or_of_a_removal(argosy: Running) -> None:
    error = {"code": "INVALID_INPUT", "field": "ids"}

    neither = await change(argosy, "restoreTasks", "errors { code field }")
    both = await change(
        argosy, "restoreTasks", "errors { code field }", ids=["x"], removalId="removal_x"
    )

    assert (neither, both) == ({"errors": [error]}, {"errors": [error]})


async def test_finished_tasks_are_cleared(argosy: Running) -> None:
    for state in ("COMPLETED", "FAILED", "PAUSED"):
        ended = None if state == "PAUSED" else datetime(2026, 1, 1, tzinfo=UTC)
        await argosy.plant(state=state, finished_at=ended)
    wanted = "count removalId errors { code field }"

    bad = await change(argosy, "clearFinishedTasks", wanted, states=["PAUSED"])
    failed = await change(argosy, "clearFinishedTasks", wanted, states=["FAILED"])
    rest = await change(argosy, "clearFinishedTasks", wanted)
    none = await change(argosy, "clearFinishedTasks", wanted)

    error = {"code": "INVALID_INPUT", "field": "states"}
    assert bad == {"count": 0, "removalId": None, "errors": [error]}
    assert none == {"count": 0, "removalId": None, "errors": []}
    assert (failed["count"], rest["count"]) == (1, 1)
    assert (await argosy.ask("{ tasks { totalCount } }")).data == {"tasks": {"totalCount": 1}}


async def test_repeated_request_is_done_once(argosy: Running) -> None:
    given = {"urls": [URL], "priority": "LOW", "idempotencyKey": "k"}

    first = await argosy.ask(ADD, input=given)
    second = await argosy.ask(ADD, input=given)
    other = await argosy.ask(ADD, input={**given, "urls": [URL, URL]})

    assert second.data == first.data
    assert other.data["addDownloads"] == {
        "tasks": [],
        "errors": [{"code": "CONFLICT", "field": "idempotencyKey"}],
    }
    assert (await argosy.ask("{ tasks { totalCount } }")).data == {"tasks": {"totalCount": 1}}


async def test_queue_says_what_runs_and_waits(argosy: Running) -> None:
    for state in ("PENDING", "RETRYING", "PAUSED", "COMPLETED"):
        await argosy.plant(state=state)
    settings = argosy.container.settings

    answer = await argosy.ask(
        "{ queue { paused isServerPaused running waiting speedBytes"
        " limits { atOnce perUser perHost speedBytes ownSpeedBytes } } }"
    )

    assert answer.data["queue"] == {
        "paused": False,
        "isServerPaused": False,
        "running": 0,
        "waiting": 2,
        "speedBytes": 0,
        "limits": {
            "atOnce": settings.max_concurrent_downloads,
            "perUser": settings.max_concurrent_downloads_per_user,
            "perHost": settings.max_concurrent_downloads_per_host,
            "speedBytes": None,
            "ownSpeedBytes": None,
        },
    }


async def test_queue_is_paused_by_its_user_or_for_everybody(argosy: Running) -> None:
    _, key = await argosy.user("bob")
    wanted = "queue { paused isServerPaused } errors { code }"

    own = await change(argosy, "pauseQueue", wanted, key=key)
    others = await argosy.ask("{ queue { paused } }")
    refused = await argosy.ask(
        "mutation { pauseQueue(input: { of: SERVER }) { errors { code } } }", key=key
    )
    resumed = await change(argosy, "resumeQueue", wanted, key=key)
    everybodys = await change(argosy, "pauseQueue", wanted, of="SERVER")
    seen = await argosy.ask("{ queue { paused isServerPaused } }", key=key)

    assert own == {"queue": {"paused": True, "isServerPaused": False}, "errors": []}
    assert others.data == {"queue": {"paused": False}}
    assert refused.code == "FORBIDDEN"
    assert resumed["queue"] == {"paused": False, "isServerPaused": False}
    assert everybodys["queue"] == {"paused": True, "isServerPaused": True}
    assert seen.data == {"queue": {"paused": True, "isServerPaused": True}}
