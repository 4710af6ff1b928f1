"""What plugins are told, and the example that passes it on."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from services.alerts.issues import Level
from services.events.kinds import ServerEventKind
from services.plugins.hooks import Hook
from services.store.store import NewEvent, Transaction
from tests.fakes.origin import Origin, Resource, content
from tests.integration.http.plugins.plugging import (
    ADD,
    enabled,
    eventually,
    fetch,
    hook,
    plugin,
    write,
)
from tests.integration.http.running import Running, serving, until

EXAMPLE = "custom_notifier"


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as running:
        yield running


@pytest.fixture
async def argosy(tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(tmp_path, allow_networks="127.0.0.1", progress_interval=0.05) as running:
        yield running


def listening(tmp_path: Path, *hooks: str, permissions: list[str] | None = None) -> Path:
    """Write a plugin that writes down what it is told; return where."""
    mark = tmp_path / "told"
    told = {
        "task_created": "[task]",
        "completed": "[task, files]",
        "failed": "[task, error]",
        "progress": "[task, progress]",
        "alert_raised": "[alert]",
        "backup_made": "[backup]",
    }
    body = "import json\n" + "".join(
        hook(
            name,
            f"open({str(mark)!r}, 'a').write(json.dumps([{name!r}, *{told[name]}]) + '\\n')",
        )
        for name in hooks
    )
    write(tmp_path, body, hooks=list(hooks), permissions=permissions)
    return mark


async def told(mark: Path, count: int = 1) -> list[Any]:
    """Wait until a plugin was told so much, and return it."""

    async def look() -> list[str]:
        return mark.read_text().splitlines() if mark.exists() else []

    lines = await eventually(look, lambda seen: len(seen) >= count)
    return [json.loads(line) for line in lines]


async def test_plugin_is_told_of_a_task_from_its_beginning_to_its_end(
    argosy: Running, origin: Origin, tmp_path: Path
) -> None:
    mark = listening(tmp_path, "task_created", "completed", "failed")
    await enabled(argosy)
    url = f"{origin.put('/film.mkv', Resource(b'film'))}?token=hunter2"

    await fetch(argosy, url)
    await fetch(argosy, f"http://127.0.0.1:{origin.port}/nothing", retries=0)

    created, done, _, failed = await told(mark, 4)
    assert (created[0], created[1]["state"]) == ("task_created", "PENDING")
    assert created[1]["url"] == url.partition("?")[0]
    assert (done[0], done[1]["id"], done[1]["name"]) == ("completed", created[1]["id"], "film.mkv")
    (file,) = done[2]
    assert (file["name"], file["size"], "path" in file) == ("film.mkv", 4, False)
    assert (failed[0], failed[2]["code"]) == ("failed", "HTTP_STATUS")


async def test_permissions_give_more(argosy: Running, origin: Origin, tmp_path: Path) -> None:
    mark = listening(tmp_path, "completed", permissions=["tasks", "files"])
    await enabled(argosy)
    url = f"{origin.put('/film.mkv', Resource(b'film'))}?token=hunter2"

    await fetch(argosy, url)

    ((_, task, (file,)),) = await told(mark)
    assert task["url"] == url
    assert Path(file["path"]).read_bytes() == b"film"


async def test_progress_is_told_now_and_then(
    argosy: Running, origin: Origin, tmp_path: Path
) -> None:
    mark = listening(tmp_path, "progress", "completed")
    await enabled(argosy)

    await fetch(argosy, origin.put("/film.mkv", Resource(content(400_000), speed=400_000)))

    lines = await told(mark, 2)
    assert [line[0] for line in lines] == ["progress", "completed"]
    assert lines[0][2].keys() == {"received", "total", "speed", "phase"}


async def test_alerts_and_backups_are_told(argosy: Running, tmp_path: Path) -> None:
    mark = listening(tmp_path, "alert_raised", "backup_made")
    await enabled(argosy)

    async def backup(transaction: Transaction) -> None:
        kind, data = ServerEventKind.BACKUP_COMPLETED.value, {"filename": "a.tar.gz", "size": 5}
        transaction.record(NewEvent(None, None, kind, data, datetime.now(UTC)))

    await argosy.container._store.write(backup)
    alerts = argosy.container.alerts.alerts
    await alerts.report("disk.low", "It is nearly full.", level=Level.WARNING)

    made, raised = await told(mark, 2)
    assert (made[0], made[1]["filename"]) == ("backup_made", "a.tar.gz")
    assert (raised[0], raised[1]["rule"]) == ("alert_raised", "disk.low")
    assert raised[1]["message"] == "It is nearly full."


async def test_what_is_undone_is_not_told(argosy: Running, tmp_path: Path) -> None:
    mark = listening(tmp_path, "backup_made")
    await enabled(argosy)

    async def backup(transaction: Transaction, name: str) -> None:
        kind, data = ServerEventKind.BACKUP_COMPLETED.value, {"filename": name, "size": 5}
        transaction.record(NewEvent(None, None, kind, data, datetime.now(UTC)))
        if name == "bad":
            raise ValueError(name)

    with pytest.raises(ValueError, match="bad"):
        await argosy.container._store.write(lambda transaction: backup(transaction, "bad"))
    await argosy.container._store.write(lambda transaction: backup(transaction, "good"))

    assert [line[1]["filename"] for line in await told(mark)] == ["good"]


async def test_slow_plugin_is_told_of_the_newest_and_holds_up_nobody(
    argosy: Running, tmp_path: Path
) -> None:
    write(tmp_path, hook("completed", "time.sleep(300)"), hooks=["completed"])
    await enabled(argosy)
    host = argosy.container.plugins.switchboard.host("stranger")
    assert host is not None

    for number in range(2_000):
        host.offer(Hook.COMPLETED, {"task": {"number": number}, "files": []})

    assert host.waiting == 1000
    labels = {"plugin": "stranger", "hook": "completed", "outcome": "dropped"}
    registry = argosy.container.metrics.registry
    assert registry.get_sample_value("argosy_plugin_calls_total", labels) == 1000


async def test_example_posts_what_it_is_told(
    argosy: Running, origin: Origin, tmp_path: Path
) -> None:
    posted: list[tuple[Any, str | None]] = []

    async def take(request: web.Request) -> web.Response:
        posted.append((await request.json(), request.headers.get("Authorization")))
        return web.Response()

    receiver = web.Application()
    receiver.router.add_post("/hook", take)
    runner = web.AppRunner(receiver)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    settings = {"url": f"http://127.0.0.1:{port}/hook", "token": "hunter2"}
    await argosy.container.services.plugins.update_settings(EXAMPLE, settings)
    await enabled(argosy, EXAMPLE)

    await fetch(argosy, origin.put("/film.mkv", Resource(b"film")))
    await until(lambda: len(posted) == 1)
    await fetch(argosy, f"http://127.0.0.1:{origin.port}/nothing", retries=0)
    await until(lambda: len(posted) == 2)
    alerts = argosy.container.alerts.alerts
    await alerts.report("disk.low", "It is nearly full.", level=Level.WARNING)
    await until(lambda: len(posted) == 3)
    await runner.cleanup()

    messages = [message for message, _ in posted]
    assert [message["event"] for message in messages] == ["completed", "failed", "alert"]
    assert messages[0]["message"] == "film.mkv is there."
    assert messages[0]["files"] == ["film.mkv"]
    assert messages[1]["code"] == "HTTP_STATUS"
    assert messages[2]["message"] == "It is nearly full."
    assert {login for _, login in posted} == {"Bearer hunter2"}


async def test_example_reaches_nothing_that_is_not_public(
    tmp_path: Path, origin: Origin, capfd: pytest.CaptureFixture[str]
) -> None:
    async with serving(tmp_path, allow_networks=f"127.0.0.1:{origin.port}") as argosy:
        settings = {"url": "http://127.0.0.1:1/hook"}
        await argosy.container.services.plugins.update_settings(EXAMPLE, settings)
        await enabled(argosy, EXAMPLE)

        await fetch(argosy, origin.put("/film.mkv", Resource(b"film")))

        said = ""

        def is_told() -> bool:
            nonlocal said
            said += capfd.readouterr().out
            return "The message was not posted" in said

        await until(is_told)
        seen = await plugin(argosy, EXAMPLE)

    assert "127.0.0.1 is not a public address" in said
    assert seen.crashes == 0


async def test_nothing_is_done_where_no_plugin_wants_to_know(
    argosy: Running, origin: Origin
) -> None:
    await fetch(argosy, origin.put("/film.mkv", Resource(b"film")))

    answer = await argosy.ask(ADD, input={"urls": ["https://example.com/x"]})

    assert answer.data["addDownloads"]["errors"] == []
    assert argosy.container.plugins.switchboard.hosts == []
    names = {task.get_name() for task in asyncio.all_tasks()}
    assert not {name for name in names if name.startswith("plugin ") and "happen" not in name}
