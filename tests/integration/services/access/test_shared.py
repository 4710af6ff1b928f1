"""Counters in Redis, and what is counted while Redis is away."""

import asyncio
import os
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from services.access.limits.attempts import Attempts
from services.access.limits.counters import Counters
from services.access.limits.memory import Memory
from services.access.limits.shared import AWAY_SECONDS, Shared
from services.clock import SystemClock
from services.errors import RateLimited
from services.metrics import Metrics
from tests.fakes.clock import FakeClock
from tests.needs import needs, needs_redis

PASSWORD = "the-password-of-redis"
PATIENCE_SECONDS = 30


@pytest.fixture
def prefix() -> str:
    """What the keys of this test begin with, and no others."""
    return f"argosy-test-{uuid4().hex}"


@asynccontextmanager
async def shared(
    url: str, prefix: str, clock: FakeClock | SystemClock | None = None
) -> AsyncIterator[Shared]:
    clock = clock or FakeClock()
    made = Shared(
        url,
        fallback=Memory(clock=clock),
        clock=clock,
        metrics=Metrics(version="0"),
        prefix=prefix,
    )
    try:
        yield made
    finally:
        await made.close()


class Redis:
    """A Redis of the test's own, which can be stopped."""

    def __init__(self, folder: Path) -> None:
        (self._program,) = needs("redis-server")
        self._folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self.url = f"redis://:{PASSWORD}@127.0.0.1:{self._port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"--port {self._port} --bind 127.0.0.1 --requirepass {PASSWORD} --save ''"
        self.process = subprocess.Popen(
            [self._program, *options.split()], cwd=self._folder, stdout=subprocess.DEVNULL
        )
        while True:
            try:
                socket.create_connection(("127.0.0.1", self._port)).close()
            except ConnectionRefusedError:
                assert self.process.poll() is None
            else:
                return

    def stop(self) -> None:
        """End it at once."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(PATIENCE_SECONDS)

    def hang(self) -> None:
        """Have it take connections and answer nothing."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGSTOP)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    made = Redis(tmp_path)
    yield made
    made.stop()


async def test_servers_count_together(prefix: str) -> None:
    url = needs_redis()
    async with shared(url, prefix) as one, shared(url, prefix) as other:
        assert await one.incr("caller", 60) == 1
        assert await other.incr("caller", 60) == 2
        assert await one.get("caller") == 2
        assert await other.incr("caller", 60, -1) == 1
        await one.clear("caller")
        assert await other.get("caller") == 0


async def test_keys_end_by_themselves(prefix: str) -> None:
    clock = SystemClock()
    async with shared(needs_redis(), prefix, clock) as counters:
        await counters.incr("caller", 60)
        before = clock.now().timestamp()

        ends = await counters.get_expiry("caller")

        assert before + 55 < ends <= before + 62
        await counters.clear("caller")


async def test_wrong_logins_are_counted_over_all_servers(prefix: str) -> None:
    url, clock = needs_redis(), SystemClock()
    async with shared(url, prefix, clock) as one, shared(url, prefix, clock) as other:
        servers = [
            Attempts(counters=counters, known=counters)
            for counters in (
                Counters(storage=one, clock=clock),
                Counters(storage=other, clock=clock),
            )
        ]
        for number in range(5):
            await servers[number % 2].count("ann", "203.0.113.7")

        for server in servers:
            with pytest.raises(RateLimited):
                await server.count("ann", "203.0.113.7")

        await one.reset()


async def test_without_redis_it_counts_by_itself(redis: Redis, prefix: str) -> None:
    with capture_logs() as logs:
        async with shared(redis.url, prefix) as counters:
            counts = [await counters.incr("caller", 60) for _ in range(3)]
            failures = counters._metrics.registry.get_sample_value(
                "argosy_limit_store_failures_total"
            )

    assert counts == [1, 2, 3]
    assert failures == 1
    (line,) = logs
    assert (line["event"], line["log_level"]) == ("limits.redis_is_away", "warning")
    assert PASSWORD not in str(logs)


async def test_redis_that_comes_back_is_asked_again(redis: Redis, prefix: str) -> None:
    clock = FakeClock()
    redis.start()
    with capture_logs() as logs:
        async with shared(redis.url, prefix, clock) as counters:
            assert await counters.incr("caller", 600) == 1
            redis.stop()
            assert await counters.incr("caller", 600) == 1
            redis.start()
            assert await counters.incr("caller", 600) == 2
            clock.advance(AWAY_SECONDS)

            assert await counters.incr("caller", 600) == 1

    assert [line["event"] for line in logs] == ["limits.redis_is_away", "limits.redis_is_back"]


async def test_redis_that_hangs_is_waited_for_once(redis: Redis, prefix: str) -> None:
    redis.start()
    async with shared(redis.url, prefix) as counters:
        assert await counters.incr("caller", 600) == 1
        redis.hang()

        async with asyncio.timeout(PATIENCE_SECONDS):
            counts = [await counters.incr("caller", 600) for _ in range(1000)]

    assert counts == list(range(1, 1001))


async def test_wrong_password_is_no_reason_to_fail(redis: Redis, prefix: str) -> None:
    redis.start()
    async with shared(redis.url.replace(PASSWORD, "another"), prefix) as counters:
        assert await counters.incr("caller", 60) == 1


async def test_many_at_once_share_few_connections(prefix: str) -> None:
    async with shared(needs_redis(), prefix) as counters:
        counts = await asyncio.gather(*(counters.incr("caller", 60) for _ in range(60)))
        await counters.clear("caller")

    assert sorted(counts) == list(range(1, 61))
