"""Plain connections: straight, through proxies, and refused."""

import asyncio
import socket
from typing import Self

import pytest

from services.errors import ErrorCode, FetchFailed
from services.outgoing.addresses import AddressPolicy, AllowedNetwork
from services.outgoing.dial import dial
from services.outgoing.proxies import system_proxy
from services.outgoing.routes import SYSTEM_PROXY, Route
from tests.fakes.canary import Canary
from tests.fakes.proxy import Asked, ConnectProxy, FakeProxy, SocksProxy
from tests.fakes.wire import Wire, answer
from tests.integration.services.outgoing.going import failure, lead

HERE = AddressPolicy([AllowedNetwork.parse("127.0.0.1")])
KINDS = [ConnectProxy, SocksProxy]


class Greeter:
    """A server that speaks first, as those of FTP do. Use it in an `async with` block."""

    port: int

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._greet, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _greet(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 Hello\r\n")
        writer.close()


async def hear(connection: socket.socket) -> bytes:
    reader, writer = await asyncio.open_connection(sock=connection)
    heard = await reader.read()
    writer.close()
    await writer.wait_closed()
    return heard


async def test_connection_is_made_and_does_not_block(monkeypatch: pytest.MonkeyPatch) -> None:
    lead(monkeypatch, {"files.example": ["127.0.0.1"]})
    async with Greeter() as greeter:
        connection = await dial(HERE, "files.example", greeter.port)

        assert connection.getblocking() is False
        assert connection.getpeername() == ("127.0.0.1", greeter.port)
        assert await hear(connection) == b"220 Hello\r\n"


@pytest.mark.parametrize("kind", KINDS)
async def test_server_that_speaks_first_is_heard_through_a_proxy(kind: type[FakeProxy]) -> None:
    async with kind() as proxy, Greeter() as greeter:
        connection = await dial(HERE, "127.0.0.1", greeter.port, route=Route(proxy.url))

        assert await hear(connection) == b"220 Hello\r\n"
        assert proxy.asked == [Asked("127.0.0.1", greeter.port)]


async def test_proxy_of_the_server_is_gone_through() -> None:
    async with SocksProxy() as proxy, Greeter() as greeter:
        policy = AddressPolicy([AllowedNetwork.parse(f"127.0.0.1:{greeter.port}")])
        connection = await dial(
            policy,
            "127.0.0.1",
            greeter.port,
            route=Route(SYSTEM_PROXY),
            system_proxy=system_proxy(proxy.url),
        )

        assert await hear(connection) == b"220 Hello\r\n"


@pytest.mark.parametrize(("name", "met"), [("files.example", 0), ("other.example", 1)])
async def test_proxy_of_the_server_is_gone_around_by_the_name_of_a_host(
    name: str, met: int
) -> None:
    async with SocksProxy() as proxy, Greeter() as greeter:
        connection = await dial(
            HERE,
            "127.0.0.1",
            greeter.port,
            route=Route(SYSTEM_PROXY),
            system_proxy=system_proxy(proxy.url, ["files.example"]),
            name=name,
        )

        assert await hear(connection) == b"220 Hello\r\n"
        assert proxy.met == met


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "localhost", "inside.example"])
async def test_this_machine_is_not_reached(
    canary: Canary, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    names = ("127.0.0.1", "127.1", "localhost", "inside.example")
    lead(monkeypatch, {name: ["127.0.0.1"] for name in names})

    error = await failure(dial(AddressPolicy(), host, canary.port))

    assert error.code is ErrorCode.FORBIDDEN_ADDRESS
    assert await canary.visitors() == 0


async def test_refused_connection_may_be_taken_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    error = await failure(dial(HERE, "127.0.0.1", port))

    assert isinstance(error, FetchFailed)
    assert (error.code, error.temporary) == (ErrorCode.CONNECTION_FAILED, True)


async def test_host_that_does_not_answer_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        # One connection fills the queue; those behind it get no answer at all.
        with socket.create_connection(address), socket.socket() as second:
            second.setblocking(False)
            second.connect_ex(address)
            error = await failure(dial(HERE, *address, seconds=0.05))

    assert isinstance(error, FetchFailed)
    assert (error.code, error.temporary) == (ErrorCode.TIMED_OUT, True)


async def test_missing_proxy_of_the_server_is_not_gone_around() -> None:
    async with Wire(answer("200 OK")) as wire:
        error = await failure(dial(HERE, "127.0.0.1", wire.port, route=Route(SYSTEM_PROXY)))

        assert wire.heard == []
    assert error.code is ErrorCode.PROXY_FAILED
