"""The GraphQL operations of the older system, word for word, over the running application."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from argosy.version import VERSION
from services.statistics.counting import ADD
from services.store.store import Transaction
from tests.fakes.origin import Origin, Resource
from tests.integration.http.running import JSON, Running, serving
from tests.integration.http.talking import acknowledged

FOLDER = Path(__file__).parent / "seed_003"
EXAMPLE = "task_123456"
LINE = '{"event":"Connection timeout","level":"error","timestamp":"2026-11-25T10:25:00Z"}'

PERCENT = re.compile(r"(100|[1-9]?\d)%")
SPEED = re.compile(r"\d+(\.\d)? (B|kB|MB|GB)/s")
SPAN = re.compile(r"\d+[smhd]( \d+[smh])?")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
UPTIME = re.compile(r"0 seconds|1 second|\d+ seconds")


@pytest.fixture
async def argosy(tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(tmp_path, allow_networks="127.0.0.1", progress_interval=0.05) as running:
        yield running


def document(name: str, task: str = EXAMPLE) -> str:
    """Return a document as it stands in the older system's description, about `task`."""
    return (FOLDER / f"{name}.graphql").read_text(encoding="utf-8").replace(EXAMPLE, task)


async def finished(argosy: Running, downloads: int, size: int, took: timedelta) -> None:
    """Count downloads of the administrator as finished today."""

    async def write(transaction: Transaction) -> None:
        today, admin = datetime.now(UTC).date(), argosy.container.admin.id
        milliseconds = took // timedelta(milliseconds=1)
        await transaction.execute(ADD, admin, today, downloads, 0, size, milliseconds, size)

    await argosy.container._store.write(write)


async def test_status(argosy: Running) -> None:
    await argosy.plant()
    await argosy.plant()
    await finished(argosy, 150, 1, timedelta(seconds=1))

    answer = await argosy.post({"query": document("status")}, accept="*/*")

    status = answer.data["status"]
    at = datetime.strptime(status.pop("timestamp"), "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=1)
    assert PERCENT.fullmatch(status.pop("memoryUsage"))
    assert PERCENT.fullmatch(status.pop("cpuUsage"))
    assert UPTIME.fullmatch(status.pop("uptime"))
    assert status == {
        "version": VERSION,
        "activeTasks": 2,
        "totalDownloads": 150,
        "totalUploads": 0,
    }


async def test_logger_stats(argosy: Running) -> None:
    book = argosy.container._logs.book
    book.take(logging.WARNING, LINE.replace("error", "warning"))
    book.take(logging.ERROR, LINE)
    assert await book.writer.flushed(30)

    answer = await argosy.post({"query": document("logger_stats")}, accept="*/*")

    assert answer.data["loggerStats"] == {
        "totalLogs": 2,
        "errorCount": 1,
        "warningCount": 1,
        "infoCount": 0,
        "criticalCount": 0,
        "recentErrors": ["Connection timeout at 10:25:00"],
        "logFileSize": f"{2 * len(LINE) + 50} B",
    }


async def test_status_of_a_server_that_is_up_for_days(argosy: Running) -> None:
    argosy.container.services.system._started -= timedelta(days=5, hours=3).total_seconds()

    answer = await argosy.post({"query": document("status")}, accept="*/*")

    assert answer.data["status"]["uptime"] == "5 days, 3 hours"


async def test_status_as_curl_asks_for_it(argosy: Running) -> None:
    body = b'{"query":"{ status { version uptime activeTasks } }"}'

    answer = await argosy.post(body, accept="*/*", User_Agent="curl/8.14.1")

    assert (answer.status, answer.headers["Content-Type"]) == (200, JSON)
    assert list(answer.data["status"]) == ["version", "uptime", "activeTasks"]


async def test_download_stats(argosy: Running) -> None:
    took = timedelta(seconds=125_500_000_000 / 5_200_000)
    await finished(argosy, 150, 125_500_000_000, took)

    answer = await argosy.post({"query": document("download_stats")}, accept="*/*")

    assert answer.data == {
        "downloadStats": {
            "todayDownloads": 150,
            "todayUploads": 0,
            "totalBandwidth": "125.5 GB",
            "averageSpeed": "5.2 MB/s",
            "topDownloaders": [
                {
                    "userId": argosy.container.admin.id,
                    "username": "admin",
                    "downloadCount": 150,
                    "totalSize": "125.5 GB",
                }
            ],
        }
    }


async def test_task_status(argosy: Running) -> None:
    task = await argosy.plant(
        name="movie.mkv",
        received=1_137_500_000,
        total=2_500_000_000,
        started_at=datetime(2026, 2, 6, 10, 15, tzinfo=UTC),
    )

    answer = await argosy.post({"query": document("task_status", task)}, accept="*/*")

    assert answer.data == {
        "taskStatus": {
            "id": task,
            "type": "download",
            "status": "paused",
            "progress": 45.5,
            "speed": "0 B/s",
            "eta": None,
            "size": "2.5 GB",
            "filename": "movie.mkv",
            "startTime": "2026-02-06T10:15:00.000Z",
        }
    }


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("WAITING_INPUT", "paused"),
        ("COMPLETED", "completed"),
        ("SKIPPED", "skipped"),
        ("FAILED", "failed"),
        ("CANCELLED", "cancelled"),
    ],
)
async def test_task_status_in_the_older_systems_words(
    argosy: Running, state: str, word: str
) -> None:
    task = await argosy.plant(state=state)

    answer = await argosy.post({"query": document("task_status", task)}, accept="*/*")

    assert answer.data["taskStatus"]["status"] == word


async def test_task_status_of_the_example_says_that_it_is_no_id(argosy: Running) -> None:
    answer = await argosy.post({"query": document("task_status")}, accept="*/*")

    assert (answer.status, answer.json["data"]) == (200, {"taskStatus": None})
    assert answer.code == "INVALID_ID"


async def test_task_status_and_progress_of_a_download(argosy: Running) -> None:
    async def send_half(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.content_length = 2_500_000
        await response.prepare(request)
        await response.write(bytes(1_250_000))
        await asyncio.Event().wait()
        return response

    with Origin() as origin:
        url = origin.put("/movie.mkv", Resource(b"", handler=send_half))
        add = "mutation($u: String!) { addDownloads(input: { urls: [$u] }) { tasks { id } } }"
        added = (await argosy.ask(add, u=url)).data["addDownloads"]
        task = added["tasks"][0]["id"]
        async with acknowledged(argosy) as socket:
            await socket.subscribe("a", document("task_progress", task))
            progress = (await socket.hear_next("a"))["taskProgress"]
            while progress["progress"] < 50:
                progress = (await socket.hear_next("a"))["taskProgress"]
        answer = await argosy.post({"query": document("task_status", task)}, accept="*/*")

    status = answer.data["taskStatus"]
    for told in (progress, status):
        assert SPEED.fullmatch(told.pop("speed"))
        assert SPAN.fullmatch(told.pop("eta") or "0s")
    assert TIME.fullmatch(status.pop("startTime"))
    assert progress == {"taskId": task, "progress": 50.0, "status": "active"}
    assert status == {
        "id": task,
        "type": "download",
        "status": "active",
        "progress": 50.0,
        "size": "2.5 MB",
        "filename": "movie.mkv",
    }


async def test_task_progress(argosy: Running) -> None:
    task = await argosy.plant()

    async with acknowledged(argosy) as socket:
        await socket.subscribe("a", document("task_progress", task))
        await socket.hear_next("a")
        argosy.publish(task, received=1_386_000_000, total=2_772_000_000, speed=4_200_000)
        change = await socket.hear_next("a")

    assert change == {
        "taskProgress": {
            "taskId": task,
            "progress": 50.0,
            "speed": "4.2 MB/s",
            "eta": "5m 30s",
            "status": "active",
        }
    }


async def test_system_metrics(argosy: Running) -> None:
    async with acknowledged(argosy) as socket:
        await socket.subscribe("a", document("system_metrics"))
        metrics = (await socket.hear_next("a"))["systemMetrics"]

    at = metrics.pop("timestamp")
    assert TIME.fullmatch(at)
    assert abs(datetime.now(UTC) - datetime.fromisoformat(at)) < timedelta(minutes=1)
    assert list(metrics) == ["cpuUsage", "memoryUsage", "diskUsage", "networkIn", "networkOut"]
    assert {type(value) for value in metrics.values()} == {float}
    assert all(0 <= metrics[name] <= 100 for name in ("cpuUsage", "memoryUsage", "diskUsage"))
    assert min(metrics["networkIn"], metrics["networkOut"]) >= 0


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.graphql")), ids=lambda path: path.stem)
async def test_documents_are_answered_without_errors(argosy: Running, path: Path) -> None:
    task = await argosy.plant(state="COMPLETED")

    async with acknowledged(argosy) as socket:
        await socket.subscribe("a", document(path.stem, task))
        heard = await socket.hear()

    assert (heard["type"], list(heard["payload"])) == ("next", ["data", "extensions"])


async def test_backup_is_created_and_listed(argosy: Running) -> None:
    created = await argosy.post({"query": document("create_backup")}, accept="*/*")
    listed = await argosy.post({"query": document("backups")}, accept="*/*")

    payload = created.data["createBackup"]
    filename = payload.pop("filename")
    assert payload == {"success": True, "message": "Backup created successfully"}
    assert re.fullmatch(r"pre_update_backup_\d{8}_\d{6}\.tar\.gz", filename)
    (backup,) = listed.data["backups"]
    at = datetime.strptime(backup.pop("timestamp"), "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    assert f"_{at:%Y%m%d_%H%M%S}." in filename
    assert re.fullmatch(r"\d+(\.\d)? (kB|MB)", backup.pop("size"))
    assert backup == {
        "filename": filename,
        "description": "Manual backup before update",
        "status": "completed",
    }


async def test_alert_summary_and_a_triggered_alert(argosy: Running) -> None:
    triggered = await argosy.post({"query": document("trigger_alert")}, accept="*/*")
    async with acknowledged(argosy) as socket:
        await socket.subscribe("a", "subscription { alerts(level: INFO) { cursor } }")
        while not argosy.container._tail.followers:
            await asyncio.sleep(0)
        answer = await argosy.post({"query": document("alert_summary")}, accept="*/*")

    assert triggered.data == {
        "triggerAlert": {
            "success": True,
            "message": "An alert of the level warning was raised.",
        }
    }
    summary = answer.data["alertSummary"]
    (recent,) = summary.pop("recentAlerts")
    at = recent.pop("timestamp")
    assert TIME.fullmatch(at)
    assert abs(datetime.now(UTC) - datetime.fromisoformat(at)) < timedelta(minutes=1)
    assert recent == {"level": "warning", "message": "High memory usage detected"}
    assert summary == {
        "totalAlerts": 1,
        "criticalAlerts": 0,
        "warningAlerts": 1,
        "infoAlerts": 0,
        "subscribers": 1,
    }


async def test_alert_of_a_level_that_is_none(argosy: Running) -> None:
    wrong = document("trigger_alert").replace("warning", "dreadful")

    answer = await argosy.post({"query": wrong}, accept="*/*")

    assert answer.data["triggerAlert"] == {
        "success": False,
        "message": "'dreadful' is no level; take one of: info, warning, critical.",
    }


async def test_clear_cache(argosy: Running) -> None:
    answer = await argosy.post({"query": document("clear_cache")}, accept="*/*")

    cleared = answer.data["clearCache"]
    assert list(cleared) == ["success", "message", "clearedItems"]
    assert cleared["success"] is True
    assert cleared["clearedItems"] >= 1  # this document itself
    assert cleared["message"].endswith(", hosts 0, pages 0.")


async def test_restart_service(argosy: Running) -> None:
    answer = await argosy.post({"query": document("restart_service")}, accept="*/*")

    assert answer.data == {"restartService": {"success": True, "message": "runner was restarted."}}
