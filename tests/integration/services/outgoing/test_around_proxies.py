"""Hosts that are reached without the proxy of the server."""

import pytest

from services.errors import ErrorCode
from services.outgoing.proxies import system_proxy
from services.outgoing.routes import SYSTEM_PROXY
from tests.fakes.proxy import ConnectProxy
from tests.fakes.wire import Wire, answer
from tests.integration.services.outgoing.going import client_here, failure, go, lead, through

OK = answer("200 OK", body=b"body")


@pytest.mark.parametrize(
    ("host", "around", "met"),
    [
        ("files.example", ["files.example"], 0),
        ("files.example", ["example"], 0),
        ("files.example", [".files.example"], 1),
        ("files.example", ["127.0.0.0/8"], 0),
        ("127.0.0.1", ["127.0.0.1"], 0),
        ("127.0.0.1", ["10.0.0.0/8"], 1),
    ],
)
async def test_listed_hosts_are_reached_without_the_proxy_of_the_server(
    host: str, around: list[str], met: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead(monkeypatch, {name: ["127.0.0.1"] for name in ("files.example", "127.0.0.1")})
    async with ConnectProxy() as proxy, Wire(OK) as wire:
        client = client_here(system_proxy=system_proxy(proxy.url, around))
        url = f"http://{host}:{wire.port}/"
        answered = await go(client, url, through(SYSTEM_PROXY, url))

        assert (answered, proxy.met) == ((200, b"body"), met)
        await client.close()


async def test_what_is_reached_without_the_proxy_of_the_server_is_checked() -> None:
    async with ConnectProxy() as proxy:
        client = client_here(system_proxy=system_proxy(proxy.url, ["10.0.0.0/8"]))
        url = "http://10.0.0.1/"
        error = await failure(go(client, url, through(SYSTEM_PROXY, url)))

        assert (error.code, proxy.met) == (ErrorCode.FORBIDDEN_ADDRESS, 0)
        await client.close()


async def test_list_of_the_server_is_not_for_proxies_of_users() -> None:
    async with ConnectProxy() as proxy, Wire(OK) as wire:
        client = client_here(system_proxy=system_proxy(proxy.url, ["127.0.0.1"]))
        answered = await go(client, wire.url, through(proxy.url, wire.url))

        assert (answered, proxy.met) == ((200, b"body"), 1)
        await client.close()
