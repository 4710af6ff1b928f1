"""The parts of the server over the API: looked at and restarted; and its caches."""

import hashlib
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.origin import Origin, Resource, content
from tests.integration.http.listening import EVENTS, happen
from tests.integration.http.running import Running, serving, until
from tests.integration.http.talking import acknowledged

SERVICES = "{ services { name title state since restarts lastError isRestartable } }"
RESTART = """
    mutation($service: String!) { restartService(service: $service) {
        success message service { name state restarts } errors { code field }
    } }
"""
OF_SEED_003 = """
mutation {
  restartService(service: "celery_worker") {
    success
    message
  }
}
"""
CLEAR = """
    mutation($caches: [String!]) { clearCache(caches: $caches) {
        success message clearedItems caches { name clearedItems } errors { code field }
    } }
"""
ADD = """
    mutation($input: AddDownloadsInput!) { addDownloads(input: $input) {
        tasks { id } errors { field message }
    } }
"""
TASK = """
    query($id: ID!) { task(id: $id) {
        state receivedBytes attemptCount: attempts(first: 10) { nodes { outcome } }
        files(first: 1) { nodes { sha256 path } }
    } }
"""
SIZE = 4_000_000


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as running:
        yield running


@pytest.fixture
async def fetching(tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(tmp_path, allow_networks="127.0.0.1") as running:
        yield running


async def restart(argosy: Running, service: str) -> Any:
    return (await argosy.ask(RESTART, service=service)).data["restartService"]


async def test_parts_are_listed(argosy: Running) -> None:
    found = (await argosy.ask(SERVICES)).data["services"]

    assert {"event_bus", "runner", "scheduler"} <= {part["name"] for part in found}
    assert {part["state"] for part in found} == {"RUNNING"}
    assert {(part["restarts"], part["lastError"], part["isRestartable"]) for part in found} == {
        (0, None, True)
    }


async def test_worker_of_an_older_system_is_the_runner(argosy: Running) -> None:
    answer = (await argosy.ask(OF_SEED_003)).data["restartService"]

    assert answer == {"success": True, "message": "runner was restarted."}


async def test_each_part_comes_up_again(argosy: Running) -> None:
    names = [part["name"] for part in (await argosy.ask(SERVICES)).data["services"]]

    answers = {name: await restart(argosy, name) for name in names}

    assert answers == {
        name: {
            "success": True,
            "message": f"{name} was restarted.",
            "service": {"name": name, "state": "RUNNING", "restarts": 1},
            "errors": [],
        }
        for name in names
    }
    health = await argosy.send("GET", "/health")
    assert health.status == 200


async def test_unknown_part_gets_the_list(argosy: Running) -> None:
    answer = await restart(argosy, "coffee")

    assert answer["success"] is False
    assert "event_bus, " in answer["message"]
    assert answer["errors"] == [{"code": "NOT_FOUND", "field": "service"}]


async def test_restart_of_the_runner_costs_no_download_a_byte(
    fetching: Running, origin: Origin, tmp_path: Path
) -> None:
    hold = threading.Event()
    resource = Resource(content(SIZE), hold=hold)
    url = origin.put("/file.bin", resource)
    added = await fetching.ask(ADD, input={"urls": [url], "options": {"connections": 1}})
    (task,) = added.data["addDownloads"]["tasks"]
    await until(lambda: origin.sent >= SIZE // 2)

    answer = await restart(fetching, "runner")
    hold.set()
    followed: dict[str, Any] = {}
    while followed.get("state") != "COMPLETED":
        followed = (await fetching.ask(TASK, **task)).data["task"]
        assert followed["state"] in {"PENDING", "RUNNING", "COMPLETED"}

    (file,) = followed["files"]["nodes"]
    assert answer["success"] is True
    assert file["sha256"] == resource.sha256
    path = fetching.container.settings.downloads / file["path"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == resource.sha256


async def test_who_follows_misses_nothing_of_a_restarted_bus(argosy: Running) -> None:
    async with acknowledged(argosy) as socket:
        await socket.subscribe("a", EVENTS)
        await until(lambda: argosy.container.services.tail.followers == 1)
        bus = argosy.container.services.parts._parts["event_bus"].part
        await happen(argosy)
        await bus.close()
        await happen(argosy)
        await bus.open()
        await happen(argosy)

        heard = [(await socket.hear_next("a"))["taskEvents"] for _ in range(3)]

    assert [update["event"]["seq"] for update in heard] == [1, 2, 3]


async def test_caches_say_how_many_entries_went(argosy: Running) -> None:
    await argosy.ask(CLEAR)
    await argosy.send("GET", "/docs/", headers={"Accept": "text/html"})
    await argosy.ask("{ viewer { name } }")

    first = (await argosy.ask(CLEAR)).data["clearCache"]
    counts = {cache["name"]: cache["clearedItems"] for cache in first["caches"]}
    second = (await argosy.ask(CLEAR, caches=["documents"])).data["clearCache"]

    assert set(counts) >= {"documents", "hosts", "pages"}
    assert counts["documents"] >= 2  # some are read ahead of time
    assert counts["pages"] >= 2
    assert first["clearedItems"] == sum(counts.values())
    count = second["clearedItems"]
    assert count >= 1
    assert second["caches"] == [{"name": "documents", "clearedItems": count}]
    assert second["message"].endswith(f" cleared: documents {count}.")
    assert (second["success"], second["errors"]) == (True, [])


async def test_cache_that_is_not_there_is_refused_and_nothing_goes(argosy: Running) -> None:
    await argosy.ask(CLEAR)
    refused = (await argosy.ask(CLEAR, caches=["documents", "thumbnails"])).data["clearCache"]
    after = (await argosy.ask(CLEAR, caches=["documents"])).data["clearCache"]

    assert refused["success"] is False
    assert "thumbnails" in refused["message"]
    assert refused["errors"] == [{"code": "INVALID_INPUT", "field": "caches"}]
    assert after["clearedItems"] >= 1


@pytest.mark.parametrize("document", [SERVICES, OF_SEED_003, "mutation { clearCache { success } }"])
async def test_users_see_and_restart_nothing(argosy: Running, document: str) -> None:
    _, key = await argosy.user("eve")

    assert (await argosy.ask(document, key=key)).code == "FORBIDDEN"
