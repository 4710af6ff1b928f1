"""What one connection may make the server hold, and how long it may keep it waiting."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import orjson
import pytest
from structlog.testing import capture_logs

from argosy.http import connection
from argosy.http.connection import HEADER_BYTES, MOST_WAITING, PIECE, Connection
from services.access.identity import Identity
from tests.integration.http.running import KEY, PATIENCE_SECONDS, Running, until

HEALTH = b"GET /health HTTP/1.1\r\nHost: argosy\r\n"
POST = (
    b"POST /graphql HTTP/1.1\r\nHost: argosy\r\nContent-Type: application/json\r\n"
    b"Authorization: Bearer " + KEY.encode() + b"\r\n"
)
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
QUERY = b'{"query": "{ viewer { name } }"}'
MUCH = 20_000_000  # bytes; far more than the buffers between client and server take


@dataclass(frozen=True, slots=True)
class Client:
    """A client that sends what it is told to, whether or not it makes sense."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def flood(self, data: bytes) -> int:
        """Send `data` again and again until the server has enough; return how many bytes."""
        sent = 0
        try:
            while sent < MUCH:
                await self.send(data)
                sent += len(data)
        except ConnectionError:
            pass
        return sent

    async def answer(self) -> tuple[int, bytes]:
        """Return the status and the body of the next answer."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.partition(b":")[2])
                for line in head.splitlines()
                if line.lower().startswith(b"content-length:")
            )
            return int(head.split()[1]), await self.reader.readexactly(length)

    async def end(self) -> bytes:
        """Return what still comes until the server closes."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.reader.read()


@asynccontextmanager
async def connected(argosy: Running) -> AsyncIterator[Client]:
    port = argosy.server.servers[0].sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Client(reader, writer)
    finally:
        writer.transport.abort()


def connections(argosy: Running) -> list[Connection]:
    return [c for c in argosy.server.server_state.connections if isinstance(c, Connection)]


async def gone(argosy: Running) -> None:
    """Wait until the server holds no connection and works for none."""
    state = argosy.server.server_state
    await until(lambda: not state.connections and not state.tasks)


def loud(logs: Iterable[Mapping[str, object]]) -> list[object]:
    """Return what an operator reads of the log."""
    return [line["event"] for line in logs if line["log_level"] != "debug"]


def code_of(body: bytes) -> str:
    return str(orjson.loads(body)["error"]["code"])


async def test_long_head_is_taken(argosy: Running) -> None:
    async with connected(argosy) as client:
        await client.send(HEALTH + b"X: " + b"x" * (HEADER_BYTES - 100) + b"\r\n\r\n")

        assert (await client.answer())[0] == 200


@pytest.mark.parametrize(
    "more",
    [b"X: " + b"x" * 100_000, b"X: a\r\n" * 20_000, b"x" * 100_000],
    ids=["value", "lines", "name"],
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


async def test_longer_address_is_refused(argosy: Running) -> None:
    async with connected(argosy) as client:
        await client.send(b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: argosy\r\n\r\n")

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

    assert (answer, rest) == ((200, b'{"data":{"viewer":{"name":"admin"}}}'), b"")


async def test_requests_sent_at_once_are_answered_in_order(argosy: Running) -> None:
    many = MOST_WAITING * 20
    paths = [b"/pages/argosy.svg", b"/pages/argosy.css"]
    expected = [len((await argosy.get(path.decode())).body) for path in paths]

    async with connected(argosy) as client:
        requests = [b"GET %s HTTP/1.1\r\nHost: argosy\r\n\r\n" % path for path in paths]
        await client.send(b"".join(requests) * many)
        lengths = [len((await client.answer())[1]) for _ in range(many * 2)]

    assert lengths == expected * many


async def test_bodies_sent_at_once_are_answered(argosy: Running) -> None:
    request = POST + b"Content-Length: %d\r\n\r\n" % len(QUERY) + QUERY

    async with connected(argosy) as client:
        sending = asyncio.create_task(client.send(request * 3000))
        answers = [await client.answer() for _ in range(3000)]
        await sending

    assert set(answers) == {(200, b'{"data":{"viewer":{"name":"admin"}}}')}


async def test_requests_of_a_client_that_reads_no_answer_are_not_piled_up(
    argosy: Running,
) -> None:
    request = b"GET /docs/graphql HTTP/1.1\r\nHost: argosy\r\n\r\n"

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
    request = b"GET /docs/graphql HTTP/1.1\r\nHost: argosy\r\n\r\n"

    async with connected(argosy) as client:
        await client.flood(request * 1000)
        await gone(argosy)


async def test_request_that_is_cut_off_is_told_why(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered = asyncio.Event()

    async def hang(*_: object) -> object:
        entered.set()
        return await asyncio.Event().wait()

    monkeypatch.setattr(argosy.container._store, "fetch", hang)

    with capture_logs() as logs:
        async with connected(argosy) as client:
            await client.send(HEALTH + b"\r\n")
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
    request = b"GET /docs/graphql HTTP/1.1\r\nHost: argosy\r\n\r\n"

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
    authenticate = argosy.container.keys.authenticate

    async def slow(key: str) -> Identity:
        await go_on.wait()
        return await authenticate(key)

    monkeypatch.setattr(argosy.container.keys, "authenticate", slow)
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
