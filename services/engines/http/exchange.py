"""One exchange: what is asked of the server, and whether its answer is an answer to that."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace

from aiohttp import ClientResponse
from yarl import URL

from services.engines.digests import promised, promised_content
from services.engines.http.answer import carried_part, content_length, describe
from services.engines.http.coding import decodable, keeps_coding
from services.engines.options import Checksum, Patience
from services.engines.unfinished.journal import Source
from services.errors import ErrorCode, FetchFailed, Skipped
from services.outgoing.client import OutgoingClient, refused
from services.outgoing.hosts import Turn
from services.outgoing.visitor import Visitor

# What servers say that do not like a range or its condition, or have no such range.
NO_PART = frozenset({400, 412, 416, 501})


class CannotResume(Exception):
    """What came cannot be joined to what is there: fetch it from the start."""


class Changed(CannotResume):
    """The file is another one now."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that makes sense.

    `start` is where its body begins in the file. `length` is how many bytes of the file it
    brings, if that is known; a server that lies sends fewer.
    `coding` is what has to be undone. `promised` are digests of the whole file,
    `promised_part` of just this body.
    """

    response: ClientResponse
    source: Source
    start: int
    length: int | None
    is_new: bool  # the bytes of another file than the one that was begun
    coding: str | None = None
    promised: tuple[Checksum, ...] = ()
    promised_part: tuple[Checksum, ...] = ()

    @property
    def takes_ranges(self) -> bool:
        """Whether parts of the file may be asked for."""
        said = self.response.headers.get("Accept-Ranges", "").strip().lower()
        return self.coding is None and said != "none" and self.source.total is not None


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks for a file or parts of it, as one task does."""

    client: OutgoingClient
    visitor: Visitor
    patience: Patience

    @asynccontextmanager
    async def whole(
        self, url: URL, conditions: dict[str, str], turn: Turn
    ) -> AsyncIterator[Answer]:
        """Ask for a file from its first byte on. Raises `Skipped` where it has not changed."""
        async with self._get(url, conditions, turn) as response:
            if response.status == 304 and conditions:
                message = "The file has not changed since it was fetched."
                raise Skipped(message, code=ErrorCode.NOT_MODIFIED)
            yield _begun(response, url)

    @asynccontextmanager
    async def part(
        self, url: URL, known: Source, start: int, end: int | None, turn: Turn
    ) -> AsyncIterator[Answer]:
        """Ask for the bytes from `start` to before `end` of the file that is `known`.

        The answer may be the whole file: it is another one now, or the server knows no ranges.
        Raises `CannotResume` where what comes cannot be joined.
        """
        last = "" if end is None else str(end - 1)
        headers = {"Range": f"bytes={start}-{last}"}
        if known.validator is not None:
            headers["If-Range"] = known.validator
        async with self._get(url, headers, turn) as response:
            if response.status == 200:
                yield _begun(response, url)
            else:
                yield _continued(response, known, start, end)

    def _get(
        self, url: URL, headers: dict[str, str], turn: Turn
    ) -> AbstractAsyncContextManager[ClientResponse]:
        return self.client.get(
            url,
            {"Accept-Encoding": "identity", **headers},
            visitor=self.visitor,
            connect_seconds=self.patience.connect,
            answer_seconds=self.patience.silence,
            turn=turn,
        )


def _begun(response: ClientResponse, url: URL) -> Answer:
    """Return what an answer that carries the whole file says of it."""
    if response.status not in {200, 203}:
        raise refused(response.status, response.reason, response.headers)
    source = describe(response, str(url))
    coding = _coding(response, source)
    of_all = promised(response.headers)
    of_this = promised_content(response.headers)
    if coding is not None:
        # What is promised of it is promised of its coded form, which is not kept.
        source = replace(source, validator=None, total=None)
        return Answer(response, source, 0, None, True, coding)
    return Answer(response, source, 0, source.total, True, None, (*of_all, *of_this))


def _continued(response: ClientResponse, known: Source, start: int, end: int | None) -> Answer:
    """Return what an answer says that carries bytes from `start` on.

    Raises `CannotResume` when it carries anything else.
    """
    if response.status in NO_PART:
        reason = f"the server answered {response.status} where a part was asked for"
        raise CannotResume(reason)
    if response.status != 206:
        raise refused(response.status, response.reason, response.headers)
    if _coding(response, known) is not None:
        reason = "the part is coded"
        raise CannotResume(reason)
    part = carried_part(response.headers)
    length = content_length(response.headers)
    if part is None or part.start != start or (end is not None and part.end > end):
        reason = "the server sent another part than was asked for"
        raise CannotResume(reason)
    if length is not None and length > part.end - part.start:
        reason = "the part is not as long as it says"
        raise CannotResume(reason)
    if end is None and part.total is not None and part.end != part.total:
        reason = "the server sent another part than was asked for"
        raise CannotResume(reason)
    if None not in {known.total, part.total} and part.total != known.total:
        reason = "the file has another length now"
        raise Changed(reason)
    if part.end > (known.total or part.end):
        reason = "the part goes beyond the end of the file"
        raise CannotResume(reason)
    _check_validator(response, known)
    return Answer(
        response,
        replace(known, total=part.total if known.total is None else known.total),
        start,
        part.end - part.start,
        False,
        None,
        promised(response.headers),
        promised_content(response.headers),
    )


def _check_validator(response: ClientResponse, known: Source) -> None:
    validator = known.validator
    if validator is None:
        return
    by = "ETag" if validator.startswith('"') else "Last-Modified"
    if response.headers.get(by, validator) != validator:
        reason = f"the file has another {by} now"
        raise Changed(reason)


def is_other(found: Source, known: Source) -> bool:
    """Whether `found` says of itself that it is another version of the file that is `known`.

    What says nothing may be a page about too many connections.
    """
    return None not in {found.validator, known.validator} and found.validator != known.validator


def _coding(response: ClientResponse, source: Source) -> str | None:
    """Return the coding that has to be undone; raise `FetchFailed` if nobody here can."""
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if coding in {"", "identity"} or keeps_coding(source.name, source.media_type, coding):
        return None
    if not decodable(coding):
        message = f"The server sends the file coded as {coding[:32]}, which was not asked for."
        raise FetchFailed(message, code=ErrorCode.BAD_RESPONSE, temporary=False)
    return coding
