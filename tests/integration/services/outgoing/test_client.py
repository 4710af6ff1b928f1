"""Exchanges that go well, that go elsewhere and that fail."""

import asyncio
import socket
import ssl
from pathlib import Path

import pytest

from services.errors import ErrorCode, FetchFailed
from services.outgoing import client as client_module
from services.outgoing import lookup as lookup_module
from services.outgoing.addresses import AddressPolicy, AllowedNetwork
from services.outgoing.client import OutgoingClient
from tests.fakes.wire import Said, Wire, answer, chunked
from tests.integration.services.outgoing.going import Fetch, failure, fetcher, lead

OK = answer("200 OK", body=b"body")
CERTIFICATE = Path(__file__).parents[3] / "fakes/localhost.pem"


def by_itself() -> ssl.SSLContext:
    """Return a server's side of TLS whose certificate nobody vouches for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


async def test_request_says_who_asks(fetch_here: Fetch) -> None:
    async with Wire(OK) as wire:
        await fetch_here(f"{wire.url}/a%20b?q=1")

        (heard,) = wire.heard
    assert heard.target == "/a%20b?q=1"
    assert heard.headers["user-agent"] == "Argosy/test"
    assert heard.headers["accept-encoding"] == "identity"


async def test_cookies_are_not_kept(fetch_here: Fetch) -> None:
    async with Wire(answer("200 OK", "Set-Cookie: a=b"), OK) as wire:
        await fetch_here(wire.url)
        await fetch_here(wire.url)

        assert "cookie" not in wire.heard[1].headers


async def test_body_comes_as_it_was_sent(fetch_here: Fetch) -> None:
    body = b"\x1f\x8b not really gzip"
    async with Wire(answer("200 OK", "Content-Encoding: gzip", body=body)) as wire:
        assert await fetch_here(wire.url) == (200, body)


async def test_chunked_body_is_put_together(fetch_here: Fetch) -> None:
    said = answer("200 OK", "Transfer-Encoding: chunked", body=chunked(b"bo", b"dy"))
    async with Wire(said) as wire:
        assert await fetch_here(wire.url) == (200, b"body")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect_is_followed(fetch_here: Fetch, status: int) -> None:
    async with Wire(answer(f"{status} Elsewhere", "Location: /b c?d#e"), OK) as wire:
        answered = await fetch_here(f"{wire.url}/a/")

        assert answered == (200, b"body")
        assert [heard.target for heard in wire.heard] == ["/a/", "/b%20c?d"]


@pytest.mark.parametrize(
    "said",
    [
        answer("302 Found", body=b"body"),
        answer("300 Multiple Choices", "Location: /b", body=b"body"),
        answer("304 Not Modified"),
        answer("404 Not Found", body=b"body"),
        answer("503 Service Unavailable", body=b"body"),
    ],
)
async def test_every_other_answer_is_given(fetch_here: Fetch, said: Said) -> None:
    async with Wire(said) as wire:
        status, _ = await fetch_here(wire.url)

    assert status == int(said.content.split(b" ")[1])


async def test_five_redirects_are_followed(fetch_here: Fetch) -> None:
    hops = [answer("302 Found", f"Location: /{hop}") for hop in range(1, 6)]
    async with Wire(*hops, OK) as wire:
        assert await fetch_here(wire.url) == (200, b"body")


async def test_endless_redirects_are_given_up(fetch_here: Fetch) -> None:
    async with Wire(*[answer("302 Found", "Location: /")] * 7) as wire:
        error = await failure(fetch_here(wire.url))

        assert error.code is ErrorCode.TOO_MANY_REDIRECTS
        assert len(wire.heard) == 6


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("file:///etc/passwd", ErrorCode.UNSUPPORTED_SCHEME),
        ("ftp://example.com/a", ErrorCode.UNSUPPORTED_SCHEME),
        ("data:text/plain,a", ErrorCode.UNSUPPORTED_SCHEME),
        ("http://alice:hunter2@example.com/", ErrorCode.INVALID_URL),
        ("http://example.com:99999/", ErrorCode.INVALID_URL),
        ("http://[::1/", ErrorCode.INVALID_URL),
    ],
)
async def test_redirect_to_what_is_not_fetched_is_refused(
    fetch_here: Fetch, location: str, code: ErrorCode
) -> None:
    async with Wire(answer("302 Found", f"Location: {location}"), OK) as wire:
        error = await failure(fetch_here(wire.url))

        assert isinstance(error, FetchFailed)
        assert (error.code, error.temporary) == (code, False)
        assert "hunter2" not in error.message
        assert len(wire.heard) == 1


async def test_certificate_that_nobody_vouches_for_is_refused(fetch_here: Fetch) -> None:
    async with Wire(OK, tls=by_itself()) as wire:
        error = await failure(fetch_here(wire.url))

        assert isinstance(error, FetchFailed)
        assert (error.code, error.temporary) == (ErrorCode.TLS_FAILED, False)
        assert wire.heard == []


async def test_redirect_to_such_a_certificate_is_refused(fetch_here: Fetch) -> None:
    async with Wire(OK, tls=by_itself()) as there:
        async with Wire(answer("302 Found", f"Location: {there.url}/")) as wire:
            error = await failure(fetch_here(wire.url))

        assert error.code is ErrorCode.TLS_FAILED
        assert there.heard == []


async def test_name_that_does_not_exist_may_exist_later(
    fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead(monkeypatch, {})

    error = await failure(fetch("http://nowhere.example/"))

    assert isinstance(error, FetchFailed)
    assert (error.code, error.temporary) == (ErrorCode.NAME_NOT_RESOLVED, True)
    assert "nowhere.example" in error.message


async def test_look_up_that_takes_too_long_is_given_up(
    fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def getaddrinfo(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(lookup_module, "LOOKUP_SECONDS", 0.01)

    error = await failure(fetch("http://slow.example/"))

    assert error.code is ErrorCode.NAME_NOT_RESOLVED


async def test_refused_connection_may_be_taken_later(fetch_here: Fetch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    error = await failure(fetch_here(f"http://127.0.0.1:{port}/"))

    assert isinstance(error, FetchFailed)
    assert (error.code, error.temporary) == (ErrorCode.CONNECTION_FAILED, True)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Said(b""), ErrorCode.INCOMPLETE),
        (Said(b"HTTP/1.1 200 OK\r\nContent-Le"), ErrorCode.INCOMPLETE),
        (answer("200 OK", body=b"body", cut=2), ErrorCode.INCOMPLETE),
        (
            answer("200 OK", "Transfer-Encoding: chunked", body=chunked(b"body"), cut=7),
            ErrorCode.INCOMPLETE,
        ),
        (Said(b"SSH-2.0-OpenSSH_9.2\r\n"), ErrorCode.BAD_RESPONSE),
        (answer("200 OK", "Content-Length: 1e3"), ErrorCode.BAD_RESPONSE),
        (answer("200 OK", "X: " + "x" * 20_000), ErrorCode.BAD_RESPONSE),
    ],
)
async def test_broken_answer_may_be_whole_later(
    fetch_here: Fetch, said: Said, code: ErrorCode
) -> None:
    async with Wire(said) as wire:
        error = await failure(fetch_here(wire.url))

    assert isinstance(error, FetchFailed)
    assert (error.code, error.temporary) == (code, True)


@pytest.mark.parametrize(
    "said", [Said(b"", holds=True), answer("200 OK", body=b"body", cut=2, holds=True)]
)
async def test_silent_server_is_given_up(monkeypatch: pytest.MonkeyPatch, said: Said) -> None:
    monkeypatch.setattr(client_module, "SILENCE_SECONDS", 0.05)
    policy = AddressPolicy([AllowedNetwork.parse("127.0.0.1")])
    client = OutgoingClient(policy=policy, user_agent="Argosy/test")
    async with Wire(said) as wire:
        error = await failure(fetcher(client)(wire.url))

    await client.close()
    assert isinstance(error, FetchFailed)
    assert (error.code, error.temporary) == (ErrorCode.TIMED_OUT, True)


@pytest.mark.parametrize("before", [(), (answer("302 Found", "Location: /b"),)])
async def test_head_that_creeps_is_given_up(
    fetch_here: Fetch, monkeypatch: pytest.MonkeyPatch, before: tuple[Said, ...]
) -> None:
    monkeypatch.setattr(client_module, "ANSWER_SECONDS", 0.05)
    async with Wire(*before, Said(b"HTTP/1.1 200 OK\r\nX-", holds=True)) as wire:
        error = await failure(fetch_here(wire.url))

    assert isinstance(error, FetchFailed)
    assert (error.code, error.temporary) == (ErrorCode.TIMED_OUT, True)


async def test_redirect_is_followed_word_for_word(fetch_here: Fetch) -> None:
    signed = "/a%2Fb?sig=a%2Fb%3D%2B&k=%41|[x]"
    async with Wire(answer("302 Found", f"Location: {signed}"), OK) as wire:
        await fetch_here(wire.url)

        assert wire.heard[1].target == signed


async def test_redirect_in_other_letters_is_followed(fetch_here: Fetch) -> None:
    async with Wire(answer("302 Found", "Location: /ä"), OK) as wire:
        await fetch_here(wire.url)

        assert wire.heard[1].target == "/%C3%A4"
