"""One file over one session, from its first missing byte on: how FTP and SFTP fetch."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, aclosing

from yarl import URL

from services.engines.digests import Hasher
from services.engines.engine import Fetched, Job, Phase
from services.engines.filters import Head, check, check_size, too_large
from services.engines.options import Conflict
from services.engines.rates import LONGEST_PAUSE, take
from services.engines.session import Remote, Session, Sessions
from services.engines.unfinished.finish import (
    Hash,
    Mismatch,
    algorithms,
    fetched,
    finish,
    refuse_existing,
)
from services.engines.unfinished.journal import Source
from services.engines.unfinished.unfinished import Unfinished
from services.engines.watch import Watch, silence, silent
from services.errors import ErrorCode, FetchFailed, Skipped
from services.files.names import name_from_url, safe_name

Turn = Callable[[], AbstractAsyncContextManager[object]]


async def fetch(
    sessions: Sessions, turn: Turn, unfinished: Unfinished, job: Job, hashing: Hash
) -> Fetched:
    """Go on from wherever an earlier attempt stopped, to the finished file.

    `turn` waits until there may be a session with the server. Raises `Skipped` where there is
    nothing to do, and `FetchFailed`.
    """
    if placed := await unfinished.recover(job.place, conflict=job.options.conflict):
        return fetched(job, placed, unfinished.source)
    return await Transfer(sessions, turn, unfinished, job, hashing).run()


class Transfer:
    """One attempt at the file of a job."""

    def __init__(
        self, sessions: Sessions, turn: Turn, unfinished: Unfinished, job: Job, hashing: Hash
    ) -> None:
        self._sessions = sessions
        self._turn = turn
        self._unfinished = unfinished
        self._job = job
        self._hashing = hashing
        self._now = asyncio.get_running_loop().time
        self._watch = Watch(job)

    async def run(self) -> Fetched:
        """Fetch what is missing; what does not meet a checksum, once more."""
        try:
            return await self._run_once()
        except Mismatch as wrong:
            for start, end in wrong.bad or [(0, self._unfinished.had.end)]:
                self._unfinished.drop(start, end)
        try:
            return await self._run_once()
        except Mismatch as wrong:
            self._unfinished.drop(0, self._unfinished.had.end)
            raise wrong.error from None

    async def _run_once(self) -> Fetched:
        async with self._turn():
            self._watch.begin(self._now(), self._unfinished.received)
            try:
                async with asyncio.timeout_at(self._watch.until), self._sessions() as session:
                    source = await self._look(session)
                    await self._receive(session, source)
            except TimeoutError as error:
                raise self._watch.late() from error
        return await finish(self._unfinished, self._job, source, (), self._hashing)

    async def _look(self, session: Session) -> Source:
        """Return what the server says of the file, if it is wanted."""
        job, remote = self._job, await session.look()
        source = _source(job, remote)
        check(job.options.filters, Head(source.name, None, remote.size, remote.modified))
        refuse_existing(self._unfinished, job, source.name)
        self._refuse_unchanged(remote)
        return source

    def _refuse_unchanged(self, remote: Remote) -> None:
        """Raise `Skipped` where the file of an earlier task is the newest, and still there."""
        previous, job = self._job.previous, self._job
        if previous is None or job.options.conflict not in {Conflict.OVERWRITE, Conflict.COMPARE}:
            return
        name = previous.path.rpartition("/")[2]
        is_there = (
            previous.path == job.place.path(name)
            and self._unfinished.size_of(name, job.place) == previous.size
        )
        if is_there and Remote(previous.size, previous.modified) == remote and remote.validator:
            message = "The file has not changed since it was fetched."
            raise Skipped(message, code=ErrorCode.NOT_MODIFIED)

    async def _receive(self, session: Session, source: Source) -> None:
        """Fetch all bytes of `source` that are missing.

        Raises `FetchFailed` unless they end where the server said that they would.
        """
        gaps = deque(self._begin(source))
        if not gaps:
            return
        self._unfinished.reserve(source.total)
        listens = True
        while gaps:
            start, end = gaps.popleft()
            if not listens:
                message = "The server no longer listens. The rest is fetched the next time."
                raise FetchFailed(message, code=ErrorCode.INCOMPLETE, temporary=True)
            if await session.start(start, end) != start:
                start, end = self._start_over(source)
                gaps.clear()
            at = await self._read(session, source, start, end)
            if end is not None and at < end:
                received = self._unfinished.received
                message = f"{received} of {source.total} bytes came, then the transfer ended."
                raise FetchFailed(message, code=ErrorCode.INCOMPLETE, temporary=True)
            listens = await session.finish(is_whole=end is not None)
        if listens:
            await self._look_again(session, source)

    def _begin(self, source: Source) -> list[tuple[int, int | None]]:
        """Return what is missing of `source`. What is of another file goes."""
        unfinished, meter = self._unfinished, self._job.meter
        had, known = unfinished.open(), unfinished.source
        meter.phase, meter.name, meter.total = Phase.DOWNLOADING, source.name, source.total
        is_same = (
            known is not None
            and source.validator is not None
            and (known.url, known.validator) == (source.url, source.validator)
        )
        if not is_same or not had.size or source.total is None:
            return [self._start_over(source)]
        unfinished.go_on(source)
        meter.received = had.size
        return list[tuple[int, int | None]](had.missing(source.total))

    def _start_over(self, source: Source) -> tuple[int, int | None]:
        """Throw away what there is; return what is missing then."""
        wanted = algorithms(self._job, (), self._hashing)
        inline = Hasher(wanted) if self._hashing is Hash.INLINE and wanted else None
        self._unfinished.begin(source, inline=inline)
        self._job.meter.received = 0
        return 0, source.total

    async def _read(self, session: Session, source: Source, at: int, end: int | None) -> int:
        """Write what comes from the byte `at` on; return where it ended."""
        longest = silence(self._job.options.patience)
        self._watch.begin(self._now(), self._unfinished.received)
        async with aclosing(session.chunks()) as chunks:
            # Behind the last byte there is still something to hear: that there are no more.
            while at != end or end == source.total:
                try:
                    async with asyncio.timeout(longest):
                        chunk = await anext(chunks, b"")
                except TimeoutError as error:
                    raise silent(longest) from error
                if not chunk:
                    break
                at = self._write(source, at, end, chunk)
                if slow := self._watch.look(self._now(), self._unfinished.received):
                    raise slow
                await self._keep_rates(len(chunk))
        return at

    def _write(self, source: Source, at: int, end: int | None, chunk: bytes) -> int:
        """Write of `chunk` what lies before `end`, and return where that ends."""
        if end is not None and at + len(chunk) > end:
            if end == source.total:
                self._start_over(source)
                message = f"The server sent more than the {source.total} bytes it spoke of."
                raise FetchFailed(message, code=ErrorCode.BAD_RESPONSE, temporary=True)
            chunk = chunk[: end - at]
        filters, received = self._job.options.filters, self._unfinished.received + len(chunk)
        if too_large(filters, received):
            check_size(filters, received)
        self._unfinished.write(at, chunk)
        self._job.meter.received = received
        return at + len(chunk)

    async def _keep_rates(self, count: int) -> None:
        while pause := take(self._job.rates, count, self._now()):
            count = 0
            await asyncio.sleep(min(pause, LONGEST_PAUSE))

    async def _look_again(self, session: Session, source: Source) -> None:
        """Make sure that the file did not change while it came."""
        if source.validator is None or (await session.look()).validator == source.validator:
            return
        self._start_over(source)
        message = "The file changed while it was being fetched. It is fetched again."
        raise FetchFailed(message, code=ErrorCode.INCOMPLETE, temporary=True)


def _source(job: Job, remote: Remote) -> Source:
    wanted = job.options.size
    if wanted is not None and remote.size is not None and remote.size != wanted:
        message = (
            f"The server has {remote.size} bytes where the metalink speaks of {wanted}. "
            "Look for another source."
        )
        raise FetchFailed(message, code=ErrorCode.BAD_RESPONSE, temporary=False)
    return Source(
        url=job.url,
        validator=remote.validator,
        total=remote.size,
        name=safe_name(job.options.name or remote.name or name_from_url(URL(job.url))),
        modified=remote.modified,
    )
