"""The connections that fetch one file together.

The first one brings the bytes; others are added for as long as that makes it faster. They
take what nobody is at, then parts of what is slowest. One that fails gives back what it had.
The file fails when the last one does, and too little came to ask again at once.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from yarl import URL

from services.engines.engine import Job
from services.engines.http.exchange import Answer, Asker, CannotResume, Changed, is_other
from services.engines.http.links import Links
from services.engines.http.pace import Pace
from services.engines.http.plan import LEAST, Plan, Segment
from services.engines.http.stream import Stream
from services.engines.http.ticking import ticking
from services.engines.unfinished.journal import Source
from services.engines.unfinished.unfinished import Unfinished
from services.engines.watch import Watch
from services.errors import ArgosyError, ErrorCode, FetchFailed, Skipped
from services.outgoing.hosts import Hosts, NoRoom, Turn

PROGRESS = 64 << 10  # bytes that make it worth while to ask again at once
LONGEST_REST = 60.0  # seconds for which one answer keeps other tasks from a host
# Whatever other connections do, these end the attempt.
OURS = frozenset({ErrorCode.DISK_FULL, ErrorCode.WRITE_FAILED})
FINAL = OURS | {ErrorCode.FORBIDDEN_ADDRESS}


class Crew:
    """Fetches what `plan` lacks, by `most` connections at the most."""

    def __init__(
        self,
        *,
        hosts: Hosts,
        turn: Turn,
        most: int,
        job: Job,
        unfinished: Unfinished,
        links: Links,
        asker: Asker,
        plan: Plan,
        stream: Stream,
        watch: Watch,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._hosts = hosts
        self._turn = turn  # of the first connection, and of the one that takes its place
        self._job = job
        self._unfinished = unfinished
        self._links = links
        self._asker = asker
        self._plan = plan
        self._stream = stream
        self._watch = watch
        self._pace = Pace(most, self._loop.time(), unfinished.received)
        self._works: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()  # one of them has ended
        self._source: Source
        self._fault: Exception | None = None
        self._limit: FetchFailed | None = None  # what a limit of the whole attempt means
        self._number = 0

    async def fetch(self, answer: Answer, lead: Segment, source: Source) -> None:
        """Fetch all, beginning with what `answer` brings for `lead`; raise what stops that."""
        self._source = source
        self._watch.begin(self._loop.time(), self._unfinished.received)
        self._start(self._lead(answer, lead))
        try:
            with ticking(self._tick):
                await self._all()
        finally:
            for work in self._works:
                work.cancel()
            while self._works:
                await asyncio.wait(self._works)

    async def _all(self) -> None:
        received = self._unfinished.received
        while True:
            await self._news.wait()
            self._news.clear()
            if self._limit is not None:
                raise self._limit
            if self._plan.is_done:
                return
            if self._fault is not None and _is_final(self._fault):
                raise self._fault
            if self._works:
                continue
            if self._fault is not None and not self._goes_on(self._fault, received):
                raise self._fault
            received = self._unfinished.received
            self._start(self._help(self._links.best, self._turn))

    def _goes_on(self, fault: Exception, received: int) -> bool:
        """Whether to ask again at once: so much came that it is no storm."""
        if not isinstance(fault, FetchFailed) or not fault.temporary:
            return False
        refused = fault.code is ErrorCode.HTTP_STATUS
        return not refused and self._unfinished.received - received >= PROGRESS

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self._loop.create_task(work, name="connection")
        self._works.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, work: asyncio.Task[None]) -> None:
        self._works.discard(work)
        self._news.set()

    async def _lead(self, answer: Answer, lead: Segment) -> None:
        """See the first answer through, then go on like the others."""
        try:
            await self._stream.pour(answer, lead)
        except Exception as error:  # noqa: BLE001 - whoever waits for the crew raises it
            self._learn(error, self._links.best, self._turn)
            return
        finally:
            self._plan.end(lead)
        answer.response.close()
        await self._help(self._links.best, self._turn)

    async def _help(self, url: URL, turn: Turn) -> None:
        """Fetch segments until there are none, or one fails."""
        try:
            while len(self._works) <= self._pace.allowed or not self._plan.active:
                segment = self._plan.take()
                if segment is None:
                    break
                try:
                    await self._part(url, segment, turn)
                finally:
                    self._plan.end(segment)
        except NoRoom:  # there, where a redirect leads to
            self._pace.refuse(len(self._works) - 1)
        except Exception as error:  # noqa: BLE001 - whoever waits for the crew raises it
            self._learn(error, url, turn)

    def _learn(self, error: Exception, url: URL, turn: Turn) -> None:
        """Draw the conclusions from the failure of one connection."""
        self._pace.refuse(len(self._works) - 1)
        asked = error.retry_after if isinstance(error, FetchFailed) else None
        if asked is not None and turn.key is not None:  # by the host that was asked last
            self._hosts.rest(turn.key, min(LONGEST_REST, asked.total_seconds()))
        is_final = _is_final(error)
        if str(url) != self._source.url and not _is_ours(error):
            self._links.drop(url)  # what a mirror does is no fault of the file
            return
        if is_final or self._fault is None or _is_temporary(error) or not self._works:
            self._fault = error

    async def _part(self, url: URL, segment: Segment, turn: Turn) -> None:
        source, start, end = self._source, segment.start, segment.kept
        if str(url) != source.url:
            source = replace(source, validator=None)  # what the other server calls its file
        asked = None if end == source.total and segment.victim is None else end
        async with self._asker.part(url, source, start, asked, turn) as answer:
            if answer.is_new:
                if is_other(answer.source, source):
                    reason = "the file is another one now"
                    raise Changed(reason)
                reason = "the server sends something whole where a part was asked for"
                raise CannotResume(reason)
            if done := self._plan.commit(segment):
                self._stream.stop(done)
            if answer.length is not None and segment.end is not None:
                if answer.length < min(LEAST, segment.end - start):
                    reason = "the server sends less than was asked for"
                    raise CannotResume(reason)
                segment.end = min(segment.end, start + answer.length)
            await self._stream.pour(answer, segment)

    def _tick(self, now: float) -> None:
        received = self._unfinished.received
        self._stream.measure(now)
        if self._turn.is_waiting:  # for others, and not for the server
            self._watch.begin(now, received)
        if error := self._watch.look(now, received):
            self._limit = error
            self._stream.fail(error)
            self._news.set()
            return
        self._stream.fail_silent(now, self._job.options.patience)
        if self._stream.is_limited:
            return
        self._pace.look(now, received, len(self._works))
        # Those that found nothing to do are called again when there is something.
        while len(self._works) < self._pace.allowed and self._plan.has_work and self._add():
            pass

    def _add(self) -> bool:
        """Add a connection, if the host has one left; return whether it had."""
        url = self._links.helper(self._number + 1)
        work: asyncio.Task[None] | None = None

        def revoke() -> None:
            if work is not None:
                work.cancel()

        turn = Turn(self._hosts, revoke=revoke)
        if not turn.try_go(url):
            return False
        self._number += 1
        work = self._start(self._help(url, turn))
        # Not in the work itself: it may be cancelled before it begins.
        work.add_done_callback(lambda _: turn.release())
        return True


def _is_ours(fault: Exception) -> bool:
    """Whether it is this machine that fails."""
    return not isinstance(fault, ArgosyError | CannotResume) or (
        isinstance(fault, Skipped) or (isinstance(fault, FetchFailed) and fault.code in OURS)
    )


def _is_temporary(fault: Exception) -> bool:
    return isinstance(fault, FetchFailed) and fault.temporary


def _is_final(fault: Exception) -> bool:
    """Whether it makes no sense that the other connections go on."""
    if isinstance(fault, FetchFailed):
        return fault.code in FINAL
    return isinstance(fault, Changed) or not isinstance(fault, CannotResume)
