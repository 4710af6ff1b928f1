"""GraphQL over a WebSocket: operations, and what they do to each other."""

from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from services.access.identity import Role, Scope
from tests.integration.http.running import KEY, Running, serving, until
from tests.integration.http.talking import acknowledged, connected

ABSENT = "task_0199c2f0-0000-7000-8000-000000000000"
VIEWER = "{ viewer { name } }"
PROGRESS = "subscription($id: ID!) { taskProgress(taskId: $id) { progress status } }"
PAUSED = {"taskProgress": {"progress": 0.0, "status": "paused"}}
CRASHING = "{ downloadStats { todayDownloads } }"
HALF = {"taskProgress": {"progress": 50.0, "status": "active"}}


@pytest.fixture
def crashing(argosy: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    """A server whose sums of downloads cannot be read."""

    async def crash(*_: object) -> None:
        message = "hunter2"
        raise RuntimeError(message)

    monkeypatch.setattr(argosy.container.services.statistics, "totals", crash)
    return argosy


async def test_init_is_acknowledged(argosy: Running) -> None:
    async with connected(argosy) as socket:
        payload = {"Authorization": f"Bearer {KEY}"}
        await socket.say({"type": "connection_init", "payload": payload})

        assert await socket.hear() == {"type": "connection_ack"}
        assert socket.connection.protocol == "graphql-transport-ws"


@pytest.mark.parametrize(
    "name", ["Authorization", "authorization", "AUTHORIZATION", "aUTHORIZATION"]
)
async def test_key_in_the_payload_in_any_letter_case(argosy: Running, name: str) -> None:
    async with connected(argosy) as socket:
        await socket.say({"type": "connection_init", "payload": {name: f"bearer {KEY}"}})

        assert await socket.hear() == {"type": "connection_ack"}


@pytest.mark.parametrize(
    "message",
    [
        {"type": "connection_init"},
        {"type": "connection_init", "payload": None},
        {"type": "connection_init", "payload": {}},
        {"type": "connection_init", "payload": {"client": "somebody's"}},
    ],
)
async def test_key_in_the_handshake(argosy: Running, message: dict[str, object]) -> None:
    async with connected(argosy, Authorization=f"Bearer {KEY}") as socket:
        await socket.say(message)

        assert await socket.hear() == {"type": "connection_ack"}


async def test_ping_is_answered_before_and_after_init(argosy: Running) -> None:
    async with connected(argosy, Authorization=f"Bearer {KEY}") as socket:
        await socket.say({"type": "ping"}, {"type": "connection_init"}, {"type": "ping"})

        heard = [await socket.hear() for _ in range(3)]

    assert heard == [{"type": "pong"}, {"type": "connection_ack"}, {"type": "pong"}]


async def test_pong_has_the_payload_of_its_ping(argosy: Running) -> None:
    async with acknowledged(argosy) as socket:
        await socket.say({"type": "ping", "payload": {"at": 5, "of": ["é", None]}})

        heard = await socket.hear()

    assert heard == {"type": "pong", "payload": {"at": 5, "of": ["é", None]}}


async def test_pong_is_taken(argosy: Running) -> None:
    async with acknowledged(argosy) as socket:
        await socket.say({"type": "pong"}, {"type": "pong", "payload": {}}, {"type": "ping"})

        assert await socket.hear() == {"type": "pong"}


async def test_query(argosy: Running) -> None:
    async with acknowledged(argosy) as socket:
        await socket.subscribe("a", VIEWER)

        assert await socket.hear_next("a") == {"viewer": {"name": "admin"}}
        assert await socket.hear() == {"type": "complete", "id": "a"}


async def test_mutation(argosy: Running) -> None:
    task = await argosy.plant()
    cancel = "mutation($id: ID!) { cancelTasks(input: { ids: [$id] }) { tasks { state } } }"

    async with acknowledged(argosy) as socket:
        await socket.subscribe("a", cancel, id=task)

        assert await socket.hear_next("a") == {"cancelTasks": {"tasks": [{"state": "CANCELLED"}]}}
        assert await socket.hear() == {"type": "complete", "id": "a"}


async def test_subscription_gives_the_present_then_what_changes(argosy: Running) -> None:
    task = await argosy.plant()

    async with acknowledged(argosy) as socket:
        await socket.subscribe("a", PROGRESS, id=task)
        present = await socket.hear_next("a")
        argosy.publish(task, received=50)
        change = await socket.hear_next("a")

    assert (present, change) == (PAUSED, HALF)


async def test_subscription_ends_with_its_task(argosy: Running) -> None:
    task = await argosy.plant()

    async with acknowledged(argosy) as socket:
        await socket.subscribe("a", PROGRESS, id=task)
        await socket.hear_next("a")
        await argosy.ask(
            "mutation($id: ID!) { cancelTasks(input: { ids: [$id] }) { errors { code } } }", id=task
        )

        assert (await socket.hear_next("a"))["taskProgress"]["status"] == "cancelled"
        assert await socket.hear() == {"type": "complete", "id": "a"}


async def test_subscription_to_a_finished_task_ends_at_once(argosy: Running) -> None:
    task = await argosy.plant(state="COMPLETED")

    async with acknowledged(argosy) as socket:
        await socket.subscribe("a", PROGRESS, id=task)

        assert (await socket.hear_next("a"))["taskProgress"]["progress"] == 100.0
        assert await socket.hear() == {"type": "complete", "id": "a"}


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{" + "a " * 3000 + "}"}, "GRAPHQL_LIMIT_EXCEEDED"),
        (
            {"query": "query A { viewer { name } }", "operationName": "B"},
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ({"query": "subscription { systemMetrics { nothing } }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": PROGRESS}, "INVALID_INPUT"),
        ({"query": PROGRESS, "variables": {"id": "x"}}, "INVALID_ID"),
        ({"query": PROGRESS, "variables": {"id": ABSENT}}, "NOT_FOUND"),
    ],
)
async def test_refused_operation_leaves_its_neighbours_alone(
    argosy: Running, payload: dict[str, object], code: str
) -> None:
    task = await argosy.plant()

    async with acknowledged(argosy) as socket:
        await socket.subscribe("neighbour", PROGRESS, id=task)
        await socket.hear_next("neighbour")
        await socket.say({"type": "subscribe", "id": "bad", "payload": payload})
        error = await socket.hear_error("bad")
        argosy.publish(task, received=50)
        change = await socket.hear_next("neighbour")

    assert error["extensions"]["code"] == code
    assert len(error["extensions"]["requestId"]) == 32
    assert change == HALF


async def test_id_of_a_refused_operation_can_be_used_again(argosy: Running) -> None:
    async with acknowledged(argosy) as socket:
        await socket.subscribe("a", "{ nothing }")
        await socket.hear_error("a")
        await socket.subscribe("a", VIEWER)

        assert await socket.hear_next("a") == {"viewer": {"name": "admin"}}


async def test_forbidden_subscription_names_the_scope_and_ends(argosy: Running) -> None:
    _, key = await argosy.user("eve", Scope.TASKS_WRITE)

    async with acknowledged(argosy, key) as socket:
        await socket.subscribe("a", "subscription { systemMetrics { cpuUsage } }")
        heard = await socket.hear()

    (error,) = heard["payload"]
    assert (heard["type"], heard["id"]) == ("error", "a")
    assert error["message"] == "This key lacks the scope metrics:read. Take one that has it."
    assert error["extensions"]["code"] == "FORBIDDEN"


async def test_unforeseen_error_is_masked_and_ends_nothing_else(crashing: Running) -> None:
    async with acknowledged(crashing) as socket:
        await socket.subscribe("a", CRASHING)
        heard = await socket.hear()
        end = await socket.hear()
        await socket.subscribe("b", VIEWER)
        neighbour = await socket.hear_next("b")

    (error,) = heard["payload"]["errors"]
    assert (error["message"], error["extensions"]["code"]) == ("Internal error", "INTERNAL_ERROR")
    assert end == {"type": "complete", "id": "a"}
    assert neighbour == {"viewer": {"name": "admin"}}


async def test_unforeseen_error_is_logged_once_with_the_id_of_the_request(
    crashing: Running,
) -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        async with acknowledged(crashing) as socket:
            await socket.subscribe("a", CRASHING)
            (error,) = (await socket.hear())["payload"]["errors"]

    (entry,) = [entry for entry in logs if entry["log_level"] == "error"]
    assert entry["event"] == "graphql.crashed"
    assert entry["request_id"] == error["extensions"]["requestId"]


async def test_complete_stops_an_operation(argosy: Running) -> None:
    task = await argosy.plant()

    async with acknowledged(argosy) as socket:
        await socket.subscribe("a", PROGRESS, id=task)
        await socket.hear_next("a")
        await socket.say({"type": "complete", "id": "a"})
        await until(lambda: argosy.followers == 0)
        argosy.publish(task, received=50)
        await socket.say({"type": "ping"})

        assert await socket.hear() == {"type": "pong"}
        assert argosy.gauge("argosy_subscriptions") == 0


async def test_id_can_be_used_again_right_after_complete(argosy: Running) -> None:
    task = await argosy.plant()

    async with acknowledged(argosy) as socket:
        await socket.subscribe("a", PROGRESS, id=task)
        await socket.hear_next("a")
        await socket.say({"type": "complete", "id": "a"})
        await socket.subscribe("a", PROGRESS, id=task)
        again = await socket.hear_next("a")
        argosy.publish(task, received=50)
        change = await socket.hear_next("a")

    assert (again, change) == (PAUSED, HALF)


async def test_complete_of_an_unknown_id_is_no_error(argosy: Running) -> None:
    async with acknowledged(argosy) as socket:
        await socket.say({"type": "complete", "id": "never"}, {"type": "ping"})

        assert await socket.hear() == {"type": "pong"}


async def test_too_many_operations_give_an_error_and_close_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path, max_subscriptions_per_connection=2) as argosy:
        task = await argosy.plant()
        async with acknowledged(argosy) as socket:
            for key in ("a", "b"):
                await socket.subscribe(key, PROGRESS, id=task)
                await socket.hear_next(key)
            await socket.subscribe("c", VIEWER)
            error = await socket.hear_error("c")
            argosy.publish(task, received=50)
            changes = {(await socket.hear())["id"] for _ in "ab"}
            await socket.say({"type": "complete", "id": "a"})
            await socket.subscribe("c", VIEWER)
            third = await socket.hear_next("c")

    assert error["message"] == "One connection runs 2 operations at most; open another."
    assert error["extensions"]["code"] == "LIMIT_REACHED"
    assert changes == {"a", "b"}
    assert third == {"viewer": {"name": "admin"}}


async def test_too_many_subscriptions_of_one_user_over_all_connections(tmp_path: Path) -> None:
    async with serving(tmp_path, max_subscriptions_per_user=2) as argosy:
        task = await argosy.plant()
        _, other = await argosy.user("bob", Scope.TASKS_READ, role=Role.ADMIN)
        async with acknowledged(argosy) as first, acknowledged(argosy) as second:
            for socket in (first, second):
                await socket.subscribe("a", PROGRESS, id=task)
                await socket.hear_next("a")
            await first.subscribe("b", PROGRESS, id=task)
            error = await first.hear_error("b")
            await first.subscribe("c", VIEWER)
            query = await first.hear_next("c")
        async with acknowledged(argosy, key=other) as socket:
            await socket.subscribe("a", PROGRESS, id=task)
            theirs = await socket.hear_next("a")
        await until(lambda: argosy.gauge("argosy_subscriptions") == 0)
        async with acknowledged(argosy) as socket:
            await socket.subscribe("a", PROGRESS, id=task)
            again = await socket.hear_next("a")

    assert error["extensions"]["code"] == "LIMIT_REACHED"
    assert error["message"] == (
        "One user runs 2 subscriptions at most: end some, or follow queueProgress and taskEvents "
        "in place of each task."
    )
    assert query == {"viewer": {"name": "admin"}}
    assert theirs == again
