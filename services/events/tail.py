"""The end of the log of events, as it grows: read once in each process, and given to everybody.

It is read after each commit of this process that wrote events, and now and then besides: on
PostgreSQL other servers write too. Whoever comes back gets what was missed, from memory where it
is recent, else from storage, and joins what is live where that ends.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from itertools import islice

import structlog

from services.access.identity import Identity
from services.errors import NotFound, Unavailable
from services.events.cursors import read_place
from services.events.feed import EventUpdate, Lagged, LagReason, LogFeed
from services.events.kinds import Topic
from services.events.log import ALL, Event, EventFilter, EventLog
from services.ids import TASK, show
from services.metrics import Metrics
from services.store.store import Store

POLL_SECONDS = 0.5
AGAIN_SECONDS = 1.0  # after the database could not be read
MOST_KEPT = 4096  # events in memory
MOST_KEPT_BYTES = 4 * 1024 * 1024  # of them, about
PAGE = 500  # events that are read at once
REPLAY_PAGE = 100  # events that one who comes back holds at once

log = structlog.get_logger(__name__)


class Tail:
    """Reads new events and offers them to those who follow. `open` starts it."""

    def __init__(self, *, events: EventLog, store: Store, metrics: Metrics) -> None:
        self._events = events
        self._metrics = metrics
        self._feeds: dict[LogFeed[Event], tuple[int, Topic]] = {}  # whose, and about what
        self._listeners: list[Callable[[Event], None]] = []
        self._log_name = ""  # until `open`
        self._position = 0  # all events up to this number have been offered
        self._floor = 0  # those above this number are kept here
        self._kept: deque[Event] = deque()
        self._kept_size = 0
        self._reading = asyncio.Lock()
        self._wake = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        store.watch(self._wake.set)

    async def open(self) -> None:
        """Begin at the end of the log; after `close`, go on where that was.

        Those who follow have stayed, and miss nothing; where the log is another one by now, for a
        backup was restored, they are told that.
        """
        if self._log_name != self._events.name:
            self._log_name = self._events.name
            self._kept.clear()
            self._kept_size = 0
            self._position = self._floor = await self._events.newest()
            for feed in self._feeds:
                feed.drop()
        self._wake.set()
        self._loop = asyncio.create_task(self._read_forever(), name="event tail")

    @property
    def is_well(self) -> bool:
        """Whether somebody reads."""
        return self._loop is not None and not self._loop.done()

    async def close(self) -> None:
        """Read no more. Those who follow are given nothing more."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    def listen(self, call: Callable[[Event], None]) -> None:
        """Call `call` with each new event, in order. It must be quick, and not fail."""
        self._listeners.append(call)

    @property
    def followers(self) -> int:
        """How many follow what is live."""
        return len(self._feeds)

    def followers_of(self, topic: Topic, viewer: Identity) -> int:
        """Return how many follow events about `topic`: of everybody, or `viewer` alone."""
        return sum(t is topic and viewer.may_see(whose) for whose, t in self._feeds.values())

    async def catch_up(self) -> None:
        """Offer all events that are in storage by now."""
        async with self._reading:
            while True:
                events = await self._events.read(self._position, PAGE)
                for event in events:
                    self._give(event)
                if len(events) < PAGE:
                    return

    async def follow(
        self, identity: Identity, wanted: EventFilter = ALL, after: str | None = None
    ) -> AsyncGenerator[EventUpdate, None]:
        """Yield each event that `identity` may see and wants, from now on or from `after` on.

        Where events are left out, that is said in their place. Raises `NotFound` about a task
        of which nothing is known that they may see, and `InvalidInput` if `after` is no cursor.
        """
        if wanted.task_id is not None and not await self._events.knows(identity, wanted.task_id):
            message = f"There is no event about a task {show(TASK, wanted.task_id)}."
            raise NotFound(message, field="filter.taskId")
        given = self._position if after is None else await self._start(after)
        log_name = self._events.name
        while given is None or given < self._position:
            if given is None:
                given = self._position
                yield self._lagged(LagReason.EXPIRED, given)
                continue
            page, reached = await self._replay(identity, wanted, given)
            if self._events.name != log_name:  # a backup was restored meanwhile
                log_name, given = self._events.name, None
                continue
            for event in page:
                yield self._update(event)
            given = reached
        feed = LogFeed[Event](
            identity, wanted
        )  # nothing was awaited since the position was looked at
        self._feeds[feed] = (identity.user_id, wanted.topic)
        try:
            while True:
                live = await feed.take()
                if live is None and self._events.name != log_name:
                    log_name, given = self._events.name, self._position
                    yield self._lagged(LagReason.EXPIRED, given)
                    continue
                if live is None:
                    yield self._lagged(LagReason.SLOW, given)
                    continue
                given = live.seq
                yield self._update(live)
        finally:
            del self._feeds[feed]

    async def _start(self, after: str) -> int | None:
        """Return the number to go on after; None for a place that this log does not have."""
        place = read_place(after)
        if place.log != self._events.name:
            return None
        if place.seq > self._position:
            await self.catch_up()  # perhaps it was read from storage before it was read here
        return place.seq if place.seq <= self._position else None

    async def _replay(
        self, identity: Identity, wanted: EventFilter, after: int
    ) -> tuple[list[Event], int | None]:
        """Return what comes next of the past, and up to which number that is all.

        That is None where what comes next is not kept any more.
        """
        upto = self._position
        if after >= self._floor:
            found = (
                event
                for event in self._kept
                if event.seq > after and identity.may_see(event.owner_id) and wanted.takes(event)
            )
            events = list(islice(found, REPLAY_PAGE))
        else:
            events = await self._events.read_for(
                identity, wanted, after=after, upto=upto, most=REPLAY_PAGE
            )
            # Looked up last: what was pruned before the events were read is known by now.
            if await self._events.pruned() > after:
                return [], None
        return events, events[-1].seq if len(events) == REPLAY_PAGE else upto

    def _update(self, event: Event) -> EventUpdate:
        return EventUpdate(self._events.place(event.seq), event)

    def _lagged(self, reason: LagReason, seq: int) -> EventUpdate:
        self._metrics.lagged.labels(reason=reason.value.lower()).inc()
        place = self._events.place(seq)
        return EventUpdate(place, lagged=Lagged(reason, place))

    def _give(self, event: Event) -> None:
        self._position = event.seq
        self._kept.append(event)
        self._kept_size += event.size
        while len(self._kept) > MOST_KEPT or self._kept_size > MOST_KEPT_BYTES:
            gone = self._kept.popleft()
            self._kept_size -= gone.size
            self._floor = gone.seq
        for feed in self._feeds:
            feed.offer(event)
        for call in self._listeners:
            call(event)

    async def _read_forever(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._wake.wait()
            self._wake.clear()
            try:
                await self.catch_up()
            except Unavailable as error:
                log.warning("tail.cannot", reason=error.message)
                await asyncio.sleep(AGAIN_SECONDS)
            except Exception:
                log.exception("tail.crashed")
                await asyncio.sleep(AGAIN_SECONDS)
