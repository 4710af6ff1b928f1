"""What nobody foresaw is answered in the form of its surface, and tells nothing."""

import sqlite3
from pathlib import Path

import pytest

from services.store.choose import DATABASE
from tests.integration.http.running import Running
from tests.integration.http.talking import acknowledged, connected

VIEWER = "{ viewer { name } }"


async def crash(*_: object) -> None:
    message = "hunter2"
    raise RuntimeError(message)


async def test_crash_outside_execution_has_the_form_of_graphql(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(argosy.container.access.keys, "authenticate", crash)

    answer = await argosy.post({"query": VIEWER})

    assert (answer.status, answer.code) == (500, "INTERNAL_ERROR")
    assert b"hunter2" not in answer.body


async def test_crash_in_connection_init_closes_with_a_code(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(argosy.container.access.keys, "authenticate", crash)

    async with connected(argosy) as socket:
        payload = {"authorization": "Bearer x"}
        await socket.say({"type": "connection_init", "payload": payload})
        closed = await socket.hear_close()

    assert (closed.code, closed.reason) == (4500, "Internal error")


async def test_crash_in_a_part_is_a_part_that_failed(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(argosy.container._store, "fetch", crash)

    answer = await argosy.get("/health")

    assert answer.status == 503
    assert answer.json["status"] == "unhealthy"
    assert answer.json["services"]["database"] == "failed"
    assert answer.json["services"]["engines"] == "ok"


async def test_words_of_the_database_stay_in_the_log(argosy: Running, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / DATABASE)
    other.execute("ALTER TABLE statistics RENAME TO gone")
    other.close()

    answer = await argosy.ask("{ downloadStats { todayDownloads } }")

    assert answer.code == "UNAVAILABLE"
    assert b"no such table" not in answer.body


@pytest.mark.parametrize("kind", [[], {}, ["ping"], None, 1])
async def test_type_that_is_no_text_closes_with_4400(argosy: Running, kind: object) -> None:
    async with acknowledged(argosy) as socket:
        await socket.say({"type": kind})
        closed = await socket.hear_close()

    assert closed.code == 4400


async def test_reason_that_is_too_long_is_cut(argosy: Running) -> None:
    async with acknowledged(argosy) as socket:
        payload = {"query": VIEWER, "é" * 60: 1}
        await socket.say({"type": "subscribe", "id": "a", "payload": payload})
        closed = await socket.hear_close()

    assert closed.code == 4400
    assert closed.reason is not None
    assert closed.reason.startswith("The payload has the unknown field 'éé")


async def test_long_id_in_use_closes_with_4409(argosy: Running) -> None:
    task_id = await argosy.plant()
    progress = "subscription($id: ID!) { taskProgress(taskId: $id) { progress } }"

    async with acknowledged(argosy) as socket:
        await socket.subscribe("a" * 200, progress, id=task_id)
        await socket.hear_next("a" * 200)
        await socket.subscribe("a" * 200, progress, id=task_id)
        closed = await socket.hear_close()

    assert closed.code == 4409


async def test_long_name_is_not_repeated_whole(argosy: Running) -> None:
    answer = await argosy.post({"query": "{ %s }" % ("a" * 500_000)})

    assert answer.status == 400
    assert len(answer.body) < 1000
