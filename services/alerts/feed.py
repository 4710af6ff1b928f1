"""Following alerts: each thing that happens to one, in order."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from enum import StrEnum

from services.access.identity import Identity
from services.alerts.issues import Level
from services.events.feed import EventUpdate
from services.events.kinds import ServerEventKind, Topic
from services.events.log import Event, EventFilter
from services.events.tail import Tail

WANTED = EventFilter(topic=Topic.ALERTS)


class AlertEventKind(StrEnum):
    """What happened to an alert."""

    RAISED = ServerEventKind.ALERT_RAISED.value
    RESTORED = ServerEventKind.ALERT_RESTORED.value
    ACKNOWLEDGED = ServerEventKind.ALERT_ACKNOWLEDGED.value


class AlertFeed:
    """Gives what happens to the alerts that one identity may see."""

    def __init__(self, *, tail: Tail) -> None:
        self._tail = tail

    async def follow(
        self, identity: Identity, least: Level | None, after: str | None
    ) -> AsyncGenerator[EventUpdate, None]:
        """Yield what happens to alerts of a level or a worse one, from now on or from `after` on.

        Where events are left out, that is said in their place. Raises `InvalidInput` if `after`
        is no cursor.
        """
        levels = at_least(least)
        async with aclosing(self._tail.follow(identity, WANTED, after)) as updates:
            async for update in updates:
                if update.event is None or level_of(update.event) in levels:
                    yield update


def at_least(least: Level | None) -> frozenset[Level]:
    """Return the levels from `least` on; without one, all."""
    levels = list(Level)  # they get worse
    return frozenset(levels if least is None else levels[levels.index(least) :])


def level_of(event: Event) -> Level:
    """Return the level of the alert that an event is about."""
    return Level(str(event.data["level"]))
