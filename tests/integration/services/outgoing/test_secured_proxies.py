"""Proxies that are spoken to by TLS."""

import ssl
from pathlib import Path

import pytest
from yarl import URL

from services.engines.loop import EngineLoop
from services.errors import ErrorCode, FetchFailed
from services.outgoing.routes import Route
from services.outgoing.visitor import Visitor
from tests.fakes.authority import Authority
from tests.fakes.proxy import Asked, ConnectProxy, SocksProxy
from tests.fakes.wire import Wire, answer
from tests.integration.services.outgoing.going import client_here, failure, go, through, tls_server

OK = answer("200 OK", body=b"body")
LONG = bytes(range(256)) * 12_288  # 3 MiB


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Authority:
    """Somebody whom everybody here trusts."""
    authority = Authority()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.save(tmp_path / "ca.pem")))
    return authority


@pytest.fixture
def trusted(authority: Authority, tmp_path: Path) -> ssl.SSLContext:
    """What a server on 127.0.0.1 shows of itself."""
    return tls_server(tmp_path, *authority.issue("proxy.example"))


def shown(authority: Authority, proxy: str, url: str) -> Visitor:
    """Return somebody with a certificate: their TLS knows the authority of the test."""
    return Visitor(origin=URL(url), route=Route(proxy, *authority.issue("client")))


@pytest.mark.parametrize("is_inside", [False, True])
async def test_proxy_is_spoken_to_by_tls(
    is_inside: bool, authority: Authority, trusted: ssl.SSLContext
) -> None:
    client = client_here()
    tls = trusted if is_inside else None
    said = answer("200 OK", body=LONG)
    async with ConnectProxy(tls=trusted) as proxy, Wire(said, tls=tls) as wire:
        answered = await go(client, wire.url, shown(authority, proxy.url, wire.url))

        assert answered == (200, LONG)
        assert proxy.asked == [Asked("127.0.0.1", wire.port)]
    await client.close()


async def test_proxy_is_spoken_to_by_tls_on_the_loop_of_the_engines(
    authority: Authority, trusted: ssl.SSLContext
) -> None:
    loop = EngineLoop()
    loop.start()
    said = [answer("200 OK", body=LONG)]
    async with ConnectProxy(tls=trusted) as proxy, Wire(*said, tls=trusted) as wire:

        async def fetch() -> tuple[int, bytes]:
            client = client_here()
            try:
                return await go(client, wire.url, shown(authority, proxy.url, wire.url))
            finally:
                await client.close()

        answered = await loop.call(fetch())
    await loop.stop()
    assert answered == (200, LONG)


async def test_proxy_that_nobody_vouches_for_is_told_nothing(tmp_path: Path) -> None:
    client = client_here()
    tls = tls_server(tmp_path, *Authority().issue("proxy.example"))
    async with ConnectProxy(tls=tls) as proxy, Wire(OK) as wire:
        error = await failure(go(client, wire.url, through(proxy.url, wire.url)))

        assert (proxy.asked, wire.heard) == ([], [])
    await client.close()
    assert isinstance(error, FetchFailed)
    assert (error.code, error.temporary) == (ErrorCode.PROXY_FAILED, False)


async def test_proxy_that_speaks_no_tls_is_not_gone_through() -> None:
    client = client_here()
    async with SocksProxy() as proxy, Wire(OK) as wire:
        url = proxy.url.replace("socks5:", "https:")
        error = await failure(go(client, wire.url, through(url, wire.url)))

        assert (error.code, wire.heard) == (ErrorCode.PROXY_FAILED, [])
    await client.close()
