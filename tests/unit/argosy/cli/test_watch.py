"""Following a queue over connections that break, end and leave things out."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
from aiohttp import WSCloseCode, web
from aiohttp.test_utils import TestServer
from rich.console import Console

from argosy.cli.client import Client
from argosy.cli.happenings import MOST_KNOWN, WORDS, Acquaintances, as_line
from argosy.cli.watch import Wanted, Watch
from argosy.cli.whereabouts import Whereabouts
from services.errors import Unauthorized
from services.events.kinds import EventKind

TestServer.__test__ = False

KEY_REVOKED = 4403


def event(seq: int, kind: str = "ADDED", **facts: object) -> dict[str, Any]:
    task = {"name": f"{seq}.bin", "totalBytes": None, "owner": {"name": "admin"}}
    usual = {"seq": seq, "kind": kind, "taskId": f"task_{seq}", "at": "2026-02-06T10:30:00.000Z"}
    return {**usual, "state": "PENDING", "attempt": 0, "error": None, "task": task, **facts}


def told(seq: int) -> dict[str, Any]:
    return {"cursor": f"log.{seq}", "event": event(seq), "lagged": None}


def left_out(reason: str, after: str) -> dict[str, Any]:
    return {"cursor": after, "event": None, "lagged": {"reason": reason, "after": after}}


class Server:
    """Tells on each connection what was prepared for it; after the last it refuses the key."""

    def __init__(self, connections: Sequence[Sequence[dict[str, Any]]]) -> None:
        self._connections = iter(connections)
        self.asked_after: list[str] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            return web.json_response(
                {"data": {"viewer": {"name": "admin"}, "queue": {"lastEvent": "log.0"}}}
            )
        socket = web.WebSocketResponse(protocols=["graphql-transport-ws"])
        await socket.prepare(request)
        assert (await socket.receive_json())["type"] == "connection_init"
        await socket.send_json({"type": "connection_ack"})
        subscription = await socket.receive_json()
        assert subscription["type"] == "subscribe"
        updates = next(self._connections, None)
        if updates is None:
            await socket.close(code=KEY_REVOKED)
            return socket
        self.asked_after.append(subscription["payload"]["variables"]["after"])
        for update in updates:
            payload = {"data": {"taskEvents": update}}
            message = {"type": "next", "id": subscription["id"], "payload": payload}
            await socket.send_str(orjson.dumps(message).decode())
        await socket.close(code=WSCloseCode.GOING_AWAY)
        return socket


@asynccontextmanager
async def watch_of(server: Server, wanted: Wanted) -> AsyncIterator[Watch]:
    app = web.Application()
    app.router.add_route("*", "/graphql", server.answer)
    async with TestServer(app) as running:
        url = f"http://127.0.0.1:{running.port}"
        client = Client(Whereabouts(server=url, key="a-key", data_dir="/nowhere"))
        yield Watch(client, Console(), None, wanted)


async def watch_to_the_end(server: Server) -> None:
    async with watch_of(server, Wanted(only_events=True, as_json=True)) as watch:
        with pytest.raises(Unauthorized):
            await watch.run()


def printed(capsys: pytest.CaptureFixture[str]) -> list[object]:
    """Return the cursors of events, and the reasons why some were left out."""
    lines = [orjson.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [line.get("cursor") or line["reason"] for line in lines]


async def test_each_connection_goes_on_behind_what_was_told_last(
    capsys: pytest.CaptureFixture[str],
) -> None:
    server = Server([[], [told(1), told(2)], [told(3)]])

    await watch_to_the_end(server)

    assert server.asked_after == ["log.0", "log.0", "log.2"]
    assert printed(capsys) == ["log.1", "log.2", "log.3"]


async def test_what_came_too_fast_is_read_again_before_what_is_newer(
    capsys: pytest.CaptureFixture[str],
) -> None:
    late = [told(1), left_out("SLOW", "log.1"), told(9)]
    server = Server([late, [told(2), told(9)]])

    await watch_to_the_end(server)

    assert server.asked_after == ["log.0", "log.1"]
    assert printed(capsys) == ["log.1", "SLOW", "log.2", "log.9"]


async def test_what_is_kept_no_more_is_skipped(capsys: pytest.CaptureFixture[str]) -> None:
    server = Server([[left_out("EXPIRED", "new.7")], [told(8)]])

    await watch_to_the_end(server)

    assert server.asked_after == ["log.0", "new.7"]
    assert printed(capsys) == ["EXPIRED", "log.8"]


def test_name_of_a_task_that_is_gone_is_remembered() -> None:
    known = Acquaintances()
    known.about(event(1))

    assert known.about(event(2, taskId="task_1", task=None)).name == "1.bin"
    assert known.about(event(3, taskId="task_00-12345678", task=None)).name == "345678"


def test_names_are_remembered_within_bounds() -> None:
    known = Acquaintances()
    for number in range(MOST_KNOWN + 1):
        known.about(event(number))

    assert known.about(event(0, taskId="task_1", task=None)).name == "1.bin"
    assert known.about(event(0, taskId="task_0", task=None)).name == "0"


def test_every_kind_has_a_word() -> None:
    assert set(WORDS) == {kind.name.removeprefix("TASK_") for kind in EventKind}


def test_owner_is_told_to_those_who_see_everybody() -> None:
    line = as_line(event(1), Acquaintances().about(event(1)), dated=False, with_owner=True)

    assert line.plain.endswith("  added        1.bin (admin)")


def test_reason_is_told() -> None:
    failed = event(1, "FAILED", error={"code": "TIMED_OUT", "message": "It took too long."})

    line = as_line(failed, Acquaintances().about(failed), dated=True, with_owner=False)

    assert line.plain.endswith("  failed       1.bin  It took too long.")
