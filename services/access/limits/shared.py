"""Counters in Redis, which several servers share; in memory while Redis is away.

A limit that is counted by each server alone is better than none, and better than a server that
refuses everybody because a part beside it is gone.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import structlog
from limits.aio.storage import Storage
from limits.errors import StorageError

from services.access.limits.memory import Memory
from services.clock import Clock
from services.metrics import Metrics

if TYPE_CHECKING:
    from redis.asyncio import BlockingConnectionPool

PREFIX = "argosy:limits"
PATIENCE_SECONDS = 0.5  # that a request waits for Redis, before it goes on without
AWAY_SECONDS = 5.0  # that Redis is not asked again, when it was away
MOST_CONNECTIONS = 20

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Shared(Storage):
    """Asks Redis at `url`, and counts by itself while that does not answer."""

    STORAGE_SCHEME = None

    def __init__(
        self, url: str, *, fallback: Memory, clock: Clock, metrics: Metrics, prefix: str = PREFIX
    ) -> None:
        super().__init__()
        self._redis, self._pool = _connect(url, prefix)
        self._fallback = fallback
        self._clock = clock
        self._metrics = metrics
        self._again_at: float | None = None  # while Redis is away

    async def close(self) -> None:
        """Let go of the connections."""
        await self._pool.disconnect()

    @property
    def base_exceptions(self) -> type[Exception]:
        return StorageError

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        return await self._ask(lambda storage: storage.incr(key, expiry, amount))

    async def get(self, key: str) -> int:
        return await self._ask(lambda storage: storage.get(key))

    async def get_expiry(self, key: str) -> float:
        return await self._ask(lambda storage: storage.get_expiry(key))

    async def check(self) -> bool:
        return await self._ask(lambda storage: storage.check())

    async def reset(self) -> int | None:
        return await self._ask(lambda storage: storage.reset())

    async def clear(self, key: str) -> None:
        await self._ask(lambda storage: storage.clear(key))

    async def _ask(self, ask: Callable[[Storage], Awaitable[T]]) -> T:
        now = self._clock.monotonic()
        was_away = self._again_at is not None
        if self._again_at is None or now >= self._again_at:
            if was_away:
                self._again_at = now + AWAY_SECONDS  # one request tries, the others need not wait
            try:
                found = await ask(self._redis)
            except StorageError as error:
                self._lose(error)
            else:
                if was_away:
                    self._again_at = None
                    log.info("limits.redis_is_back")
                return found
        return await ask(self._fallback)

    def _lose(self, error: StorageError) -> None:
        self._metrics.limit_store_failures.inc()
        if self._again_at is None:
            reason = type(error.__cause__).__name__  # its words may have the password
            log.warning("limits.redis_is_away", reason=reason)
        self._again_at = self._clock.monotonic() + AWAY_SECONDS


async def answers(url: str) -> bool:
    """Whether there is a Redis at `url` that takes the password in it."""
    redis, pool = _connect(url, PREFIX)
    try:
        await redis.get("doctor")
    except StorageError:
        return False
    finally:
        await pool.disconnect()
    return True


def _connect(url: str, prefix: str) -> "tuple[Storage, BlockingConnectionPool]":
    # Only who uses Redis waits for its library.
    from limits.aio.storage import RedisStorage
    from redis.asyncio import BlockingConnectionPool
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff

    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=MOST_CONNECTIONS,
        timeout=PATIENCE_SECONDS,
        socket_timeout=PATIENCE_SECONDS,
        socket_connect_timeout=PATIENCE_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    storage = RedisStorage(
        "async+redis://",  # the pool knows where it is
        wrap_exceptions=True,
        implementation="redispy",
        key_prefix=prefix,
        connection_pool=pool,  # type: ignore[arg-type]
    )
    return storage, pool
