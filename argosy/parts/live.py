"""What takes new values of settings while the server runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from services.access.limits.rate_limits import Family, RateLimits
from services.access.quotas.tiers import Tiers
from services.audit.log import AuditLog
from services.configuration.live import Apply
from services.engines.engine import Engine
from services.engines.http.engine import HttpEngine
from services.engines.loop import EngineLoop
from services.engines.single import SingleEngine
from services.events.log import Bounds, EventLog
from services.logs.levels import set_threshold
from services.outgoing.hosts import Hosts
from services.tasks.limits.queue import Queue
from services.tasks.running.runner import EmbeddedRunner
from services.tasks.running.turns import Limits
from services.tasks.telling.board import Board


@dataclass(frozen=True, slots=True, kw_only=True)
class Takers:
    """Those who take them, each by attributes or methods of its own."""

    runner: EmbeddedRunner
    limits: Limits
    queue: Queue
    board: Board
    engines: Mapping[str, Engine]
    hosts: Hosts  # of the engines that have no caps of their own
    loop: EngineLoop
    events: EventLog
    audit: AuditLog
    rate_limits: RateLimits
    tiers: Tiers

    def applies(self) -> dict[str, Apply]:
        """Return what to call with a new value, by the names of the settings."""
        return {
            "log_level": set_threshold,
            "max_concurrent_downloads": self._at_once,
            "max_concurrent_downloads_per_user": partial(self._limit, "user"),
            "max_concurrent_downloads_per_host": partial(self._limit, "host"),
            "max_connections_per_download": self._connections,
            "max_connections_per_host": partial(self._hosts, "connections_per_host"),
            "start_rate_per_host": partial(self._hosts, "start_rate"),
            "hash": self._hash,
            "tiers": self.tiers.replace,
            "progress_interval": self._interval,
            "rate_limit_graphql": partial(self.rate_limits.set, Family.GRAPHQL),
            "rate_limit_ws": partial(self.rate_limits.set, Family.WS),
            "event_log_days": self._event_days,
            "event_log_entries": self._event_entries,
            "audit_days": self._audit_days,
        }

    def _at_once(self, most: int) -> None:
        self.runner.most = self.queue.most = most
        self.runner.wake()

    def _limit(self, of: str, most: int) -> None:
        setattr(self.limits, of, most)
        self.runner.wake()

    def _connections(self, most: int) -> None:
        for engine in self._http():
            engine.settings.connections = most

    def _hosts(self, name: str, value: float) -> None:
        """Set one of the two caps for hosts, of every engine: they belong to the engines' loop."""
        for engine in self._http():
            setattr(engine.settings, name, value)
            most, rate = engine.settings.connections_per_host, engine.settings.start_rate
            self.loop.soon(partial(engine.limit_hosts, most, rate))
            self.loop.soon(partial(self.hosts.limit, most, rate))

    def _http(self) -> list[HttpEngine]:
        return [engine for engine in self.engines.values() if isinstance(engine, HttpEngine)]

    def _hash(self, when: Any) -> None:
        for engine in self.engines.values():
            if isinstance(engine, HttpEngine):
                engine.settings.hash = when
            elif isinstance(engine, SingleEngine):
                engine.hash = when

    def _interval(self, seconds: float) -> None:
        self.runner.progress_seconds = self.board.interval = seconds

    def _event_days(self, days: float) -> None:
        self.events.bounds = Bounds(timedelta(days=days), self.events.bounds.entries)

    def _event_entries(self, most: int) -> None:
        self.events.bounds = Bounds(self.events.bounds.age, most)

    def _audit_days(self, days: float) -> None:
        self.audit.age = timedelta(days=days)
