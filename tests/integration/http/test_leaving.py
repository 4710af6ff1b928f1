"""How the server ends sockets and streams: of who may no longer be here, or all when it stops."""

import asyncio
from urllib.parse import quote

from structlog.testing import capture_logs

from services.access.identity import Role, Scope
from tests.integration.http.frames import dialled, opened
from tests.integration.http.listening import happen, listening
from tests.integration.http.running import KEY, Running, until
from tests.integration.http.talking import Closed, acknowledged
from tests.integration.http.test_socket_limits import fill, served
from tests.integration.http.wiring import connections, gone, loud

METRICS = "subscription { systemMetrics { cpuUsage } }"
MUCH = "subscription{taskEvents{" + "".join(f"c{n}:cursor " for n in range(15)) + "}}"


async def key_of_eve(argosy: Running) -> str:
    _, key = await argosy.user("eve", Scope.TASKS_READ, Scope.METRICS_READ, role=Role.ADMIN)
    return key


async def revoke(argosy: Running, key: str) -> None:
    """Take the key away, as an administrator does."""
    keys, access = argosy.container.access.keys, argosy.container.services.keys
    (admin, eve) = [await keys.authenticate(value) for value in (KEY, key)]
    assert eve.credential.id is not None
    await access.revoke(admin, eve.credential.id)


async def test_socket_of_a_revoked_key_closes_with_4403(argosy: Running) -> None:
    key = await key_of_eve(argosy)

    async with acknowledged(argosy, key) as socket, acknowledged(argosy) as neighbour:
        await socket.subscribe("a", METRICS)
        await socket.hear_next("a")
        await revoke(argosy, key)
        while (heard := await socket.connection.receive()).type.name == "TEXT":
            pass
        await neighbour.say({"type": "ping"})
        pong = await neighbour.hear()

    assert socket.connection.close_code == 4403
    assert heard.extra
    assert pong == {"type": "pong"}


async def test_stream_of_a_revoked_key_ends_with_an_error(argosy: Running) -> None:
    key = await key_of_eve(argosy)

    async with listening(argosy, key=key) as stream:
        await revoke(argosy, key)
        told = await stream.hear()
        end = await stream.hear()
        rest = await stream.rest()

    (error,) = told.data["errors"]
    assert error["extensions"]["code"] == "UNAUTHORIZED"
    assert end.event == "complete"
    assert rest == b""


async def test_socket_that_does_not_read_is_aborted(argosy: Running) -> None:
    key = await key_of_eve(argosy)

    async with opened(argosy, room=4096) as raw:
        await raw.init(key)
        (server,) = served(argosy)
        await fill(argosy, raw, server)
        await revoke(argosy, key)
        await until(lambda: not served(argosy))

    assert argosy.gauge("argosy_websocket_connections") == 0


async def test_stream_that_is_not_read_is_aborted(argosy: Running) -> None:
    key = await key_of_eve(argosy)
    request = (
        f"GET /graphql?query={quote(MUCH)} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Accept: text/event-stream\r\nAuthorization: Bearer {key}\r\n\r\n"
    )

    async with dialled(argosy, room=4096) as raw:
        await raw.send(request.encode())
        await raw.head()
        (server,) = connections(argosy)
        while not server.flow.write_paused:
            await happen(argosy, owner=await argosy.container.access.users.find("eve"), number=50)
            await asyncio.sleep(0)
        await revoke(argosy, key)
        await gone(argosy)


async def test_server_that_stops_says_goodbye_to_all(argosy: Running) -> None:
    with capture_logs() as logs:
        async with (
            opened(argosy) as reader,
            opened(argosy) as stranger,
            acknowledged(argosy) as orderly,
        ):
            await reader.init()
            closed, *others, _ = await asyncio.gather(
                orderly.hear_close(),
                reader.hear_close(),
                stranger.hear_close(),
                argosy.server.shutdown(),
            )

    assert closed == Closed(1001, "The server is stopping")
    assert [(other.code, other.reason) for other in others] == [
        (1001, "The server is stopping"),
        (1001, "The server is stopping"),
    ]
    assert loud(logs) == []


async def test_server_that_stops_waits_for_no_reader(argosy: Running) -> None:
    async with opened(argosy, room=4096) as raw:
        await raw.init()
        (server,) = served(argosy)
        await fill(argosy, raw, server)
        await argosy.server.shutdown()

        assert served(argosy) == []
