"""The first answer about a file: what it says, and whether that is wanted."""

import asyncio
from dataclasses import dataclass, replace

from services.engines.digests import Hasher
from services.engines.engine import Job, Phase
from services.engines.filters import Head, check
from services.engines.http.crew import Crew
from services.engines.http.duplicates import duplicates
from services.engines.http.exchange import Answer, Asker
from services.engines.http.links import Links
from services.engines.http.plan import Plan
from services.engines.http.settings import HttpSettings
from services.engines.http.stream import Stream
from services.engines.http.ticking import ticking
from services.engines.options import Checksum, Conflict
from services.engines.unfinished.finish import Hash, algorithms, refuse_existing
from services.engines.unfinished.journal import Source
from services.engines.unfinished.together import Together
from services.engines.unfinished.unfinished import Unfinished
from services.engines.watch import Watch
from services.errors import ErrorCode, FetchFailed
from services.outgoing.client import OutgoingClient
from services.outgoing.hosts import Hosts, Turn

ALONE = 1 << 20  # bytes; what is smaller is one connection's


@dataclass(frozen=True, slots=True)
class Tools:
    """What all transfers share."""

    client: OutgoingClient
    hosts: Hosts
    settings: HttpSettings
    buffer: memoryview
    together: Together


class Reception:
    """Fetches the bytes of one file, over as many attempts at them as one attempt has."""

    def __init__(
        self, *, tools: Tools, unfinished: Unfinished, job: Job, links: Links, asker: Asker
    ) -> None:
        self.promised: tuple[Checksum, ...] = ()  # by the server, of the whole file
        self.is_alone = False  # have one connection fetch it all
        self._tools = tools
        self._unfinished = unfinished
        self._job = job
        self._links = links
        self._asker = asker
        self._watch = Watch(job)
        self._stream = Stream(unfinished, job, tools.buffer)

    async def receive(self, *, resume: bool) -> None:
        """Fetch all that is missing.

        Raises `CannotResume` where it has to be fetched from the start, `Skipped` where it is
        not wanted, and `FetchFailed`.
        """
        unfinished, url = self._unfinished, self._links.best
        unfinished.open()
        known = self._known() if resume else None
        if known is not None and unfinished.is_whole:
            self._show(known)
            return
        turn = Turn(self._tools.hosts)
        try:
            if known is None:
                async with self._asker.whole(url, self._conditions(), turn) as answer:
                    await self._take(answer, turn)
            else:
                gap = _first_gap(unfinished, known)
                async with self._asker.part(url, known, *gap, turn) as answer:
                    await self._take(answer, turn)
        finally:
            turn.release()

    def _known(self) -> Source | None:
        """Return what is known of the file, if what is there can be gone on from."""
        source = self._unfinished.source
        if source is None or not self._unfinished.received:
            return None
        if source.url != str(self._links.best) and self._job.resolve is None:
            # What another server calls its file says nothing here; the checksum does.
            return replace(source, validator=None) if self._links.is_guarded else None
        joinable = source.validator is not None or self._links.is_guarded
        return source if joinable else None

    def _conditions(self) -> dict[str, str]:
        """Return what makes the server say that the file of an earlier task is the newest."""
        previous, options = self._job.previous, self._job.options
        if previous is None or options.conflict not in {Conflict.OVERWRITE, Conflict.COMPARE}:
            return {}
        name = previous.path.rpartition("/")[2]
        if previous.path != self._job.place.path(name):
            return {}
        if self._unfinished.size_of(name, self._job.place) != previous.size:
            return {}
        if previous.etag:
            return {"If-None-Match": previous.etag}
        if previous.modified:
            date = previous.modified.strftime("%a, %d %b %Y %H:%M:%S GMT")
            return {"If-Modified-Since": date}
        return {}

    async def _take(self, answer: Answer, turn: Turn) -> None:
        """Take the first answer, and have others help with the rest."""
        unfinished, source = self._unfinished, answer.source
        response = answer.response
        self._links.learn(duplicates(response.headers.getall("Link", ()), response.url))
        if answer.is_new:
            source = self._begin(answer)
        else:
            unfinished.go_on(source)
            self.promised = self.promised or answer.promised
        self._show(source)
        unfinished.reserve(source.total)
        if source.total is None:
            await self._alone(answer, Plan([]), answer.start, None)
            return
        missing = unfinished.had.missing(source.total)
        if not missing:
            return
        start, end = missing[0]
        if answer.length is not None:
            end = min(end, answer.start + answer.length)
        plan = Plan(missing)
        if len(missing) == 1 and plan.left <= ALONE:
            await self._alone(answer, plan, start, end)
            return
        crew = Crew(
            hosts=self._tools.hosts,
            turn=turn,
            most=self._most(answer),
            job=self._job,
            unfinished=unfinished,
            links=self._links,
            asker=self._asker,
            plan=plan,
            stream=self._stream,
            watch=self._watch,
        )
        await crew.fetch(answer, plan.begin(start, end), source)

    def _most(self, answer: Answer) -> int:
        """Return how many connections there may be at once."""
        joinable = answer.source.validator is not None or self._links.is_guarded
        if self.is_alone or not (answer.takes_ranges and joinable):
            return 1
        return self._job.options.connections or self._tools.settings.connections

    def _begin(self, answer: Answer) -> Source:
        """Start over for the file that `answer` brings, if it is wanted."""
        job, source = self._job, answer.source
        if job.options.name:
            source = replace(source, name=job.options.name)
        self._check_size(source)
        head = Head(source.name, source.media_type, source.total, source.modified)
        check(job.options.filters, head)
        refuse_existing(self._unfinished, job, source.name)
        self.promised = answer.promised
        hashing = self._tools.settings.hash
        wanted = algorithms(job, self.promised, hashing)
        inline = Hasher(wanted) if hashing is Hash.INLINE and wanted else None
        self._unfinished.begin(source, inline=inline)
        return source

    def _check_size(self, source: Source) -> None:
        size = self._job.options.size
        if size is not None and source.total is not None and source.total != size:
            message = (
                f"The server has {source.total} bytes where the metalink speaks of {size}. "
                "Look for another source."
            )
            raise FetchFailed(message, code=ErrorCode.BAD_RESPONSE, temporary=False)

    def _show(self, source: Source) -> None:
        meter = self._job.meter
        meter.phase, meter.name, meter.total = Phase.DOWNLOADING, source.name, source.total
        meter.received = self._unfinished.received

    async def _alone(self, answer: Answer, plan: Plan, start: int, end: int | None) -> None:
        """Take all of it from this one answer."""
        segment = plan.begin(start, end)
        now = asyncio.get_running_loop().time()
        self._watch.begin(now, self._unfinished.received)
        with ticking(self._tick):
            await self._stream.pour(answer, segment)
        plan.end(segment)

    def _tick(self, now: float) -> None:
        if error := self._watch.look(now, self._unfinished.received):
            self._stream.fail(error)
        self._stream.fail_silent(now, self._job.options.patience)


def _first_gap(unfinished: Unfinished, known: Source) -> tuple[int, int | None]:
    """Return the first bytes that are missing; None is the end of the file."""
    if known.total is None:
        return unfinished.had.prefix, None
    start, end = unfinished.had.missing(known.total)[0]
    return start, None if end == known.total else end
