"""Bodies taken past the HTTP library, and connections given back to it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
from aiohttp import ClientSession, TCPConnector

from services.engines.http.body import BUFFER, Body, BrokenOff, can_be_taken, pour
from services.engines.loop import EngineLoop
from services.engines.rates import Rate
from tests.fakes.origin import content
from tests.fakes.ranges import Ask, Manner, Ranged

T = TypeVar("T")
Run = Callable[[Coroutine[Any, Any, T]], Awaitable[T]]

CERTIFICATE = Path(__file__).parents[4] / "fakes/localhost.pem"
BODY = content(5 << 20)
SECONDS = 20  # nothing here takes as long


@pytest.fixture(params=["asyncio", "uvloop"])
async def run(request: pytest.FixtureRequest) -> AsyncIterator[Run[Any]]:
    """Run something on a loop of that kind: the tests' own, or that of the engines."""
    if request.param == "asyncio":

        async def here(work: Coroutine[Any, Any, T]) -> T:
            async with asyncio.timeout(SECONDS):
                return await work

        yield here
        return
    loop = EngineLoop()
    loop.start()
    yield lambda work: loop.call(asyncio.wait_for(work, SECONDS))
    await loop.stop()


@pytest.fixture(params=["http", "https"])
def tls(request: pytest.FixtureRequest) -> ssl.SSLContext | None:
    """A server's side of TLS, or none."""
    if request.param == "http":
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def a_session() -> ClientSession:
    context = ssl.create_default_context(cafile=CERTIFICATE)
    context.check_hostname = False
    return ClientSession(connector=TCPConnector(ssl=context))


class Taker:
    """Takes bodies, one after another, and keeps what came of the last one."""

    def __init__(self, *, most: int | None = None, rates: tuple[Rate, ...] = ()) -> None:
        self.came = bytearray()
        self.body: Body | None = None
        self.began = asyncio.Event()
        self._most = most
        self._rates = rates

    def take(self, data: memoryview) -> bool:
        self.came += data
        if self.came:
            self.began.set()
        return self._most is None or len(self.came) < self._most

    async def get(self, session: ClientSession, url: str) -> bytes:
        self.came.clear()
        async with session.get(url) as response:
            assert can_be_taken(response)
            await pour(
                response,
                self.take,
                buffer=memoryview(bytearray(BUFFER)),
                rates=self._rates,
                expected=int(response.headers["Content-Length"]),
                began=self._begin,
            )
        return bytes(self.came)

    def _begin(self, body: Body) -> None:
        self.body = body


class TooMuch(Exception):
    """What a sink may raise."""


class Refusing(Taker):
    """Raises after the first bytes."""

    def take(self, data: memoryview) -> bool:
        raise TooMuch


async def get_all(url: str, *takers: Taker) -> list[bytes]:
    """Return the bodies that `takers` get in one session, one after another."""
    async with a_session() as session:
        return [await taker.get(session, url) for taker in takers]


def whole(_: Ask) -> Manner:
    return Manner(BODY)


async def test_connection_is_used_again(run: Run[list[bytes]], tls: ssl.SSLContext | None) -> None:
    async with Ranged(whole, tls) as server:
        bodies = await run(get_all(server.url, Taker(), Taker(), Taker()))

    assert bodies == [BODY] * 3
    assert (server.connections, len(server.asked)) == (1, 3)


async def test_connection_can_be_used_by_the_library_afterwards(
    run: Run[bytes], tls: ssl.SSLContext | None
) -> None:
    async def get_both(url: str) -> bytes:
        async with a_session() as session:
            await Taker().get(session, url)
            async with session.get(url) as response:
                return await response.read()

    async with Ranged(whole, tls) as server:
        body = await run(get_both(server.url))

    assert (body, server.connections) == (BODY, 1)


async def test_connection_with_more_than_was_announced_is_not_used_again(
    run: Run[list[bytes]], tls: ssl.SSLContext | None
) -> None:
    async with Ranged(lambda _: Manner(BODY, extra=b"x" * (1 << 20)), tls) as server:
        bodies = await run(get_all(server.url, Taker(), Taker()))

    assert bodies == [BODY] * 2
    assert server.connections == 2


async def test_connection_that_the_server_wants_to_end_is_not_used_again(
    run: Run[list[bytes]], tls: ssl.SSLContext | None
) -> None:
    async with Ranged(lambda _: Manner(BODY, headers=("Connection: close",)), tls) as server:
        bodies = await run(get_all(server.url, Taker(), Taker()))

    assert bodies == [BODY] * 2
    assert server.connections == 2


async def test_connection_is_ended_where_no_more_is_wanted(
    run: Run[list[bytes]], tls: ssl.SSLContext | None
) -> None:
    async with Ranged(whole, tls) as server:
        first, second = await run(get_all(server.url, Taker(most=2 << 20), Taker()))

    assert 2 << 20 <= len(first) < len(BODY)
    assert BODY.startswith(first)
    assert (second, server.connections) == (BODY, 2)


async def test_connection_that_breaks_is_said_to_have_broken_off(
    run: Run[None], tls: ssl.SSLContext | None
) -> None:
    taker = Taker()
    async with Ranged(lambda _: Manner(BODY, sends=3 << 20, breaks=True), tls) as server:
        with pytest.raises(BrokenOff):
            await run(get_all(server.url, taker))

    assert BODY.startswith(taker.came)
    assert len(taker.came) < len(BODY)


async def test_session_goes_on_after_a_connection_broke(
    run: Run[bytes], tls: ssl.SSLContext | None
) -> None:
    async def get_twice(url: str) -> bytes:
        async with a_session() as session:
            with pytest.raises(BrokenOff):
                await Taker().get(session, url)
            return await Taker().get(session, url)

    def manner(ask: Ask) -> Manner:
        return Manner(BODY, sends=3 << 20, breaks=True) if ask.number == 0 else Manner(BODY)

    async with Ranged(manner, tls) as server:
        assert await run(get_twice(server.url)) == BODY


async def test_what_the_sink_raises_comes_out(run: Run[None], tls: ssl.SSLContext | None) -> None:
    async with Ranged(whole, tls) as server:
        with pytest.raises(TooMuch):
            await run(get_all(server.url, Refusing()))


async def test_session_closes_after_a_body_was_cancelled(
    run: Run[int], tls: ssl.SSLContext | None
) -> None:
    async def cancel(url: str) -> int:
        taker = Taker()
        async with a_session() as session:
            getting = asyncio.create_task(taker.get(session, url))
            await taker.began.wait()
            getting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await getting
            assert session.connector is not None
            return len(session.connector._acquired)

    async with Ranged(lambda _: Manner(BODY, sends=2 << 20), tls) as server:
        assert await run(cancel(server.url)) == 0


async def test_body_can_be_made_to_fail(run: Run[None], tls: ssl.SSLContext | None) -> None:
    async def fail(url: str) -> None:
        taker = Taker()
        async with a_session() as session:
            getting = asyncio.create_task(taker.get(session, url))
            await taker.began.wait()
            assert taker.body is not None
            taker.body.fail(TooMuch("on purpose"))
            await getting

    async with Ranged(lambda _: Manner(BODY, sends=2 << 20), tls) as server:
        with pytest.raises(TooMuch, match="on purpose"):
            await run(fail(server.url))


async def test_reading_pauses_where_the_rate_is_used_up(
    run: Run[tuple[bool, int]], tls: ssl.SSLContext | None
) -> None:
    async def look(url: str) -> tuple[bool, int]:
        taker = Taker(rates=(Rate(None), Rate(1000)))
        async with a_session() as session:
            getting = asyncio.create_task(taker.get(session, url))
            await taker.began.wait()
            assert taker.body is not None
            is_paused, came = taker.body.is_paused, len(taker.came)
            getting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await getting
            return is_paused, came

    async with Ranged(whole, tls) as server:
        is_paused, came = await run(look(server.url))

    assert is_paused
    assert came < len(BODY)


async def test_reading_goes_on_after_a_pause(
    run: Run[list[bytes]], tls: ssl.SSLContext | None
) -> None:
    rate = Rate(200 << 20)  # five mebibytes are quickly there, and yet too many at once

    async with Ranged(whole, tls) as server:
        bodies = await run(get_all(server.url, Taker(rates=(rate,)), Taker(rates=(rate,))))

    assert bodies == [BODY] * 2
    assert server.connections == 1
