"""The end of a fetch: the whole file is checked, dated, and given its name."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from threading import Event

from services.engines.digests import mismatch
from services.engines.engine import Fetched, Job, Phase
from services.engines.filters import check_size
from services.engines.options import Algorithm, Checksum, Conflict
from services.engines.unfinished.faults import in_thread
from services.engines.unfinished.journal import Finished, Source
from services.engines.unfinished.ranges import Span
from services.engines.unfinished.together import Together
from services.engines.unfinished.unfinished import SHORT, Unfinished
from services.errors import ErrorCode, FetchFailed, Skipped


class Hash(StrEnum):
    """When the SHA-256 of a file is made. A checksum that was given is always checked."""

    AFTER = "after"  # the finished file is read once more, in a thread
    INLINE = "inline"  # on the way, where the bytes come in order
    OFF = "off"


@dataclass(slots=True)
class Mismatch(Exception):
    """The bytes are not what they should be; `bad` are those that are known to be wrong.

    Without any, all of them are suspect.
    """

    error: FetchFailed
    bad: list[Span] = field(default_factory=list)


def algorithms(job: Job, promised: Sequence[Checksum], hashing: Hash) -> frozenset[Algorithm]:
    """Return which digests the whole file needs."""
    wanted = {checksum.algorithm for checksum in (*job.options.checksums, *promised)}
    return frozenset(wanted if hashing is Hash.OFF else wanted | {Algorithm.SHA256})


async def finish(
    unfinished: Unfinished,
    job: Job,
    source: Source,
    promised: Sequence[Checksum],
    hashing: Hash,
    *,
    together: Together | None = None,
) -> Fetched:
    """Check the whole file and give it its name; short files, with others `together`.

    `promised` is what the server said of the whole file. Raises `Mismatch` where a digest is
    not the one that was given, `Skipped` where the file turns out not to be wanted.
    """
    job.meter.phase = Phase.PROCESSING
    check_size(job.options.filters, unfinished.received)
    _check_length(job, unfinished.received)
    await unfinished.quiet()
    expected = (*job.options.checksums, *promised)
    placed = await in_thread(
        partial(_finish, unfinished, job, source, expected, algorithms(job, promised, hashing)),
        together if unfinished.received <= SHORT else None,
    )
    job.meter.name = placed.name
    return fetched(job, placed, source)


def _finish(  # noqa: PLR0917 - for `partial`
    unfinished: Unfinished,
    job: Job,
    source: Source,
    expected: Sequence[Checksum],
    wanted: frozenset[Algorithm],
    abandoned: Event,
) -> Finished:
    """Do it, in a thread: all at once, because going from thread to thread costs time."""
    size = unfinished.received
    unfinished.settle()
    _check_pieces(unfinished, job, size, abandoned)
    found = unfinished.digest(wanted, 0, size, abandoned)
    if abandoned.is_set():
        raise asyncio.CancelledError
    if wrong := mismatch(expected, found):
        given = wrong in job.options.checksums
        cure = "Check the checksum, or look" if given else "The server says so itself; look"
        message = (
            f"The {wrong.algorithm.value} of what came is {found[wrong.algorithm]}, and should be "
            f"{wrong.digest}. {cure} for another source."
        )
        raise Mismatch(FetchFailed(message, code=ErrorCode.CHECKSUM_MISMATCH, temporary=False))
    if job.options.conflict is Conflict.COMPARE:
        unfinished.compare(source.name, job.place)
    if source.modified is not None:
        unfinished.date(source.modified)
    refuse_existing(unfinished, job, source.name)  # it may have come meanwhile
    whole = Finished(source.name, size, found.get(Algorithm.SHA256))
    return unfinished.place(whole, job.place, conflict=job.options.conflict)


def fetched(job: Job, placed: Finished, source: Source | None) -> Fetched:
    """Return what is said of a file that has its name."""
    return Fetched(
        name=placed.name,
        path=job.place.path(placed.name),
        size=placed.size,
        sha256=placed.sha256,
        etag=source.etag if source else None,
        modified=source.modified if source else None,
    )


def _check_length(job: Job, size: int) -> None:
    """Raise `FetchFailed` where a file is shorter or longer than its metalink says."""
    expected, pieces = job.options.size, job.options.pieces
    if expected is not None and size != expected:
        message = f"{size} bytes came where the metalink speaks of {expected}."
        raise FetchFailed(message, code=ErrorCode.INCOMPLETE, temporary=True)
    if pieces is not None and -(-size // pieces.length) != len(pieces.digests):
        message = f"{size} bytes came, which are not the {len(pieces.digests)} pieces there are."
        raise FetchFailed(message, code=ErrorCode.INCOMPLETE, temporary=True)


def _check_pieces(unfinished: Unfinished, job: Job, size: int, abandoned: Event) -> None:
    pieces = job.options.pieces
    if pieces is None:
        return
    bad: list[Span] = []
    for number, digest in enumerate(pieces.digests):
        start, end = number * pieces.length, min(size, (number + 1) * pieces.length)
        found = unfinished.digest(frozenset({pieces.algorithm}), start, end, abandoned)
        if found.get(pieces.algorithm) != digest:
            bad.append((start, end))
    if bad and not abandoned.is_set():
        message = (
            f"{len(bad)} of {len(pieces.digests)} pieces are not what the metalink says. "
            "Look for another source."
        )
        error = FetchFailed(message, code=ErrorCode.CHECKSUM_MISMATCH, temporary=False)
        raise Mismatch(error, bad)


def refuse_existing(unfinished: Unfinished, job: Job, name: str) -> None:
    """Raise `Skipped` where there is a file of that name and it is to be left alone."""
    if job.options.conflict is Conflict.SKIP and unfinished.size_of(name, job.place) is not None:
        message = f"There is a file {name} already."
        raise Skipped(message, code=ErrorCode.ALREADY_THERE)
