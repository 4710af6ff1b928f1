"""Builds what counts: wrong logins, and what is asked in a minute."""

from limits.aio.storage import Storage

from argosy.settings import Settings
from services.access.limits.attempts import Attempts
from services.access.limits.counters import Counters
from services.access.limits.memory import Memory
from services.access.limits.rate_limits import Family, RateLimits
from services.access.limits.shared import Shared
from services.clock import Clock
from services.metrics import Metrics


class Counting:
    """Counts in Redis where there is one, else in memory.

    In memory each has room of its own, so that a flood of one pushes out nothing of the others.
    """

    def __init__(self, *, settings: Settings, clock: Clock, metrics: Metrics) -> None:
        self._clock = clock
        self._shared = (
            Shared(settings.redis, fallback=Memory(clock=clock), clock=clock, metrics=metrics)
            if settings.redis
            else None
        )
        self.attempts = Attempts(counters=self._counters(), known=self._counters())
        self.limits = RateLimits(
            counters=self._counters(),
            clock=clock,
            limits={
                Family.GRAPHQL: settings.rate_limit_graphql,
                Family.WS: settings.rate_limit_ws,
            },
        )

    def _counters(self) -> Counters:
        storage: Storage = self._shared or Memory(clock=self._clock)
        return Counters(storage=storage, clock=self._clock)

    async def close(self) -> None:
        """Let go of Redis."""
        if self._shared is not None:
            await self._shared.close()
