"""What one connection may make the server hold."""

import asyncio
import socket

import orjson
import pytest
from structlog.testing import capture_logs

from argosy.http.connection import HEADER_BYTES, MOST_HEADERS, MOST_WAITING, PIECE, Connection
from tests.integration.http.running import Running, until
from tests.integration.http.wiring import (
    CHUNKED,
    HEALTH,
    MUCH,
    POST,
    QUERY,
    code_of,
    connected,
    connections,
    gone,
    loud,
)

ADMIN = b'{"data":{"viewer":{"name":"admin"}},"extensions":{"cost":{"requested":1,"maximum":5000}}}'


async def test_long_head_is_taken(argosy: Running) -> None:
    async with connected(argosy) as client:
        await client.send(HEALTH + b"X: " + b"x" * (HEADER_BYTES - 100) + b"\r\n\r\n")

        assert (await client.answer())[0] == 200


@pytest.mark.parametrize(
    "more",
    [b"X: " + b"x" * 100_000, b"x" * 100_000],
    ids=["value", "name"],
)
async def test_longer_head_is_refused(argosy: Running, more: bytes) -> None:
    async with connected(argosy) as client:
        await client.send(HEALTH + more + b"\r\n\r\n")
        status, body = await client.answer()
        rest = await client.end()

    assert (status, code_of(body), rest) == (431, "LIMIT_REACHED", b"")
    assert orjson.loads(body)["error"]["message"] == (
        "The head of a request has 16384 bytes at most."
    )


async def test_hundred_headers_are_taken_and_no_more(argosy: Running) -> None:
    async with connected(argosy) as client:
        await client.send(HEALTH + b"X: a\r\n" * (MOST_HEADERS - 1) + b"\r\n")
        taken, _ = await client.answer()
        await client.send(HEALTH + b"X: a\r\n" * MOST_HEADERS + b"\r\n")
        status, body = await client.answer()
        rest = await client.end()

    assert taken == 200
    assert (status, code_of(body), rest) == (431, "LIMIT_REACHED", b"")
    assert orjson.loads(body)["error"]["message"] == "A request has 100 headers at most."


async def test_longer_address_is_refused(argosy: Running) -> None:
    async with connected(argosy) as client:
        await client.send(b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")

        assert (await client.answer())[0] == 431


@pytest.mark.parametrize(
    "head",
    [HEALTH, CHUNKED + b"1;x=", CHUNKED + b"1\r\n{\r\n0\r\n", b"\r\n"],
    ids=["head", "extension", "trailers", "blank lines"],
)
@pytest.mark.parametrize("line", [b"X: a\r\n", b"\r\n", b"x"], ids=["lines", "blank", "letters"])
async def test_what_never_ends_is_not_taken(argosy: Running, head: bytes, line: bytes) -> None:
    async with connected(argosy) as client:
        await client.send(head)
        sent = await client.flood(line * 10_000)
        await gone(argosy)

    assert sent < MUCH


async def test_body_is_not_counted_as_head(argosy: Running) -> None:
    body = QUERY.ljust(1_000_000)

    async with connected(argosy) as client:
        for _ in range(3):
            await client.send(POST + b"Content-Length: %d\r\n\r\n" % len(body) + body)

            assert (await client.answer())[0] == 200


async def test_body_in_small_chunks_is_not_counted_as_head(argosy: Running) -> None:
    chunks = b"".join(b"1;x=y\r\n%c\r\n" % letter for letter in QUERY.ljust(20_000))

    async with connected(argosy) as client:
        await client.send(CHUNKED + chunks + b"0\r\n\r\n")

        assert (await client.answer())[0] == 200


async def test_headers_after_the_body_are_none_of_the_request(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    complete = Connection.on_message_complete

    def on_message_complete(self: Connection) -> None:
        seen.append([name for name, _ in self.scope["headers"]])
        complete(self)

    monkeypatch.setattr(Connection, "on_message_complete", on_message_complete)

    async with connected(argosy) as client:
        await client.send(CHUNKED + b"%x\r\n" % len(QUERY) + QUERY + b"\r\n0\r\n")
        await client.send(b"X-Late: 1\r\nX-Later: 2\r\n\r\n")
        status, _ = await client.answer()

    assert status == 200
    assert seen == [[b"host", b"content-type", b"authorization", b"transfer-encoding"]]


@pytest.mark.parametrize(
    "garbage", [b"\x16\x03\x01\x02\x00", b"hello\r\n\r\n", b"GET / HTTP/9\r\n"]
)
async def test_what_is_not_http_is_refused(argosy: Running, garbage: bytes) -> None:
    async with connected(argosy) as client:
        await client.send(garbage)
        status, body = await client.answer()

    assert (status, code_of(body)) == (400, "INVALID_INPUT")


async def test_request_is_answered_though_nonsense_follows(argosy: Running) -> None:
    short = POST + b"Content-Length: %d\r\n\r\n" % (len(QUERY)) + QUERY + b"}"

    async with connected(argosy) as client:
        await client.send(short)
        answer = await client.answer()
        rest = await client.end()

    assert (answer, rest) == ((200, ADMIN), b"")


async def test_requests_sent_at_once_are_answered_in_order(argosy: Running) -> None:
    many = MOST_WAITING * 20
    paths = [b"/pages/argosy.svg", b"/pages/argosy.css"]
    expected = [len((await argosy.get(path.decode())).body) for path in paths]

    async with connected(argosy) as client:
        requests = [b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n" % path for path in paths]
        await client.send(b"".join(requests) * many)
        lengths = [len((await client.answer())[1]) for _ in range(many * 2)]

    assert lengths == expected * many


async def test_bodies_sent_at_once_are_answered(argosy: Running) -> None:
    request = POST + b"Content-Length: %d\r\n\r\n" % len(QUERY) + QUERY

    async with connected(argosy) as client:
        sending = asyncio.create_task(client.send(request * 3000))
        answers = [await client.answer() for _ in range(3000)]
        await sending

    assert set(answers) == {(200, ADMIN)}


async def test_requests_of_a_client_that_reads_no_answer_are_not_piled_up(
    argosy: Running,
) -> None:
    request = b"GET /docs/graphql HTTP/1.1\r\nHost: localhost\r\n\r\n"

    with capture_logs() as logs:
        async with connected(argosy) as client:
            transport = client.writer.transport
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            flooding = asyncio.create_task(client.flood(request * 1000))
            await until(lambda: bool(connections(argosy)))
            (held,) = connections(argosy)
            await until(lambda: held.flow.write_paused and bool(held._unparsed))
            waiting, unparsed = len(held.pipeline), len(held._unparsed)
            flooding.cancel()
            await asyncio.wait([flooding])
        await gone(argosy)

    assert waiting <= MOST_WAITING + PIECE / len(request)
    assert unparsed <= 512 * 1024
    assert loud(logs) == []
