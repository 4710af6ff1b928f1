"""Redirects that lead to other origins: what they hear of the task, and what they do not."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from yarl import URL

from services.errors import ErrorCode, FetchFailed
from services.outgoing.client import OutgoingClient
from services.outgoing.cookies import Cookie
from services.outgoing.visitor import Visitor
from tests.fakes.wire import Heard, Said, Wire, answer
from tests.integration.services.outgoing.going import client_here, failure, go, lead

OK = answer("200 OK", body=b"body")
PRIVATE = {"authorization", "cookie", "referer", "x-key"}


@pytest.fixture
async def client() -> AsyncIterator[OutgoingClient]:
    """A client that may reach 127.0.0.1 as well."""
    made = client_here()
    yield made
    await made.close()


def full(origin: str) -> Visitor:
    return Visitor(
        origin=URL(origin),
        user_agent="Agent/1",
        referer="https://page.example/",
        headers=[("X-Key", "k")],
        cookies=[Cookie("a", "b", "127.0.0.1")],
        username="alice",
        password="hunter2",
    )


def private(heard: Heard) -> set[str]:
    return PRIVATE & heard.headers.keys()


async def test_first_hop_hears_everything(client: OutgoingClient) -> None:
    async with Wire(OK) as wire:
        await go(client, wire.url, full(wire.url))

        (heard,) = wire.heard
    assert heard.headers["authorization"] == "Basic YWxpY2U6aHVudGVyMg=="
    assert heard.headers["cookie"] == "a=b"
    assert heard.headers["referer"] == "https://page.example/"
    assert heard.headers["user-agent"] == "Agent/1"
    assert heard.headers["x-key"] == "k"


async def test_redirect_on_the_same_origin_hears_everything(client: OutgoingClient) -> None:
    async with Wire(answer("302 Found", "Location: /b"), OK) as wire:
        await go(client, wire.url, full(wire.url))

        assert private(wire.heard[1]) == PRIVATE


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_other_origin_hears_the_user_agent_alone(client: OutgoingClient, status: int) -> None:
    async with (
        Wire(OK) as there,
        Wire(answer(f"{status} Elsewhere", f"Location: {there.url}/b")) as wire,
    ):
        await go(client, wire.url, full(wire.url))

        (heard,) = there.heard
    assert private(heard) == set()
    assert heard.headers["user-agent"] == "Agent/1"


async def test_other_name_for_the_same_server_is_another_origin(
    client: OutgoingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead(monkeypatch, {"other.example": ["127.0.0.1"]})
    async with Wire() as wire:
        location = f"Location: http://other.example:{wire.port}/"
        wire.answers += [answer("302 Found", location), OK]
        await go(client, wire.url, full(wire.url))

        assert [private(heard) for heard in wire.heard] == [PRIVATE, set()]


async def test_origin_hears_everything_again_when_redirects_come_back(
    client: OutgoingClient,
) -> None:
    async with Wire() as wire, Wire() as there:
        wire.answers += [answer("302 Found", f"Location: {there.url}/"), OK]
        there.answers += [answer("302 Found", f"Location: {wire.url}/back")]
        await go(client, wire.url, full(wire.url))

        assert [private(heard) for heard in wire.heard] == [PRIVATE, PRIVATE]
        assert private(there.heard[0]) == set()


async def test_cookie_of_a_redirect_is_brought_along(client: OutgoingClient) -> None:
    hop = answer("302 Found", "Location: /b", "Set-Cookie: c=d; Path=/")
    async with Wire(hop, OK) as wire:
        await go(client, wire.url, full(wire.url))

        assert wire.heard[1].headers["cookie"] == "a=b; c=d"


async def test_cookie_is_kept_between_requests_of_one_task(client: OutgoingClient) -> None:
    async with Wire(answer("200 OK", "Set-Cookie: c=d"), OK, OK) as wire:
        visitor = Visitor(origin=URL(wire.url))
        await go(client, wire.url, visitor)
        await go(client, wire.url, visitor)
        await go(client, wire.url, Visitor(origin=URL(wire.url)))

        cookies = [heard.headers.get("cookie") for heard in wire.heard]
    assert cookies == [None, "c=d", None]


async def test_headers_of_the_engine_take_the_place_of_others(client: OutgoingClient) -> None:
    async with Wire(OK) as wire:
        visitor = Visitor(origin=URL(wire.url), headers=[("accept-encoding", "gzip")])
        headers = {"Accept-Encoding": "identity"}
        async with client.get(URL(wire.url), headers, visitor=visitor):
            pass

        assert wire.heard[0].headers["accept-encoding"] == "identity"


async def test_client_says_who_asks_where_the_task_does_not(client: OutgoingClient) -> None:
    async with Wire(OK) as wire:
        await go(client, wire.url, Visitor(origin=URL(wire.url)))

        assert wire.heard[0].headers["user-agent"] == "Argosy/test"


async def test_answer_is_waited_for_as_long_as_is_asked(client: OutgoingClient) -> None:
    async with Wire(Said(b"HTTP/1.1 200 OK\r\n", holds=True)) as wire:
        began = asyncio.get_running_loop().time()

        async def get() -> None:
            async with client.get(URL(wire.url), {}, answer_seconds=0.02):
                pass

        error = await failure(get())

    assert isinstance(error, FetchFailed)
    assert (error.code, error.temporary) == (ErrorCode.TIMED_OUT, True)
    assert asyncio.get_running_loop().time() - began < 1
