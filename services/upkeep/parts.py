"""The parts of the server: how each is, and restarting one while the others go on."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import structlog

from services.access.identity import Identity
from services.audit.remarks import remark
from services.clock import Clock
from services.errors import ArgosyError, Conflict, NotFound, Unavailable

PATIENCE_SECONDS = 20.0  # that whoever asks waits for a restart; it goes on after that
END_SECONDS = 5.0  # that the end of the server waits for one
# What older systems call them.
OTHER_NAMES: Mapping[str, str] = {"celery_worker": "runner", "celery": "runner", "worker": "runner"}

log = structlog.get_logger(__name__)


class PartState(StrEnum):
    """How a part is."""

    RUNNING = "RUNNING"
    RESTARTING = "RESTARTING"
    FAILED = "FAILED"  # it should run, and does not


Step = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What can be restarted. `close` loses nothing, and `open` goes on where it ended."""

    name: str
    title: str
    open: Step
    close: Step
    is_well: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class PartStatus:
    """A part as it is now, `since` when, and what was wrong the last time, if anything."""

    name: str
    title: str
    state: PartState
    since: datetime
    restarts: int
    last_error: str | None


@dataclass(slots=True)
class _Kept:
    part: Part
    since: datetime
    restarts: int = 0
    last_error: str | None = None
    was: PartState = field(default=PartState.RUNNING)


class Parts:
    """Knows the parts. Each is added once it is there; they are opened by whoever made them."""

    def __init__(self, *, clock: Clock, patience: float = PATIENCE_SECONDS) -> None:
        self._clock = clock
        self._patience = patience
        self._parts: dict[str, _Kept] = {}
        self._work: asyncio.Task[None] | None = None
        self._restarting: str | None = None
        self._is_closed = False

    def add(self, part: Part) -> None:
        """Have a part among them."""
        self._parts[part.name] = _Kept(part, self._clock.now())

    def open(self) -> None:
        """Let parts be restarted from now on: all of them are open."""
        self._is_closed = False

    async def close(self) -> None:
        """Let none be restarted, and wait a moment for one that is: all will be closed next."""
        self._is_closed = True
        if self._work is not None and not self._work.done():
            await asyncio.wait([self._work], timeout=END_SECONDS)
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    @property
    def names(self) -> Sequence[str]:
        """Their names, in order."""
        return sorted(self._parts)

    def look(self) -> list[PartStatus]:
        """Return how each is, in the order of their names."""
        return [self._status(self._parts[name]) for name in self.names]

    async def restart(self, identity: Identity, name: str) -> PartStatus:
        """Close and open one part, and return how it is then.

        Raises `NotFound` with the names that there are, `Conflict` while another restarts or all
        of them stand still, and `Unavailable` if it does not come up, or takes longer than one
        waits: it goes on then.
        """
        identity.require_admin()
        kept = self._find(name)
        if self._restarting is not None:
            message = f"{self._restarting} is being restarted. Try again when it is up."
            raise Conflict(message, field="service")
        if self._is_closed:  # it would be opened twice
            message = (
                "All services stand still, for a backup is being restored or the server stops. "
                "They start by themselves afterwards."
            )
            raise Conflict(message, field="service")
        remark(service=kept.part.name)
        self._restarting = kept.part.name
        self._work = asyncio.create_task(self._restart(kept), name=f"restart of {kept.part.name}")
        done, _ = await asyncio.wait([self._work], timeout=self._patience)
        if not done:
            message = (
                f"{kept.part.name} takes longer than {self._patience:g} seconds to restart. It "
                "goes on; `services` shows when it is up."
            )
            raise Unavailable(message)
        if kept.last_error is not None:
            message = f"{kept.part.name} did not come up again: {kept.last_error}"
            raise Unavailable(message)
        return self._status(kept)

    def _find(self, name: str) -> _Kept:
        known = self._parts.get(OTHER_NAMES.get(name, name))
        if known is None:
            message = f"There is no service {name[:64]!r}. There are: {', '.join(self.names)}."
            raise NotFound(message, field="service")
        return known

    async def _restart(self, kept: _Kept) -> None:
        name = kept.part.name
        kept.since, kept.was, kept.last_error = self._clock.now(), PartState.RESTARTING, None
        try:
            await _try(name, kept.part.close)  # what could not be closed may still be opened
            # What it does from now on has nothing to do with the request that asked for this.
            opening = asyncio.create_task(
                _try(name, kept.part.open), name=f"start of {name}", context=Context()
            )
            kept.last_error = await opening
        finally:
            self._restarting = None
            kept.restarts += 1
            kept.since = self._clock.now()
            kept.was = PartState.RUNNING if kept.last_error is None else PartState.FAILED
        log.info("service.restarted", service=name, error=kept.last_error)

    def _status(self, kept: _Kept) -> PartStatus:
        if self._restarting != kept.part.name:
            state = PartState.RUNNING if kept.part.is_well() else PartState.FAILED
            if state is not kept.was:
                kept.was, kept.since = state, self._clock.now()
        return PartStatus(
            name=kept.part.name,
            title=kept.part.title,
            state=kept.was,
            since=kept.since,
            restarts=kept.restarts,
            last_error=kept.last_error,
        )


async def _try(name: str, step: Step) -> str | None:
    """Take a step, and return what went wrong, if anything did."""
    try:
        await step()
    except ArgosyError as error:
        log.warning("service.not_restarted", service=name, reason=error.message)
        return error.message
    except Exception as error:
        log.exception("service.not_restarted", service=name)
        return type(error).__name__
    return None
