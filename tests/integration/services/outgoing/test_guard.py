"""The proxy for programs of ours: checked addresses, and nobody else's way out."""

import asyncio
from asyncio import StreamReader, StreamWriter
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from services.errors import Unavailable
from services.outgoing.addresses import AddressPolicy, AllowedNetwork
from services.outgoing.guard.heads import LONGEST_HEAD
from services.outgoing.guard.proxy import GuardedProxy
from services.outgoing.guard.relay import Relay
from tests.fakes.canary import Canary


class Origin:
    """Answers with what it was sent."""

    def __init__(self) -> None:
        self.port = 0
        self.headers: list[dict[str, str]] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.headers.append(dict(request.headers))
        return web.Response(body=await request.read() + request.path_qs.encode())


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    origin, app = Origin(), web.Application()
    app.router.add_route("*", "/{path:.*}", origin.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    origin.port = runner.addresses[0][1]
    yield origin
    await runner.cleanup()


@asynccontextmanager
async def guarding(*allowed: str) -> AsyncIterator[GuardedProxy]:
    proxy = GuardedProxy(policy=AddressPolicy([AllowedNetwork.parse(text) for text in allowed]))
    await proxy.open()
    try:
        yield proxy
    finally:
        await proxy.close()


async def ask(proxy: GuardedProxy, content: bytes) -> tuple[StreamReader, StreamWriter]:
    reader, writer = await asyncio.open_connection(*proxy.address)
    writer.write(content)
    return reader, writer


def connect(proxy: GuardedProxy, to: str, login: str | None = None) -> bytes:
    said = proxy.authorization if login is None else login
    return f"CONNECT {to} HTTP/1.1\r\nProxy-Authorization: {said}\r\n\r\n".encode()


async def head_of(reader: StreamReader) -> str:
    async with asyncio.timeout(10):
        return (await reader.readuntil(b"\r\n\r\n")).decode()


async def test_tunnel_leads_to_what_is_allowed(origin: Origin) -> None:
    async with guarding(f"127.0.0.1:{origin.port}") as proxy:
        reader, writer = await ask(proxy, connect(proxy, f"localhost:{origin.port}"))
        opened = await head_of(reader)
        writer.write(b"GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()

    assert opened.startswith("HTTP/1.1 200 ")
    assert answer.endswith(b"/a")


async def test_plain_requests_are_passed_on_without_the_login(origin: Origin) -> None:
    async with guarding("127.0.0.1") as proxy, aiohttp.ClientSession() as session:
        for _ in range(2):  # the second over a connection of its own
            async with session.post(
                f"http://127.0.0.1:{origin.port}/b?c=d", data=b"x" * 100_000, proxy=proxy.url
            ) as answer:
                body = await answer.read()

    assert body == b"x" * 100_000 + b"/b?c=d"
    assert len(origin.headers) == 2
    assert not any("Proxy-Authorization" in headers for headers in origin.headers)


async def test_second_request_behind_the_first_is_not_passed_on(origin: Origin) -> None:
    async with guarding("127.0.0.1") as proxy:
        one = (
            f"GET http://127.0.0.1:{origin.port}/a HTTP/1.1\r\nHost: a\r\n"
            f"Proxy-Authorization: {proxy.authorization}\r\n\r\n"
        ).encode()
        reader, writer = await ask(proxy, one + one)
        async with asyncio.timeout(10):
            await reader.read()
        writer.close()

    assert len(origin.headers) == 1


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "127.1"],
)
async def test_address_that_is_not_public_is_not_reached(host: str) -> None:
    async with Canary() as canary, guarding() as proxy:
        reader, writer = await ask(proxy, connect(proxy, f"{host}:{canary.port}"))
        answer = await head_of(reader)
        reason = (await reader.read()).decode()
        writer.close()

        assert answer.startswith("HTTP/1.1 403 Forbidden")
        assert "X-Argosy-Code: FORBIDDEN_ADDRESS" in answer
        assert "not a public address" in reason
        assert await canary.visitors() == 0


@pytest.mark.parametrize(
    "login", ["", "Basic", "Basic wrong", f"Basic {b64encode(b'argosy:').decode()}", "Bearer \xff"]
)
async def test_nobody_else_is_let_through(origin: Origin, login: str) -> None:
    async with guarding("127.0.0.1") as proxy:
        reader, writer = await ask(proxy, connect(proxy, f"127.0.0.1:{origin.port}", login))
        answer = await head_of(reader)
        writer.close()

    assert answer.startswith("HTTP/1.1 407 ")
    assert 'Proxy-Authenticate: Basic realm="argosy"' in answer


async def test_each_proxy_has_a_login_of_its_own() -> None:
    async with guarding() as one, guarding() as other:
        assert one.authorization != other.authorization
        assert one.address != other.address


@pytest.mark.parametrize(
    "content", [b"\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01" + b"\r\n\r\n", b"x" * 10]
)
async def test_what_is_no_request_is_refused(content: bytes) -> None:
    async with guarding() as proxy:
        reader, writer = await ask(proxy, content)
        writer.write_eof()
        answer = await head_of(reader)
        writer.close()

    assert answer.startswith("HTTP/1.1 400 ")


async def test_head_has_an_end() -> None:
    async with guarding() as proxy:
        reader, writer = await ask(proxy, b"CONNECT a:1 HTTP/1.1\r\nx: " + b"x" * 2 * LONGEST_HEAD)
        async with asyncio.timeout(10):
            try:
                answer = await reader.read()
            except ConnectionError:  # it was closed before all was read
                answer = b""
        writer.close()

    assert answer.startswith(b"HTTP/1.1 400 ") or not answer


async def test_body_without_a_length_is_refused(origin: Origin) -> None:
    async with guarding("127.0.0.1") as proxy:
        reader, writer = await ask(
            proxy,
            (
                f"POST http://127.0.0.1:{origin.port}/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
                f"Proxy-Authorization: {proxy.authorization}\r\n\r\n"
            ).encode(),
        )
        answer = await head_of(reader)
        writer.close()

    assert answer.startswith("HTTP/1.1 411 ")
    assert origin.headers == []


async def test_closing_ends_what_is_open(origin: Origin) -> None:
    async with guarding("127.0.0.1") as proxy:
        reader, writer = await ask(proxy, connect(proxy, f"127.0.0.1:{origin.port}"))
        await head_of(reader)
    async with asyncio.timeout(10):
        assert await reader.read() == b""
    writer.close()

    with pytest.raises(Unavailable):
        _ = proxy.address


async def test_two_who_say_nothing_are_parted() -> None:
    async def listen(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    one = await asyncio.open_connection("127.0.0.1", port)
    two = await asyncio.open_connection("127.0.0.1", port)

    async with asyncio.timeout(10):
        await Relay(silence=0.05).carry(one, two)

    for _, writer in (one, two):
        writer.close()
    server.close()
    await server.wait_closed()
