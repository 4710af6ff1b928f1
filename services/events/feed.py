"""What one follower of events has not taken yet: all of it in order, within a bound.

A log is not conflated: who falls too far behind is told so, with the place to go on from, and
costs no more memory than that.
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from services.access.identity import Identity
from services.events.cursors import Place
from services.events.log import Event

MOST_HELD = 256 * 1024  # bytes, about


class LagReason(StrEnum):
    """Why somebody was not given events."""

    SLOW = "SLOW"  # they did not read, and too much came meanwhile
    EXPIRED = "EXPIRED"  # what they ask for is kept no more, or never was


@dataclass(frozen=True, slots=True)
class Lagged:
    """Events right after `after` were not given (SLOW), or cannot be (EXPIRED)."""

    reason: LagReason
    after: Place


@dataclass(frozen=True, slots=True)
class EventUpdate:
    """One event, or that some were left out. Go on after `place`."""

    place: Place
    event: Event | None = None
    lagged: Lagged | None = None


class Told(Protocol):
    """Something that somebody owns, or the server, and its size in bytes."""

    @property
    def owner_id(self) -> int | None: ...

    @property
    def size(self) -> int: ...


T = TypeVar("T", bound=Told)
Told_contra = TypeVar("Told_contra", bound=Told, contravariant=True)


class Wanted(Protocol[Told_contra]):
    """Says what somebody asks for."""

    def takes(self, told: Told_contra, /) -> bool:
        """Whether it is wanted."""
        ...


class LogFeed(Generic[T]):
    """Holds what one identity may see and wants: events, or lines of the log."""

    def __init__(self, identity: Identity, wanted: Wanted[T]) -> None:
        self._identity = identity
        self._wanted = wanted
        self._held: deque[T] = deque()
        self._size = 0
        self._has_dropped = False
        self._wake = asyncio.Event()

    def offer(self, told: T) -> None:
        """Hold `told`; where that is too much, drop all that is held and remember that."""
        if not (self._identity.may_see(told.owner_id) and self._wanted.takes(told)):
            return
        if self._held and self._size + told.size > MOST_HELD:
            self.drop()
        self._held.append(told)
        self._size += told.size
        self._wake.set()

    def drop(self) -> None:
        """Drop all that is held, and remember that."""
        self._held.clear()
        self._size = 0
        self._has_dropped = True
        self._wake.set()

    async def take(self) -> T | None:
        """Return the next one; None where some were dropped before it."""
        while not self._held and not self._has_dropped:
            self._wake.clear()
            await self._wake.wait()
        if self._has_dropped:
            self._has_dropped = False
            return None
        told = self._held.popleft()
        self._size -= told.size
        return told
