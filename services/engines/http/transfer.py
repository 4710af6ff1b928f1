"""One file over HTTP: one stream, resumed where that cannot corrupt the file."""

import asyncio
from dataclasses import replace

import structlog
from aiohttp import ClientResponse

from services.engines.engine import Job, Meter, Phase
from services.engines.http.answer import (
    carried_part,
    describe,
    refuse_coding,
)
from services.engines.http.journal import Finished, Source
from services.engines.http.unfinished import Unfinished
from services.errors import ErrorCode, FetchFailed
from services.outgoing.client import OutgoingClient, chunks, refused
from services.outgoing.urls import parse_url

# Whoever sends less than that, byte by byte, keeps a place from others that are quicker.
CREEP_BYTES = 4096
CREEP_SECONDS = 60.0

log = structlog.get_logger(__name__)


class _CannotResume(Exception):
    """What came cannot be joined to what is there: fetch it from the start."""


async def fetch(client: OutgoingClient, unfinished: Unfinished, job: Job) -> Finished:
    """Go on from wherever an earlier attempt stopped, to the finished file."""
    if finished := await unfinished.recover(job.place):
        return finished
    try:
        source = await _receive(client, unfinished, job, resume=True)
    except _CannotResume as reason:
        log.info("fetch.starts_over", task_id=str(job.task_id), reason=str(reason))
        source = await _receive(client, unfinished, job, resume=False)
    job.meter.phase = Phase.PROCESSING
    await unfinished.settle()
    whole = Finished(source.name, unfinished.length, await unfinished.sha256())
    return await unfinished.place(whole, job.place)


async def _receive(
    client: OutgoingClient, unfinished: Unfinished, job: Job, *, resume: bool
) -> Source:
    """Fetch all bytes that are missing, and return what the server said of the file."""
    have = unfinished.open()
    known = unfinished.journal.source
    headers = {"Accept-Encoding": "identity"}
    if not (resume and have and known and known.validator and known.url == job.url):
        known = None
    elif have == known.total:
        _show(job.meter, known, have)
        return known
    else:
        headers |= {"Range": f"bytes={have}-", "If-Range": str(known.validator)}
    async with client.get(parse_url(job.url), headers) as response:
        if known is not None and response.status != 200:
            source = _continued(response, known, have)
            unfinished.journal.go_on()
        else:
            # With a range asked for, 200 says that the file is another one now.
            source = _begun(response, job.url)
            unfinished.start_over()
            unfinished.journal.begin(source)
        await _read(response, unfinished, source, job.meter)
    return source


def _begun(response: ClientResponse, url: str) -> Source:
    """Return what an answer that carries the whole file says of it."""
    if response.status != 200:
        raise refused(response.status, response.reason)
    refuse_coding(response.headers)
    return describe(response, url)


def _continued(response: ClientResponse, known: Source, have: int) -> Source:
    """Return the source that `response` carries from the byte `have` to its end.

    Raises `_CannotResume` when it carries anything else.
    """
    if response.status == 416:
        reason = "the file has become shorter"
        raise _CannotResume(reason)
    if response.status != 206:
        raise refused(response.status, response.reason)
    refuse_coding(response.headers)
    part = carried_part(response.headers)
    if part is None or part.start != have or (part.total is not None and part.end != part.total):
        reason = "the server sent another part than was asked for"
        raise _CannotResume(reason)
    if None not in {known.total, part.total} and part.total != known.total:
        reason = "the file has another length now"
        raise _CannotResume(reason)
    by = (
        "ETag"
        if known.validator is not None and known.validator.startswith('"')
        else "Last-Modified"
    )
    if response.headers.get(by, known.validator) != known.validator:
        reason = f"the file has another {by} now"
        raise _CannotResume(reason)
    return replace(known, total=part.total if known.total is None else known.total)


def _show(meter: Meter, source: Source, received: int) -> None:
    meter.phase, meter.name, meter.total = Phase.DOWNLOADING, source.name, source.total
    meter.received = received


async def _read(
    response: ClientResponse, unfinished: Unfinished, source: Source, meter: Meter
) -> None:
    """Append the body of `response`; raise `FetchFailed` unless it ends where it should."""
    _show(meter, source, unfinished.length)
    counted = unfinished.length
    now = asyncio.get_running_loop().time
    try:
        async with asyncio.timeout(CREEP_SECONDS) as patience:
            async for chunk in chunks(response):
                unfinished.write(chunk)
                meter.received = unfinished.length
                if source.total is not None and unfinished.length > source.total:
                    message = f"The server sent more than the {source.total} bytes it spoke of."
                    unfinished.start_over()
                    raise FetchFailed(message, code=ErrorCode.BAD_RESPONSE, temporary=True)
                if unfinished.length - counted >= CREEP_BYTES:
                    counted = unfinished.length
                    patience.reschedule(now() + CREEP_SECONDS)
    except TimeoutError as error:
        message = f"Less than {CREEP_BYTES} bytes came within {CREEP_SECONDS:.0f} seconds."
        raise FetchFailed(message, code=ErrorCode.TIMED_OUT, temporary=True) from error
    if source.total is not None and unfinished.length != source.total:
        message = f"{unfinished.length} of {source.total} bytes came, then the answer ended."
        raise FetchFailed(message, code=ErrorCode.INCOMPLETE, temporary=True)
