"""Which names the server answers to."""

import socket
from pathlib import Path

import aiohttp
import pytest

from tests.integration.http.running import Running, serving
from tests.integration.http.wiring import code_of, connected

MACHINE = socket.gethostname().partition(".")[0].lower()


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:1",
        "localhost.",
        "any.localhost:8060",
        "127.0.0.1",
        "127.0.0.1.",
        "203.0.113.7:8060",
        "[::1]:8060",
        "[2001:db8::1]",
        MACHINE,
        f"{MACHINE}.local:8060",
    ],
)
async def test_name_that_no_stranger_can_have_is_answered(argosy: Running, host: str) -> None:
    answer = await argosy.get("/health", Host=host)

    assert answer.status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "notlocalhost",
        "argosy.example.com",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
    ],
)
@pytest.mark.parametrize("path", ["/", "/health", "/metrics", "/nothing"])
async def test_name_that_another_may_have_is_refused(argosy: Running, host: str, path: str) -> None:
    answer = await argosy.get(path, Host=f"{host}:8060")

    assert answer.status == 421
    assert answer.json["error"]["code"] == "HOST_NOT_ALLOWED"
    assert answer.json["error"]["message"] == (
        f"This server does not answer to the name {host}. If that is its name, put it into "
        "ARGOSY_ALLOWED_HOSTS, or into ARGOSY_PUBLIC_URL where it stands behind a proxy, and "
        "restart it."
    )


async def test_graphql_tells_of_it_in_its_own_form(argosy: Running) -> None:
    answer = await argosy.post({"query": "{ viewer { name } }"}, Host="evil.example")

    assert (answer.status, answer.code) == (421, "HOST_NOT_ALLOWED")
    assert answer.error["extensions"]["requestId"] == answer.headers["X-Request-Id"]


async def test_socket_for_another_name_is_refused(argosy: Running) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await argosy.session.ws_connect(f"{argosy.url}/graphql", headers={"Host": "evil.example"})

    assert refused.value.status == 421
    assert refused.value.headers is not None
    assert refused.value.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "host",
    ["user@localhost", "localhost/", "localhost:99999", "local host", "localhost,localhost", "::1"],
)
async def test_what_names_no_host_is_a_bad_request(argosy: Running, host: str) -> None:
    answer = await argosy.get("/health", Host=host)

    assert (answer.status, answer.json["error"]["code"]) == (400, "INVALID_INPUT")


@pytest.mark.parametrize(
    ("request_line", "headers", "status"),
    [
        (b"GET /health HTTP/1.1", b"", 400),
        (b"GET /health HTTP/1.1", b"Host:\r\n", 400),
        (b"GET /health HTTP/1.1", b"Host: localhost\r\nHost: localhost\r\n", 400),
        (b"GET /health HTTP/1.1", b"Host: localhost\r\nHost: evil.example\r\n", 400),
        (b"GET /health HTTP/1.0", b"", 200),
        (b"GET /health HTTP/1.0", b"Host: evil.example\r\n", 421),
        (b"GET http://evil.example/health HTTP/1.1", b"Host: localhost\r\n", 421),
        (b"GET http://localhost/health HTTP/1.1", b"Host: evil.example\r\n", 200),
        (b"GET HTTP://localhost:80/health?x HTTP/1.1", b"Host: localhost\r\n", 200),
        (b"GET http://localhost@evil.example/health HTTP/1.1", b"Host: localhost\r\n", 400),
        (b"GET ftp://localhost/health HTTP/1.1", b"Host: localhost\r\n", 404),
        (b"OPTIONS * HTTP/1.1", b"Host: localhost\r\n", 404),
        (b"GET http://localhost HTTP/1.1", b"Host: localhost\r\n", 200),
    ],
)
async def test_host_is_taken_from_where_the_standard_says(
    argosy: Running, request_line: bytes, headers: bytes, status: int
) -> None:
    async with connected(argosy) as client:
        await client.send(request_line + b"\r\n" + headers + b"\r\n")

        assert (await client.answer())[0] == status


async def test_socket_asked_for_by_a_whole_address_is_for_that_host(argosy: Running) -> None:
    async with connected(argosy) as client:
        await client.send(
            b"GET http://evil.example/graphql HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        status, body = await client.answer()

    assert status == 421
    assert b"HOST_NOT_ALLOWED" in body


async def test_connection_to_elsewhere_is_not_made(argosy: Running) -> None:
    async with connected(argosy) as client:
        await client.send(b"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        status, body = await client.answer()

    assert (status, code_of(body)) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("argosy.example.com", 200),
        ("nas", 200),
        ("a.home.example.com", 200),
        ("home.example.com", 421),
        ("anas", 421),
        ("evilhome.example.com", 421),
        ("listening.example", 200),
    ],
)
async def test_operator_says_which_names_are_the_servers(
    tmp_path: Path, host: str, status: int
) -> None:
    async with serving(
        tmp_path,
        public_url="https://argosy.example.com",
        allowed_hosts="nas,.home.example.com",
        host="listening.example",
    ) as argosy:
        assert (await argosy.get("/health", Host=host)).status == status
