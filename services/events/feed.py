"""What one follower of events has not taken yet: all of it in order, within a bound.

A log is not conflated: who falls too far behind is told so, with the place to go on from, and
costs no more memory than that.
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from services.access.identity import Identity
from services.events.cursors import Place
from services.events.log import Event, EventFilter

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


class LogFeed:
    """Holds the events that one identity may see and wants."""

    def __init__(self, identity: Identity, wanted: EventFilter) -> None:
        self._identity = identity
        self._wanted = wanted
        self._held: deque[Event] = deque()
        self._size = 0
        self._has_dropped = False
        self._wake = asyncio.Event()

    def offer(self, event: Event) -> None:
        """Hold `event`; where that is too much, drop all that is held and remember that."""
        if not (self._identity.may_see(event.owner_id) and self._wanted.takes(event)):
            return
        if self._held and self._size + event.size > MOST_HELD:
            self._held.clear()
            self._size = 0
            self._has_dropped = True
        self._held.append(event)
        self._size += event.size
        self._wake.set()

    async def take(self) -> Event | None:
        """Return the next event; None where some were dropped before it."""
        while not self._held:
            self._wake.clear()
            await self._wake.wait()
        if self._has_dropped:
            self._has_dropped = False
            return None
        event = self._held.popleft()
        self._size -= event.size
        return event
