"""How long one connection may keep the server waiting."""

import asyncio

import pytest
from structlog.testing import capture_logs

from argosy.http import connection
from argosy.http.connection import Connection
from services.access.identity import Identity
from tests.integration.http.running import Running, until
from tests.integration.http.wiring import (
    HEALTH,
    POST,
    QUERY,
    code_of,
    connected,
    connections,
    gone,
    loud,
)


@pytest.mark.parametrize("sent", [b"", QUERY[:5]], ids=["nothing", "half"])
async def test_client_that_leaves_within_a_body_is_no_error(argosy: Running, sent: bytes) -> None:
    with capture_logs() as logs:
        async with connected(argosy) as client:
            await client.send(POST + b"Content-Length: 1000\r\n\r\n" + sent)
            await until(lambda: bool(argosy.server.server_state.tasks))
        await gone(argosy)

    assert loud(logs) == []
    assert "graphql.left" in [line["event"] for line in logs]


@pytest.mark.parametrize("sent", [b"G", HEALTH], ids=["a letter", "half"])
async def test_head_that_does_not_come_is_given_up(
    argosy: Running, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.01)

    async with connected(argosy) as client:
        await client.send(sent)
        status, body = await client.answer()

    assert (status, code_of(body)) == (408, "INVALID_INPUT")


async def test_client_that_says_nothing_is_given_up_without_a_word(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.01)

    async with connected(argosy) as client:
        assert await client.end() == b""


async def test_second_head_that_does_not_come_is_given_up(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected(argosy) as client:
        await client.send(HEALTH + b"\r\n")
        assert (await client.answer())[0] == 200
        (held,) = connections(argosy)
        monkeypatch.setattr(connection, "HEAD_SECONDS", 0.01)
        await client.send(HEALTH)
        await until(lambda: held._deadline is not None)
        held._look()

        assert (await client.answer())[0] == 408


async def test_body_that_does_not_come_is_given_up(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.05)
    monkeypatch.setattr(connection, "BODY_SECONDS", 0.01)

    with capture_logs() as logs:
        async with connected(argosy) as client:
            await client.send(POST + b"Content-Length: 1000\r\n\r\n{")
            status, body = await client.answer()
        await gone(argosy)

    assert (status, code_of(body)) == (408, "INVALID_INPUT")
    assert loud(logs) == []


async def test_answer_may_take_longer_than_the_request(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.01)
    monkeypatch.setattr(connection, "BODY_SECONDS", 0.01)
    looks = 0
    look = Connection._look
    fetch = argosy.container._store.fetch

    def counted(self: Connection) -> None:
        nonlocal looks
        looks += 1
        look(self)

    async def slow(*arguments: object) -> object:
        await until(lambda: looks > 3)
        return await fetch(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Connection, "_look", counted)
    monkeypatch.setattr(argosy.container._store, "fetch", slow)

    async with connected(argosy) as client:
        await client.send(HEALTH + b"\r\n")

        assert (await client.answer())[0] == 200


async def test_client_that_reads_no_answer_is_given_up(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.01)
    monkeypatch.setattr(connection, "UNREAD_SECONDS", 0.01)
    request = b"GET /docs/graphql HTTP/1.1\r\nHost: localhost\r\n\r\n"

    async with connected(argosy) as client:
        await client.flood(request * 1000)
        await gone(argosy)


async def test_request_that_is_cut_off_is_told_why(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered = asyncio.Event()

    async def hang(_: str) -> Identity:
        entered.set()
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(argosy.container.access.keys, "authenticate", hang)

    with capture_logs() as logs:
        async with connected(argosy) as client:
            await client.send(POST + b"Content-Length: %d\r\n\r\n" % len(QUERY) + QUERY)
            await entered.wait()
            for held in connections(argosy):
                for task in list(held.tasks):
                    task.cancel()
            status, body = await client.answer()

    assert (status, code_of(body)) == (503, "UNAVAILABLE")
    assert loud(logs) == []


async def test_body_that_does_not_come_does_not_hold_up_the_end(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "STOP_SECONDS", 0.01)

    with capture_logs() as logs:
        async with connected(argosy) as client:
            await client.send(POST + b"Content-Length: 1000\r\n\r\n{")
            await until(lambda: bool(argosy.server.server_state.tasks))
            for held in connections(argosy):
                held.shutdown()
            status, body = await client.answer()
            await gone(argosy)

    assert (status, code_of(body)) == (503, "UNAVAILABLE")
    assert loud(logs) == []


async def test_answers_that_are_not_read_do_not_hold_up_the_end(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "STOP_SECONDS", 0.01)
    request = b"GET /docs/graphql HTTP/1.1\r\nHost: localhost\r\n\r\n"

    async with connected(argosy) as client:
        flooding = asyncio.create_task(client.flood(request * 1000))
        await until(lambda: any(held.flow.write_paused for held in connections(argosy)))
        for held in connections(argosy):
            held.shutdown()
        await gone(argosy)
        await flooding


async def test_requests_that_wait_are_not_begun_at_the_end(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = asyncio.Event()
    authenticate = argosy.container.access.keys.authenticate

    async def slow(key: str) -> Identity:
        await go_on.wait()
        return await authenticate(key)

    monkeypatch.setattr(argosy.container.access.keys, "authenticate", slow)
    request = POST + b"Content-Length: %d\r\n\r\n" % len(QUERY) + QUERY

    async with connected(argosy) as client:
        await client.send(request * 100)
        await until(lambda: any(held.pipeline for held in connections(argosy)))
        for held in connections(argosy):
            held.shutdown()
        go_on.set()
        status, _ = await client.answer()
        rest = await client.end()

    assert (status, rest) == (200, b"")
