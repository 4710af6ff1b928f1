"""Who asks, where proxies stand between."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs

from argosy.http.proxies import Proxied
from argosy.lists import Proxies
from tests.integration.http.running import Running, serving

PROXIES = TypeAdapter(Proxies).validate_python("127.0.0.1,10.0.0.0/8,fd00::/8")


async def seen(
    peer: str | None, *headers: tuple[str, str], scheme: str = "http"
) -> tuple[str | None, str]:
    """Return from whom and how a request seems to come."""
    found: Scope = {}

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        found.update(scope)

    raw = [(name.lower().encode(), value.encode()) for name, value in headers]
    client = (peer, 1234) if peer else None
    scope = {"type": "http", "client": client, "scheme": scheme, "headers": raw}
    await Proxied(app, trusted=PROXIES)(scope, None, None)  # type: ignore[arg-type]
    return found["client"] and found["client"][0], found["scheme"]


@pytest.mark.parametrize(
    ("chain", "asker"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7", "203.0.113.7"),
        ("127.0.0.1, 203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, 10.0.0.5", "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7, 10.0.0.5, 10.0.0.6", "203.0.113.7"),
        ("10.0.0.9, 10.0.0.5", "10.0.0.9"),
        ("203.0.113.7:5555", "203.0.113.7"),
        ("[2001:db8::7]:5555", "2001:db8::7"),
        ("2001:db8::7", "2001:db8::7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("203.0.113.7,", "203.0.113.7"),
        ("203.0.113.7, unknown", "127.0.0.1"),
        ("203.0.113.7, unknown, 10.0.0.5", "10.0.0.5"),
        ("evil.example", "127.0.0.1"),
        ("", "127.0.0.1"),
        (",".join(["10.0.0.1"] * 2000), "10.0.0.1"),
    ],
)
async def test_chain_is_read_from_the_right(chain: str, asker: str) -> None:
    assert await seen("127.0.0.1", ("X-Forwarded-For", chain)) == (asker, "http")


async def test_lines_of_one_header_are_one_chain() -> None:
    lines = [("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", "203.0.113.7, 10.0.0.5")]

    assert await seen("127.0.0.1", *lines) == ("203.0.113.7", "http")


@pytest.mark.parametrize("peer", ["203.0.113.7", "::1", "2001:db8::1"])
async def test_stranger_is_not_believed(peer: str) -> None:
    headers = [("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Proto", "https")]

    assert await seen(peer, *headers) == (peer, "http")


@pytest.mark.parametrize(
    "header", ["Forwarded", "X-Forwarded-Host", "X-Real-IP", "Client-IP", "True-Client-IP"]
)
async def test_no_other_header_is_believed(header: str) -> None:
    value = "for=6.6.6.6;proto=https" if header == "Forwarded" else "6.6.6.6"

    assert await seen("127.0.0.1", (header, value)) == ("127.0.0.1", "http")


async def test_ipv4_is_ipv4_on_a_socket_for_both() -> None:
    assert await seen("::ffff:203.0.113.7") == ("203.0.113.7", "http")
    trusted = ("X-Forwarded-For", "203.0.113.8")
    assert await seen("::ffff:127.0.0.1", trusted) == ("203.0.113.8", "http")


@pytest.mark.parametrize(
    ("told", "scheme", "expected"),
    [
        ("https", "http", "https"),
        ("https", "ws", "wss"),
        ("HTTPS", "http", "https"),
        ("http", "http", "http"),
        ("https, http", "http", "http"),
        ("javascript", "http", "http"),
        ("", "ws", "ws"),
    ],
)
async def test_proxy_says_how_it_was_asked(told: str, scheme: str, expected: str) -> None:
    assert (await seen("127.0.0.1", ("X-Forwarded-Proto", told), scheme=scheme))[1] == expected


async def test_socket_without_an_address_is_nobodys() -> None:
    assert await seen(None, ("X-Forwarded-For", "6.6.6.6")) == (None, "http")


@pytest.fixture
async def behind(tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(tmp_path, trusted_proxies="127.0.0.1") as running:
        yield running


async def test_operator_is_told_once_of_a_proxy_that_is_not_trusted(argosy: Running) -> None:
    with capture_logs() as logs:
        for _ in range(3):
            await argosy.get("/health", X_Forwarded_For="6.6.6.6")

    (warning,) = [line for line in logs if line["event"] == "http.proxy_not_trusted"]
    assert warning["peer"] == "127.0.0.1"
    assert "ARGOSY_TRUSTED_PROXIES" in warning["advice"]


async def test_trusted_proxy_is_nothing_to_tell_of(behind: Running) -> None:
    with capture_logs() as logs:
        answer = await behind.get("/health", X_Forwarded_For="203.0.113.7")

    assert answer.status == 200
    assert [line["event"] for line in logs if line["log_level"] != "debug"] == []
