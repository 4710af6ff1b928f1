"""Requests to addresses that are not public: no connection is ever made."""

from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp.abc import ResolveResult

from services.errors import ErrorCode
from services.outgoing import client as client_module
from services.outgoing.addresses import AddressPolicy, AllowedNetwork
from services.outgoing.client import OutgoingClient
from services.outgoing.sessions import CheckedResolver
from tests.fakes.canary import Canary
from tests.fakes.wire import Said, Wire, answer
from tests.integration.services.outgoing.going import Fetch, failure, fetcher, lead

OK = answer("200 OK", body=b"body")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.99.0.1",
        "[::ffff:127.0.0.1]",
        "localhost",
        "LOCALHOST.",
        "0.0.0.0",
        "0",
    ],
)
async def test_this_machine_is_not_reached_by_any_spelling(
    fetch: Fetch, canary: Canary, host: str
) -> None:
    error = await failure(fetch(f"http://{host}:{canary.port}/"))

    assert error.code is ErrorCode.FORBIDDEN_ADDRESS
    assert await canary.visitors() == 0


async def test_address_with_a_dot_behind_it_leads_nowhere(fetch: Fetch, canary: Canary) -> None:
    error = await failure(fetch(f"http://127.0.0.1.:{canary.port}/"))

    assert error.code is ErrorCode.INVALID_URL
    assert await canary.visitors() == 0


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["::ffff:127.0.0.1"],
        ["fd00::1"],
        ["8.8.8.8", "127.0.0.1"],
        ["127.0.0.1", "8.8.8.8"],
        ["2606:4700:4700::1111", "::1"],
    ],
)
async def test_name_that_leads_inside_is_refused(
    fetch: Fetch, canary: Canary, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    lead(monkeypatch, {"inside.example": addresses})

    error = await failure(fetch(f"http://inside.example:{canary.port}/"))

    assert error.code is ErrorCode.FORBIDDEN_ADDRESS
    assert error.message.startswith("inside.example leads to ")
    assert await canary.visitors() == 0


async def test_name_is_looked_up_once_for_a_connection(
    fetch_here: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up = lead(monkeypatch, {"rebinds.example": ["127.0.0.1"]})
    async with Wire(OK) as wire:
        await fetch_here(f"http://rebinds.example:{wire.port}/")

        assert looked_up == ["rebinds.example"]
        assert wire.heard[0].headers["host"] == f"rebinds.example:{wire.port}"


async def test_connection_goes_to_no_address_that_was_not_checked(
    fetch: Fetch, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def resolve(_: CheckedResolver, host: str, port: int, family: int) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=port, family=family, proto=6, flags=0
            )
        ]

    monkeypatch.setattr(CheckedResolver, "resolve", resolve)

    error = await failure(fetch(f"http://unchecked.example:{canary.port}/"))

    assert error.code is ErrorCode.FORBIDDEN_ADDRESS
    assert await canary.visitors() == 0


async def test_gate_at_the_socket_holds_where_urls_are_not_checked(
    fetch: Fetch, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "check_target", lambda *_: None)

    error = await failure(fetch(f"http://127.0.0.1:{canary.port}/"))

    assert error.code is ErrorCode.FORBIDDEN_ADDRESS
    assert await canary.visitors() == 0


def to_literal(canary: Canary) -> str:
    return f"http://127.0.0.1:{canary.port}/"


def to_spelling(canary: Canary) -> str:
    return f"http://0x7f.1:{canary.port}/"


def to_localhost(canary: Canary) -> str:
    return f"http://localhost:{canary.port}/"


def to_name(canary: Canary) -> str:
    return f"http://inside.example:{canary.port}/"


def to_no_scheme(canary: Canary) -> str:
    return f"//127.0.0.1:{canary.port}/"


@pytest.mark.parametrize("hops", [1, 3])
@pytest.mark.parametrize("target", [to_literal, to_spelling, to_localhost, to_name, to_no_scheme])
async def test_redirect_inside_is_refused_at_every_hop(
    canary: Canary, monkeypatch: pytest.MonkeyPatch, hops: int, target: Callable[[Canary], str]
) -> None:
    on_the_way = [answer("302 Found", f"Location: /{hop}") for hop in range(1, hops)]
    last = answer("302 Found", f"Location: {target(canary)}")
    async with Wire(*on_the_way, last) as wire:
        lead(monkeypatch, {"inside.example": ["127.0.0.1"], "localhost": ["127.0.0.1", "::1"]})
        policy = AddressPolicy([AllowedNetwork.parse(f"127.0.0.1:{wire.port}")])
        client = OutgoingClient(policy=policy, user_agent="Argosy/test")

        error = await failure(fetcher(client)(wire.url))

        await client.close()
        assert error.code is ErrorCode.FORBIDDEN_ADDRESS
        assert len(wire.heard) == hops
        assert await canary.visitors() == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect_by_any_status_is_checked(canary: Canary, status: int) -> None:
    async with Wire(answer(f"{status} Elsewhere", f"Location: {to_literal(canary)}")) as wire:
        policy = AddressPolicy([AllowedNetwork.parse(f"127.0.0.1:{wire.port}")])
        client = OutgoingClient(policy=policy, user_agent="Argosy/test")

        error = await failure(fetcher(client)(wire.url))

        await client.close()
        assert error.code is ErrorCode.FORBIDDEN_ADDRESS
        assert await canary.visitors() == 0


async def test_listed_port_opens_no_other_port(canary: Canary) -> None:
    policy = AddressPolicy([AllowedNetwork.parse("127.0.0.1:9")])
    client = OutgoingClient(policy=policy, user_agent="Argosy/test")

    error = await failure(fetcher(client)(f"http://127.0.0.1:{canary.port}/"))

    await client.close()
    assert error.code is ErrorCode.FORBIDDEN_ADDRESS
    assert await canary.visitors() == 0


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
async def test_proxies_of_the_environment_are_ignored(
    fetch_here: Fetch, canary: Canary, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")
    async with Wire(OK) as wire:
        answered = await fetch_here(wire.url)

    assert answered == (200, b"body")
    assert await canary.visitors() == 0


async def test_passwords_of_the_environment_are_not_sent(
    fetch_here: Fetch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login alice password hunter2\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    async with Wire(OK) as wire:
        await fetch_here(wire.url)

        assert "authorization" not in wire.heard[0].headers


@pytest.mark.parametrize("said", [OK, answer("404 Not Found", body=b"body")])
async def test_allowed_address_is_reached(fetch_here: Fetch, said: Said) -> None:
    async with Wire(said) as wire:
        _, body = await fetch_here(wire.url)

    assert body == b"body"


async def test_localhost_is_reached_when_one_of_its_addresses_is_allowed(
    fetch_here: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead(monkeypatch, {"localhost": ["::1", "127.0.0.1"]})
    async with Wire(OK) as wire:
        assert await fetch_here(f"http://localhost:{wire.port}/") == (200, b"body")
