"""Going through proxies: they get checked addresses, and nothing goes around them."""

import asyncio
import socket
from base64 import b64encode
from pathlib import Path

import pytest
from yarl import URL

from services.errors import ErrorCode, FetchFailed
from services.outgoing import client as client_module
from services.outgoing.addresses import AddressPolicy, AllowedNetwork
from services.outgoing.client import OutgoingClient
from services.outgoing.proxies import system_proxy
from services.outgoing.routes import SYSTEM_PROXY, Route
from services.outgoing.visitor import Visitor
from tests.fakes.authority import Authority
from tests.fakes.canary import Canary
from tests.fakes.proxy import Asked, ConnectProxy, FakeProxy, SocksProxy
from tests.fakes.wire import Wire, answer
from tests.integration.services.outgoing.going import (
    client_here,
    failure,
    go,
    lead,
    through,
    tls_server,
)

OK = answer("200 OK", body=b"body")
KINDS = [ConnectProxy, SocksProxy]


@pytest.mark.parametrize("kind", KINDS)
async def test_proxy_gets_the_address_and_the_server_its_name(
    kind: type[FakeProxy], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up = lead(monkeypatch, {"files.example": ["127.0.0.1"], "127.0.0.1": ["127.0.0.1"]})
    client = client_here()
    async with kind() as proxy, Wire(OK) as wire:
        url = f"http://files.example:{wire.port}/a"
        answered = await go(client, url, through(proxy.url, url))

        assert answered == (200, b"body")
        assert proxy.asked == [Asked("127.0.0.1", wire.port)]
        assert wire.heard[0].headers["host"] == f"files.example:{wire.port}"
    await client.close()
    assert looked_up == ["files.example", "127.0.0.1"]


async def test_socks5h_is_the_same() -> None:
    client = client_here()
    async with SocksProxy() as proxy, Wire(OK) as wire:
        url = proxy.url.replace("socks5", "socks5h")
        assert await go(client, wire.url, through(url, wire.url)) == (200, b"body")

        assert proxy.asked == [Asked("127.0.0.1", wire.port)]
    await client.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_tls_goes_through_and_the_server_is_verified_by_name(
    kind: type[FakeProxy], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = Authority()
    certificate, key = authority.issue("files.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.save(tmp_path / "ca.pem")))
    lead(
        monkeypatch,
        {name: ["127.0.0.1"] for name in ("files.example", "other.example", "127.0.0.1")},
    )
    client = client_here()
    async with kind() as proxy, Wire(OK, tls=tls_server(tmp_path, certificate, key)) as wire:

        async def get(name: str) -> tuple[int, bytes]:
            url = f"https://{name}:{wire.port}/"
            route = Route(proxy.url, *authority.issue("client"))
            return await go(client, url, Visitor(origin=URL(url), route=route))

        answered = await get("files.example")
        error = await failure(get("other.example"))

    await client.close()
    assert answered == (200, b"body")
    assert (error.code, len(wire.heard)) == (ErrorCode.TLS_FAILED, 1)


@pytest.mark.parametrize("kind", KINDS)
async def test_certificate_that_nobody_vouches_for_is_refused_behind_a_proxy(
    kind: type[FakeProxy], tmp_path: Path
) -> None:
    client = client_here()
    tls = tls_server(tmp_path, *Authority().issue("files.example"))
    async with kind() as proxy, Wire(OK, tls=tls) as wire:
        error = await failure(go(client, wire.url, through(proxy.url, wire.url)))

    await client.close()
    assert isinstance(error, FetchFailed)
    assert (error.code, error.temporary) == (ErrorCode.TLS_FAILED, False)
    assert wire.heard == []


async def test_login_is_shown_to_a_connect_proxy() -> None:
    login = f"Basic {b64encode('älice:p@ss'.encode()).decode()}"
    client = client_here()
    async with ConnectProxy(login=login) as proxy, Wire(OK) as wire:
        url = f"http://älice:p%40ss@127.0.0.1:{proxy.port}"
        assert await go(client, wire.url, through(url, wire.url)) == (200, b"body")

        assert "proxy-authorization" not in wire.heard[0].headers
    await client.close()


async def test_login_is_shown_to_a_socks_proxy() -> None:
    client = client_here()
    async with SocksProxy(login="alice:hunter2") as proxy, Wire(OK) as wire:
        url = f"socks5://alice:hunter2@127.0.0.1:{proxy.port}"
        assert await go(client, wire.url, through(url, wire.url)) == (200, b"body")

        assert proxy.asked == [Asked("127.0.0.1", wire.port, "alice:hunter2")]
    await client.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("login", ["", "alice:hunter2@"])
async def test_refused_login_stays_refused(kind: type[FakeProxy], login: str) -> None:
    client = client_here()
    async with kind(login="alice:other") as proxy, Wire(OK) as wire:
        url = f"{proxy.scheme}://{login}127.0.0.1:{proxy.port}"
        error = await failure(go(client, wire.url, through(url, wire.url)))

    await client.close()
    assert isinstance(error, FetchFailed)
    assert (error.code, error.temporary) == (ErrorCode.PROXY_FAILED, False)
    assert "hunter2" not in error.message
    assert (wire.heard, proxy.met) == ([], 1)


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (ConnectProxy, b""),
        (ConnectProxy, b"HTTP/1.1 200 "),
        (ConnectProxy, b"HTTP/1.1 502 Bad Gateway\r\n\r\n"),
        (ConnectProxy, b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n"),
        (ConnectProxy, b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
        (ConnectProxy, b"HTTP/1.1 2x0 OK\r\n\r\n"),
        (ConnectProxy, b"HTTP/1.1 200 OK\r\nX: " + b"x" * 20_000),
        (SocksProxy, b""),
        (SocksProxy, b"\x05\x00\x00"),
        (SocksProxy, b"\x05\x01\x00\x01" + bytes(6)),
        (SocksProxy, b"\x04\x00\x00\x01" + bytes(6)),
        (SocksProxy, b"\x05\x00\x00\x09" + bytes(6)),
        (SocksProxy, b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    ],
)
async def test_broken_proxy_may_work_later_and_nothing_goes_around_it(
    kind: type[FakeProxy], says: bytes
) -> None:
    client = client_here()
    async with kind(says=says) as proxy, Wire(OK) as wire:
        error = await failure(go(client, wire.url, through(proxy.url, wire.url)))

    await client.close()
    assert isinstance(error, FetchFailed)
    assert (error.code, error.temporary) == (ErrorCode.PROXY_FAILED, True)
    assert (wire.heard, proxy.met) == ([], 1)


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_proxy_that_does_not_listen_may_later(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    client = client_here()
    async with Wire(OK) as wire:
        visitor = through(f"{scheme}://127.0.0.1:{port}", wire.url)
        error = await failure(go(client, wire.url, visitor))

        assert wire.heard == []
    await client.close()
    assert isinstance(error, FetchFailed)
    assert (error.code, error.temporary) == (ErrorCode.PROXY_FAILED, True)


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_silent_proxy_is_given_up(scheme: str) -> None:
    client = client_here()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        visitor = through(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}", "http://127.0.0.1/")

        async def get() -> None:
            url = URL("http://127.0.0.1/")
            async with client.get(url, {}, visitor=visitor, connect_seconds=0.05):
                pass

        error = await failure(get())

    await client.close()
    assert isinstance(error, FetchFailed)
    assert (error.code, error.temporary) == (ErrorCode.PROXY_FAILED, True)
    assert error.message == "The proxy 127.0.0.1 did not answer in time."


async def test_name_of_a_proxy_that_does_not_exist_may_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lead(monkeypatch, {"files.example": ["127.0.0.1"]})
    client = client_here()

    url = "http://files.example/"
    error = await failure(go(client, url, through("socks5://nowhere.example:1080", url)))

    await client.close()
    assert isinstance(error, FetchFailed)
    assert (error.code, error.temporary) == (ErrorCode.PROXY_FAILED, True)


@pytest.mark.parametrize("scheme", ["http", "socks5"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "inside.example", "0x7f.1"])
async def test_proxy_of_a_user_on_this_machine_is_refused(
    canary: Canary, monkeypatch: pytest.MonkeyPatch, scheme: str, host: str
) -> None:
    names = ("127.0.0.1", "localhost", "inside.example", "0x7f.1")
    lead(monkeypatch, {name: ["127.0.0.1"] for name in names} | {"files.example": ["8.8.8.8"]})
    client = OutgoingClient(policy=AddressPolicy(), user_agent="Argosy/test")

    url = "http://files.example/"
    error = await failure(go(client, url, through(f"{scheme}://{host}:{canary.port}", url)))

    await client.close()
    assert error.code is ErrorCode.FORBIDDEN_ADDRESS
    assert await canary.visitors() == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("host", ["10.0.0.1", "inside.example"])
async def test_proxy_is_not_asked_for_a_forbidden_address(
    kind: type[FakeProxy], host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead(monkeypatch, {"inside.example": ["10.0.0.1"], "127.0.0.1": ["127.0.0.1"]})
    client = client_here()
    async with kind() as proxy:
        url = f"http://{host}/"
        error = await failure(go(client, url, through(proxy.url, url)))

        assert (error.code, proxy.met) == (ErrorCode.FORBIDDEN_ADDRESS, 0)
    await client.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_gate_at_the_proxy_holds_where_urls_are_not_checked(
    kind: type[FakeProxy], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "check_target", lambda *_: None)
    client = client_here()
    async with kind() as proxy:
        url = "http://10.0.0.1/"
        error = await failure(go(client, url, through(proxy.url, url)))

        assert (error.code, proxy.asked) == (ErrorCode.FORBIDDEN_ADDRESS, [])
    await client.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_redirect_inside_is_refused_behind_a_proxy(kind: type[FakeProxy]) -> None:
    client = client_here()
    async with kind() as proxy, Wire(answer("302 Found", "Location: http://10.0.0.1/")) as wire:
        error = await failure(go(client, wire.url, through(proxy.url, wire.url)))

        assert (error.code, proxy.met) == (ErrorCode.FORBIDDEN_ADDRESS, 1)
    await client.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_proxy_of_the_server_may_be_anywhere(
    kind: type[FakeProxy], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with kind() as proxy, Wire(OK) as wire:
        policy = AddressPolicy([AllowedNetwork.parse(f"127.0.0.1:{wire.port}")])
        client = OutgoingClient(
            policy=policy, user_agent="Argosy/test", system_proxy=system_proxy(proxy.url)
        )
        answered = await go(client, wire.url, through(SYSTEM_PROXY, wire.url))

        assert answered == (200, b"body")
        assert proxy.asked == [Asked("127.0.0.1", wire.port)]
        await client.close()


async def test_missing_proxy_of_the_server_is_not_gone_around() -> None:
    client = client_here()
    async with Wire(OK) as wire:
        error = await failure(go(client, wire.url, through(SYSTEM_PROXY, wire.url)))

        assert wire.heard == []
    await client.close()
    assert isinstance(error, FetchFailed)
    assert (error.code, error.temporary) == (ErrorCode.PROXY_FAILED, False)


@pytest.mark.parametrize("kind", KINDS)
async def test_next_address_is_asked_for_where_the_first_does_not_answer(
    kind: type[FakeProxy], monkeypatch: pytest.MonkeyPatch
) -> None:
    lead(
        monkeypatch,
        {"files.example": ["127.0.0.2", "127.0.0.1"], "127.0.0.1": ["127.0.0.1"]},
    )
    policy = AddressPolicy([AllowedNetwork.parse("127.0.0.0/8")])
    client = OutgoingClient(policy=policy, user_agent="Argosy/test")
    async with kind() as proxy, Wire(OK) as wire:
        url = f"http://files.example:{wire.port}/"
        assert await go(client, url, through(proxy.url, url)) == (200, b"body")

        assert [asked.host for asked in proxy.asked] == ["127.0.0.2", "127.0.0.1"]
    await client.close()


async def test_routes_share_no_connections() -> None:
    client = client_here()
    async with ConnectProxy() as one, ConnectProxy() as other, Wire(OK, OK, OK) as wire:
        for proxy in (one.url, other.url):
            await go(client, wire.url, through(proxy, wire.url))
        await go(client, wire.url, Visitor(origin=URL(wire.url)))

        assert (one.met, other.met, len(wire.heard)) == (1, 1, 3)
    await client.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}
