"""Ends what is open for somebody who may not go on: connections, and streams of events.

A key that is taken away, a login that ends, a user who loses a role: each advances the revision
of access. It is read twice a second, so that what another process does is noticed too, and
only while something is guarded. Then all that is guarded is looked at again, in few statements.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime

import structlog

from services.access.identity import Identity
from services.access.revision import read_revision
from services.access.standing import expiry, place_of, read_standings, why_over
from services.clock import Clock
from services.errors import Unavailable
from services.store.store import Store

LOOK_SECONDS = 0.5

log = structlog.get_logger(__name__)


class _Guarded:
    """Something that is open, and how it is ended."""

    def __init__(self, identity: Identity, end: Callable[[str], None]) -> None:
        self.identity = identity
        self.end = end
        self.is_new = True  # what happened since they proved who they are is not known yet
        self.expires_at = identity.credential.expires_at

    def is_due(self, now: datetime) -> bool:
        return self.is_new or (self.expires_at is not None and self.expires_at <= now)


class Revocations:
    """Looks after all that is guarded. `open` starts it."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._guarded: set[_Guarded] = set()
        self._revision: object = None
        self._is_needed = asyncio.Event()  # something is guarded
        self._hurry = asyncio.Event()
        self._looking = asyncio.Lock()
        self._loop: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to look."""
        self._loop = asyncio.create_task(self._look_forever(), name="revocations")

    async def close(self) -> None:
        """Look no more."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    @contextmanager
    def guard(self, identity: Identity, end: Callable[[str], None]) -> Iterator[None]:
        """Call `end` with the reason once `identity` may not go on, if that comes within this.

        It is called on the loop, once at most. It must be quick: what it ends is ended by others.
        """
        guarded = _Guarded(identity, end)
        self._guarded.add(guarded)
        self._is_needed.set()
        try:
            yield
        finally:
            self._guarded.discard(guarded)

    def hurry(self) -> None:
        """Look at once: this process has taken something away."""
        self._hurry.set()

    async def look(self) -> None:
        """End what may not go on, as the database has it now. Raises `Unavailable`."""
        async with self._looking:
            # The revision first: whatever changes after it is seen the next time.
            revision = await read_revision(self._store) if self._guarded else self._revision
            now = self._clock.now()
            is_other = revision != self._revision
            due = [guarded for guarded in self._guarded if is_other or guarded.is_due(now)]
            if due:
                await self._examine(due, now)
            self._revision = revision

    async def _examine(self, due: Sequence[_Guarded], now: datetime) -> None:
        standings = await read_standings(self._store, [guarded.identity for guarded in due])
        for guarded in due:
            standing = standings.get(place_of(guarded.identity))
            reason = why_over(guarded.identity, standing, now)
            if reason is not None:
                self._end(guarded, reason)
            elif standing is not None:
                guarded.is_new = False
                guarded.expires_at = expiry(guarded.identity, standing)

    def _end(self, guarded: _Guarded, reason: str) -> None:
        if guarded not in self._guarded:
            return  # it ended by itself while the database was asked
        self._guarded.discard(guarded)
        log.info(
            "access.ended",
            user=guarded.identity.user_name,
            credential=str(guarded.identity.credential),
            reason=reason,
        )
        try:
            guarded.end(reason)
        except Exception:
            log.exception("access.not_ended")

    async def _look_forever(self) -> None:
        while True:
            await self._next()
            try:
                await self.look()
            except Unavailable as error:
                log.warning("access.cannot_look", reason=error.message)
                await asyncio.sleep(LOOK_SECONDS)
            except Exception:
                log.exception("access.look_crashed")
                await asyncio.sleep(LOOK_SECONDS)

    async def _next(self) -> None:
        """Wait until it is time to look; with nothing to guard, until there is something."""
        if not self._guarded:
            self._is_needed.clear()
            await self._is_needed.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await self._hurry.wait()
        self._hurry.clear()
