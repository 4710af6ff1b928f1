"""What operators look at: health and metrics."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs

from argosy.version import VERSION
from services.access.identity import Role, Scope
from services.errors import ErrorCode, FetchFailed
from services.metrics import CONTENT_TYPE
from services.statistics.counting import add_downloads, add_failure
from services.store.store import Transaction
from tests.integration.http.running import KEY, Running

DOCUMENTED = Path(__file__).parents[3] / "docs" / "metrics.md"
# Python's own, described where they come from.
FOREIGN = ("process_", "python_")


async def scrape(argosy: Running) -> dict[str, Metric]:
    """Return the metrics by name, read as Prometheus reads them."""
    answer = await argosy.get("/metrics", key=KEY)
    assert answer.status == 200
    families = text_string_to_metric_families(answer.body.decode())
    return {family.name: family for family in families}


def value(metric: Metric, **labels: str) -> float:
    """Return the value of the sample with these labels."""
    (found,) = [s.value for s in metric.samples if s.labels == labels and s.name[-8:] != "_created"]
    return found


async def fetched(argosy: Running, downloads: int, day: date | None = None) -> None:
    """Count finished downloads of the administrator."""
    at = datetime.combine(day or date.today(), datetime.min.time(), UTC)  # noqa: DTZ011

    async def write(transaction: Transaction) -> None:
        for _ in range(downloads):
            admin = argosy.container.admin.id
            await add_downloads(transaction, admin, at, count=1, size=1000, milliseconds=1000)
        await add_failure(transaction, argosy.container.admin.id, at)

    await argosy.container._store.write(write)


async def test_health_of_a_well_server(argosy: Running) -> None:
    answer = await argosy.get("/health")

    health = answer.json
    at = datetime.strptime(health.pop("timestamp"), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    uptime = health.pop("uptime")
    assert answer.status == 200
    assert health == {
        "status": "healthy",
        "service": "Argosy",
        "version": VERSION,
        "services": {
            "database": "ok",
            "runner": "ok",
            "engines": "ok",
            "disk": "ok",
            "secrets": "ok",
        },
    }
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=1)
    assert isinstance(uptime, int)


async def test_uptime_is_in_whole_seconds(argosy: Running) -> None:
    argosy.container.services.system._started -= timedelta(days=5, hours=3).total_seconds()

    answer = await argosy.get("/health")

    assert answer.json["uptime"] // 60 == (5 * 24 + 3) * 60


async def test_health_says_why_nothing_goes_on(argosy: Running) -> None:
    full = FetchFailed("No room.", code=ErrorCode.DISK_FULL, temporary=True, everywhere=True)
    argosy.container._runner._hold(full)

    answer = await argosy.get("/health")

    assert (answer.status, answer.json["services"]["disk"]) == (503, "failed")
    assert answer.json["reasons"] == {"disk": "No room."}


async def test_health_of_a_server_whose_runner_ended(argosy: Running) -> None:
    ended = argosy.container._runner._loops[0]
    ended.cancel()
    await asyncio.wait([ended])

    answer = await argosy.get("/health")

    assert (answer.status, answer.json["status"]) == (503, "unhealthy")
    assert answer.json["services"] == {
        "database": "ok",
        "runner": "failed",
        "engines": "ok",
        "disk": "ok",
        "secrets": "ok",
    }


async def test_health_says_that_the_key_is_gone_until_it_is_back(argosy: Running) -> None:
    file = argosy.container.settings.key_file
    aside = file.rename(file.with_suffix(".aside"))

    gone = await argosy.get("/health")
    aside.rename(file)
    back = await argosy.get("/health")

    assert (gone.status, gone.json["services"]["secrets"]) == (503, "failed")
    assert gone.json["reasons"]["secrets"].startswith("The key file secret.key is gone")
    assert (back.status, back.json["services"]["secrets"]) == (200, "ok")


async def test_health_needs_no_key_and_takes_a_wrong_one(argosy: Running) -> None:
    answer = await argosy.get("/health", key="wrong")

    assert answer.status == 200


async def test_metrics_need_a_key(argosy: Running) -> None:
    answer = await argosy.get("/metrics")

    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="argosy"'
    assert answer.json["error"] == {
        "code": "UNAUTHORIZED",
        "message": (
            "Send an access key: `Authorization: Bearer KEY`; "
            "`./run key create --user admin` prints one. In a browser, sign in at /login."
        ),
        "requestId": answer.headers["X-Request-ID"],
    }


async def test_metrics_need_their_scope(argosy: Running) -> None:
    _, key = await argosy.user("eve", Scope.TASKS_READ, Scope.TASKS_WRITE)

    answer = await argosy.get("/metrics", key=key)

    assert answer.status == 403
    assert answer.json["error"] == {
        "code": "FORBIDDEN",
        "message": "This key lacks the scope metrics:read. Take one that has it.",
        "requestId": answer.headers["X-Request-ID"],
    }


async def test_metrics_are_not_for_users(argosy: Running) -> None:
    _, key = await argosy.user("eve", Scope.METRICS_READ)

    answer = await argosy.get("/metrics", key=key)

    assert (answer.status, answer.json["error"]["code"]) == (403, "FORBIDDEN")


async def test_metrics_need_no_other_scope(argosy: Running) -> None:
    _, key = await argosy.user("eve", Scope.METRICS_READ, role=Role.ADMIN)

    answer = await argosy.get("/metrics", key=key)

    assert answer.status == 200
    assert answer.headers["Content-Type"] == CONTENT_TYPE


async def test_metrics_of_older_systems_come_from_storage(argosy: Running) -> None:
    await fetched(argosy, 2)
    await fetched(argosy, 1, date(2026, 2, 6))
    await argosy.plant()
    await argosy.plant(state="WAITING_INPUT")
    await argosy.plant(state="COMPLETED")

    metrics = await scrape(argosy)

    assert value(metrics["bot_downloads"]) == 3
    assert value(metrics["bot_active_tasks"]) == 2


async def test_metrics_of_older_systems_look_as_they_did(argosy: Running) -> None:
    answer = await argosy.get("/metrics", key=KEY)

    lines = answer.body.decode().splitlines()
    assert "# HELP bot_downloads_total Total number of downloads" in lines
    assert "# TYPE bot_downloads_total counter" in lines
    assert "bot_downloads_total 0.0" in lines
    assert "# HELP bot_active_tasks Number of active tasks" in lines
    assert "# TYPE bot_active_tasks gauge" in lines
    assert "bot_active_tasks 0.0" in lines


async def test_tasks_are_counted_by_state(argosy: Running) -> None:
    await argosy.plant()
    await argosy.plant()
    await argosy.plant(state="FAILED")

    metrics = await scrape(argosy)

    assert value(metrics["argosy_tasks"], state="PAUSED") == 2
    assert value(metrics["argosy_tasks"], state="FAILED") == 1


async def test_requests_are_counted_by_route_never_by_path(argosy: Running) -> None:
    await argosy.get("/health?x=1")
    await argosy.get("/pages/no-such-page")
    await argosy.get("/secret/path")

    requests = (await scrape(argosy))["argosy_http_requests"]

    assert value(requests, route="/health", method="GET", status="200") == 1
    assert value(requests, route="/pages/{name}", method="GET", status="404") == 1
    assert value(requests, route="none", method="GET", status="404") == 1


@pytest.mark.parametrize(
    ("query", "kind", "outcome"),
    [
        ("{ viewer { name } }", "query", "done"),
        ('{ task(id: "x") { id } }', "query", "failed"),
        ("{ nothing }", "unknown", "refused"),
        ("mutation { cancelTasks(input: { ids: [] }) { tasks { id } } }", "mutation", "done"),
    ],
)
async def test_operations_are_counted_by_outcome(
    argosy: Running, query: str, kind: str, outcome: str
) -> None:
    await argosy.ask(query)

    operations = (await scrape(argosy))["argosy_graphql_operations"]

    assert value(operations, type=kind, outcome=outcome) == 1


async def test_version_is_told(argosy: Running) -> None:
    metrics = await scrape(argosy)

    assert value(metrics["argosy_build_info"], version=VERSION) == 1


async def test_every_metric_is_documented(argosy: Running) -> None:
    described = DOCUMENTED.read_text(encoding="utf-8")

    names = {n for n in await scrape(argosy) if not n.startswith(FOREIGN) and n[-8:] != "_created"}

    assert {name for name in names if f"`{name}" not in described} == set()


async def test_unforeseen_error_outside_graphql_is_masked_and_logged_once(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash() -> bytes:
        message = "hunter2"
        raise RuntimeError(message)

    monkeypatch.setattr(argosy.container.observation, "scrape", crash)

    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        answer = await argosy.get("/metrics", key=KEY)

    request_id = answer.headers["X-Request-ID"]
    (entry,) = [entry for entry in logs if entry["log_level"] == "error"]
    assert answer.status == 500
    assert answer.json["error"] == {
        "code": "INTERNAL_ERROR",
        "message": "Internal error",
        "requestId": request_id,
    }
    assert (entry["event"], entry["request_id"]) == ("http.crashed", request_id)
