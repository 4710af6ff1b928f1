"""What a client may hold open, send and leave unread, over WebSockets and event streams."""

import socket
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import orjson
import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp
from structlog.testing import capture_logs

from argosy.container import Container
from argosy.http.allowances import Allowances
from argosy.http.authentication import Authenticator
from argosy.http.cookies import SessionCookie
from argosy.http.graphql.execution import Executor
from argosy.http.graphql.persisted import PersistedDocuments
from argosy.http.graphql.trusted import TrustedDocuments
from argosy.http.graphql.websocket import WebSocketEndpoint
from argosy.http.open_connections import OpenConnections
from argosy.http.socket_connection import SocketConnection
from argosy.http.surroundings import Surroundings
from schema.build import build_schema, executable
from services.access.limits.rate_limits import Family
from tests.integration.http.frames import (
    CLOSE,
    PING,
    PONG,
    RawSocket,
    dialled,
    frame,
    message,
    opened,
)
from tests.integration.http.listening import listening
from tests.integration.http.listening import opened as asked
from tests.integration.http.running import KEY, Running, serving, until
from tests.integration.http.talking import Closed, acknowledged, connected
from tests.integration.http.wiring import loud

METRICS = "subscription { systemMetrics { cpuUsage } }"
VIEWER = "{ viewer { name } }"
MOST_HELD = 256 * 1024
INIT = {"type": "connection_init", "payload": {"Authorization": f"Bearer {KEY}"}}


def sockets(*, init_seconds: float, most_strangers: int) -> Callable[[Container], ASGIApp]:
    """Return an application with nothing but sockets."""

    def make_app(container: Container) -> ASGIApp:
        authenticator = Authenticator(
            keys=container.access.keys,
            tickets=container.access.tickets,
            cookie=SessionCookie(public=None),
            sessions=container.access.sessions,
            tokens=container.access.tokens,
        )
        endpoint = WebSocketEndpoint(
            executor=Executor(
                schema=executable(build_schema()),
                metrics=container.metrics,
                most_subscriptions=1,
                introspection=True,
                persisted=PersistedDocuments(TrustedDocuments(None), only_trusted=False),
            ),
            services=container.services,
            authenticator=Allowances(
                authenticator=authenticator,
                limits=container.access.counting.limits,
                family=Family.WS,
                metrics=container.metrics,
            ),
            metrics=container.metrics,
            connections=OpenConnections(
                revocations=container.access.revocations,
                most_per_user=9,
                most_strangers=most_strangers,
            ),
            most_operations=1,
            init_seconds=init_seconds,
        )
        router = Starlette(routes=[WebSocketRoute("/graphql", endpoint.hold)])
        return Surroundings(router, metrics=container.metrics)

    return make_app


def served(argosy: Running) -> list[SocketConnection]:
    """Return the server's side of the open sockets."""
    connections = argosy.server.server_state.connections
    return [c for c in connections if isinstance(c, SocketConnection)]


async def test_silent_socket_closes_with_4408(tmp_path: Path) -> None:
    make_app = sockets(init_seconds=0.01, most_strangers=9)

    async with serving(tmp_path, make_app) as argosy, connected(argosy) as socket:
        assert await socket.hear_close() == Closed(4408, "Connection initialisation timeout")


async def test_pings_do_not_put_off_the_end(tmp_path: Path) -> None:
    make_app = sockets(init_seconds=0.05, most_strangers=9)

    async with serving(tmp_path, make_app) as argosy, opened(argosy) as raw:
        await raw.send(frame(b"", PING))
        heard = await raw.hear()
        while heard.opcode != CLOSE:
            await raw.send(frame(b"", PING) + message({"type": "ping"}))
            heard = await raw.hear()

    assert heard.code == 4408


async def test_message_that_drips_in_does_not_put_off_the_end(tmp_path: Path) -> None:
    make_app = sockets(init_seconds=0.05, most_strangers=9)

    async with serving(tmp_path, make_app) as argosy, opened(argosy) as raw:
        await raw.send(frame(b'{"type": "connection_init", "payload": {"a": "', fin=False))
        await raw.send(frame(b"x", 0, fin=False), frame(b"", PING))
        heard = await raw.hear()
        while heard.opcode != CLOSE:
            await raw.send(frame(b"x", 0, fin=False), frame(b"", PING))
            heard = await raw.hear()

    assert heard.code == 4408


async def test_one_address_has_so_many_sockets_that_nobody_has_claimed(tmp_path: Path) -> None:
    make_app = sockets(init_seconds=30, most_strangers=2)

    async with (
        serving(tmp_path, make_app) as argosy,
        connected(argosy) as first,
        connected(argosy),
    ):
        await until(lambda: argosy.gauge("argosy_websocket_connections") == 2)
        async with connected(argosy) as third:
            closed = await third.hear_close()
        await first.say(INIT)
        await first.hear()
        async with connected(argosy) as third:
            await third.say(INIT)
            heard = await third.hear()

    assert closed.code == 1013
    assert closed.reason is not None
    assert closed.reason.startswith("2 connections from this address have not said yet whose")
    assert heard == {"type": "connection_ack"}


async def test_user_has_20_connections_sockets_and_streams_together(argosy: Running) -> None:
    _, other = await argosy.user("bob")

    async with AsyncExitStack() as stack:
        for _ in range(18):
            last = await stack.enter_async_context(acknowledged(argosy))
        for _ in range(2):
            await stack.enter_async_context(listening(argosy))
        async with connected(argosy) as socket:
            await socket.say(INIT)
            closed = await socket.hear_close()
        async with asked(argosy) as answer:
            refused, error = answer.status, (await answer.json())["errors"][0]
        async with acknowledged(argosy, other):
            pass  # somebody else may
        await last.connection.close()
        await until(lambda: argosy.gauge("argosy_websocket_connections") == 17)
        async with acknowledged(argosy) as socket:
            await socket.subscribe("a", VIEWER)
            told = await socket.hear_next("a")

    message = "One user has 20 open connections at most: close another."
    assert closed == Closed(1013, message)
    assert (refused, error["message"]) == (429, message)
    assert error["extensions"]["code"] == "LIMIT_REACHED"
    assert answer.headers["Retry-After"] == "30"
    assert told == {"viewer": {"name": "admin"}}


async def test_subscriptions_count_over_all_transports(tmp_path: Path) -> None:
    async with (
        serving(tmp_path, max_subscriptions_per_user=2) as argosy,
        acknowledged(argosy) as socket,
        listening(argosy),
    ):
        await socket.subscribe("a", METRICS)
        await socket.hear_next("a")
        await until(lambda: argosy.gauge("argosy_subscriptions") == 2)
        await socket.subscribe("b", METRICS)
        error = await socket.hear_error("b")
        async with asked(argosy) as answer:
            stream = (await answer.json())["errors"][0]

    assert error["extensions"]["code"] == stream["extensions"]["code"] == "LIMIT_REACHED"
    assert error["message"] == stream["message"]


async def test_operations_of_one_socket_are_bounded_together(argosy: Running) -> None:
    large = {"query": METRICS, "variables": {"x": "x" * 200_000}}

    async with acknowledged(argosy) as socket:
        await socket.say({"type": "subscribe", "id": "a", "payload": large})
        await socket.hear_next("a")
        await socket.say({"type": "subscribe", "id": "b", "payload": large})
        while (heard := await socket.hear())["id"] != "b":
            pass
        (error,) = heard["payload"]
        await socket.say({"type": "complete", "id": "a"})
        await socket.say({"type": "subscribe", "id": "b", "payload": large})
        while (heard := await socket.hear())["id"] != "b":
            pass

    assert error["extensions"]["code"] == "LIMIT_REACHED"
    assert error["message"].startswith("The operations of this connection are too large together")
    assert heard["type"] == "next"


async def test_operations_are_counted_by_the_minute(tmp_path: Path) -> None:
    async with serving(tmp_path, rate_limit_ws=3) as argosy:
        async with acknowledged(argosy) as socket:
            for key in "ab":
                await socket.subscribe(key, VIEWER)
                await socket.hear_next(key)
                await socket.hear()
            await socket.subscribe("c", VIEWER)
            error = await socket.hear_error("c")
            await socket.say({"type": "ping"})
            pong = await socket.hear()
        async with connected(argosy) as another:
            await another.say(INIT)
            closed = await another.hear_close()

    assert error["extensions"]["code"] == "RATE_LIMITED"
    assert error["extensions"]["retryAfter"] > 0
    assert pong == {"type": "pong"}
    assert closed.code == 1013


async def fill(argosy: Running, raw: RawSocket, server: SocketConnection) -> None:
    """Have the server say more than its client reads."""
    for _ in range(10):
        await argosy.plant(name="x" * 20_000)
    query = "{ tasks(first: 10) { nodes { name } } }"  # 200 kB
    for number in range(40):
        await raw.say({"type": "subscribe", "id": str(number), "payload": {"query": query}})
    await until(lambda: not server.writable.is_set())


async def test_who_pings_and_does_not_read_gets_one_pong_once_they_read(argosy: Running) -> None:
    async with opened(argosy, room=4096) as raw:
        await raw.init()
        (server,) = served(argosy)
        await fill(argosy, raw, server)
        held = server.transport.get_write_buffer_size()
        await raw.send(b"".join(frame(b"%d" % number, PING) for number in range(1000)))
        await until(lambda: server._pong.endswith(b"999"))
        grown = server.transport.get_write_buffer_size() - held
        while (heard := await raw.hear()).opcode != PONG:
            pass

    assert grown <= 0
    assert heard.data == b"999"


async def test_who_asks_much_and_does_not_read_is_owed_little(argosy: Running) -> None:
    for _ in range(10):
        await argosy.plant(name="x" * 2000)
    page = "{ tasks(first: 10) { nodes { a: name b: name c: name } } }"  # 60 kB

    async with opened(argosy, room=4096) as raw:
        await raw.init()
        (server,) = served(argosy)
        # The system would take all of it for whoever does not read.
        kept = server.transport.get_extra_info("socket")
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
        for number in range(400):
            payload = {"query": page}
            await raw.say({"type": "subscribe", "id": str(number), "payload": payload})
        await until(lambda: not server.writable.is_set())
        await raw.send(frame(b"last", PING))
        await until(lambda: server._pong.endswith(b"last") or not server.queue.empty())
        held = server.transport.get_write_buffer_size()

    assert held < MOST_HELD


@pytest.mark.parametrize("status_line", ["GET /graphql HTTP/1.1", "POST /graphql HTTP/1.1"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-WebSocket-Version": "12"},
        {"Sec-WebSocket-Key": "short"},
        {"Sec-WebSocket-Key": "ümläut"},
        {"X-Long": "x" * 9000},
    ],
)
async def test_bad_handshake_is_refused_in_our_own_words(
    argosy: Running, status_line: str, headers: dict[str, str]
) -> None:
    right = {
        "Host": "127.0.0.1",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Version": "13",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in {**right, **headers}.items())

    with capture_logs() as logs:
        async with dialled(argosy) as raw:
            await raw.send(f"{status_line}\r\n{lines}\r\n".encode("latin-1"))
            head, body = await raw.head(), await raw.rest()

    error = orjson.loads(body)["error"]
    assert int(head.split()[1]) in {400, 405, 426, 431}
    assert error["code"] in {"INVALID_INPUT", "LIMIT_REACHED"}
    assert b"x-content-type-options: nosniff" in head.lower()
    assert b"Traceback" not in body
    assert loud(logs) == []


async def test_address_with_a_strange_letter_is_refused(argosy: Running) -> None:
    with capture_logs() as logs:
        async with dialled(argosy) as raw:
            await raw.send(
                b"GET /graphql?\xff HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
            )
            head = await raw.head()

    assert head.split()[1] == b"400"
    assert loud(logs) == []
