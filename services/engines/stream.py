"""One file over one connection, from its first missing byte on: how FTP and SFTP fetch."""

import asyncio
from contextlib import aclosing

from yarl import URL

from services.engines.digests import Hasher
from services.engines.engine import Fetched, Job, Phase
from services.engines.filters import Head, check, check_size, too_large
from services.engines.options import Conflict
from services.engines.rates import take
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
from services.engines.watch import Watch
from services.errors import ErrorCode, FetchFailed, Skipped
from services.files.names import name_from_url, safe_name


async def fetch(sessions: Sessions, unfinished: Unfinished, job: Job, hashing: Hash) -> Fetched:
    """Go on from wherever an earlier attempt stopped, to the finished file.

    Raises `Skipped` where there is nothing to do, and `FetchFailed`.
    """
    if placed := await unfinished.recover(job.place, conflict=job.options.conflict):
        return fetched(job, placed, unfinished.source)
    transfer = Transfer(sessions, unfinished, job, hashing)
    seconds = job.options.patience.total
    try:
        async with asyncio.timeout(seconds):
            return await transfer.run()
    except TimeoutError as error:
        message = f"The file did not come within {seconds or 0:g} seconds."
        raise FetchFailed(message, code=ErrorCode.TIMED_OUT, temporary=True) from error


class Transfer:
    """One attempt at the file of a job."""

    def __init__(self, sessions: Sessions, unfinished: Unfinished, job: Job, hashing: Hash) -> None:
        self._sessions = sessions
        self._unfinished = unfinished
        self._job = job
        self._hashing = hashing

    async def run(self) -> Fetched:
        """Fetch what is missing; all of it once more where a checksum is not met."""
        try:
            return await self._run_once()
        except Mismatch:
            self._unfinished.drop(0, self._unfinished.received)
        try:
            return await self._run_once()
        except Mismatch as wrong:
            self._unfinished.drop(0, self._unfinished.received)
            raise wrong.error from None

    async def _run_once(self) -> Fetched:
        job = self._job
        async with self._sessions() as session:
            remote = await session.look()
            source = _source(job, remote)
            check(job.options.filters, Head(source.name, None, remote.size, remote.modified))
            refuse_existing(self._unfinished, job, source.name)
            self._refuse_unchanged(remote)
            await self._receive(session, source)
        return await finish(self._unfinished, job, source, (), self._hashing)

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
        at = self._begin(source)
        if at and at == source.total:
            return
        self._unfinished.reserve(source.total)
        if await session.start(at) != at:
            at = self._start_over(source)
        at = await self._read(session, source, at)
        if source.total is not None and at < source.total:
            message = f"{at} of {source.total} bytes came, then the transfer ended."
            raise FetchFailed(message, code=ErrorCode.INCOMPLETE, temporary=True)
        if await session.finish(is_whole=source.total is not None):
            await self._look_again(session, source)

    def _begin(self, source: Source) -> int:
        """Return the first byte that is missing of `source`. What is of another file goes."""
        unfinished, meter = self._unfinished, self._job.meter
        had, known = unfinished.open(), unfinished.source
        is_same = (
            known is not None
            and source.validator is not None
            and (known.url, known.validator) == (source.url, source.validator)
        )
        meter.phase, meter.name, meter.total = Phase.DOWNLOADING, source.name, source.total
        if not is_same or had.prefix != had.size:
            return self._start_over(source)
        unfinished.go_on(source)
        meter.received = had.size
        return had.prefix

    def _start_over(self, source: Source) -> int:
        wanted = algorithms(self._job, (), self._hashing)
        inline = Hasher(wanted) if self._hashing is Hash.INLINE and wanted else None
        self._unfinished.begin(source, inline=inline)
        self._job.meter.received = 0
        return 0

    async def _read(self, session: Session, source: Source, at: int) -> int:
        """Write what comes from the byte `at` on; return where it ended."""
        now = asyncio.get_running_loop().time
        watch = Watch(self._job.options.patience)
        async with aclosing(session.chunks()) as chunks:
            while True:
                began = now()
                try:
                    async with asyncio.timeout(watch.silence):
                        chunk = await anext(chunks, b"")
                except TimeoutError as error:
                    raise watch.silent() from error
                if not chunk:
                    return at
                watch.count(len(chunk), now() - began)
                at = self._write(source, at, chunk)
                if pause := take(self._job.rates, len(chunk), now()):
                    await asyncio.sleep(pause)

    def _write(self, source: Source, at: int, chunk: bytes) -> int:
        """Write `chunk`, and return where it ends."""
        end, filters = at + len(chunk), self._job.options.filters
        if source.total is not None and end > source.total:
            self._start_over(source)
            message = f"The server sent more than the {source.total} bytes it spoke of."
            raise FetchFailed(message, code=ErrorCode.BAD_RESPONSE, temporary=True)
        if too_large(filters, end):
            check_size(filters, end)
        self._unfinished.write(at, chunk)
        self._job.meter.received = end
        return end

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
        name=safe_name(job.options.name or name_from_url(URL(job.url))),
        modified=remote.modified,
    )
