"""Whether the server can do its work."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from services.clock import Clock
from services.errors import Unavailable

Check = Callable[[], Awaitable[bool]]

CHECK_SECONDS = 2.0
OK, FAILED = "ok", "failed"

log = structlog.get_logger(__name__)


class Obstructed(Unavailable):
    """What a check raises whose reason may be shown to everybody."""


@dataclass(frozen=True, slots=True)
class Health:
    """What each part says of itself: `ok` or `failed`, and of some why."""

    version: str
    at: datetime
    uptime: timedelta
    parts: dict[str, str]
    reasons: dict[str, str] = field(default_factory=dict)

    @property
    def is_well(self) -> bool:
        """Whether all parts are well."""
        return all(word == OK for word in self.parts.values())


class HealthService:
    """Asks the parts."""

    def __init__(
        self,
        *,
        version: str,
        clock: Clock,
        uptime: Callable[[], timedelta],
        checks: Mapping[str, Check],
    ) -> None:
        self._version = version
        self._clock = clock
        self._uptime = uptime
        self._checks = dict(checks)

    async def examine(self) -> Health:
        """Ask every part; one that does not answer in time has failed."""
        answers = await asyncio.gather(*(_ask(*check) for check in self._checks.items()))
        said = dict(zip(self._checks, answers, strict=True))
        return Health(
            version=self._version,
            at=self._clock.now(),
            uptime=self._uptime(),
            parts={part: word for part, (word, _) in said.items()},
            reasons={part: reason for part, (_, reason) in said.items() if reason},
        )


async def _ask(part: str, check: Check) -> tuple[str, str | None]:
    """Return the word of a part, and the sentence that it gives for people if it has one."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return (OK if await check() else FAILED), None
    except Exception as error:  # noqa: BLE001 - however a part fails, it has failed
        log.warning("health.check_failed", part=part, reason=str(error) or "no answer in time")
        return FAILED, error.message if isinstance(error, Obstructed) else None
