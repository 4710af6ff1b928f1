"""What an engine is: a way to fetch that the runner can start, stop and start again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from services.engines.options import Options, Secrets
from services.engines.rates import Rate
from services.files.places import Place


class Phase(StrEnum):
    """What a running task is doing."""

    RESOLVING = "RESOLVING"  # finding out what there is to fetch
    DOWNLOADING = "DOWNLOADING"  # bytes are coming in
    PROCESSING = "PROCESSING"  # checked, hashed, given its name
    UPLOADING = "UPLOADING"  # on its way to a remote destination


class Meter:
    """What an engine counts while it works, read by others whenever they like.

    `least` and `most` are between what `received` has been. The engine's thread writes and the
    API's thread reads; each value is replaced whole.
    """

    __slots__ = ("_received", "least", "most", "name", "phase", "total")

    def __init__(self, *, received: int = 0, total: int | None = None, name: str = "") -> None:
        self.phase = Phase.RESOLVING
        self.least = self.most = received
        self.received = received
        self.total = total
        self.name = name

    @property
    def received(self) -> int:
        """How many bytes there are; fewer than there were where a file is begun anew."""
        return self._received

    @received.setter
    def received(self, count: int) -> None:
        self._received = count
        if count > self.most:
            self.most = count
        elif count < self.least:
            self.least = count


@dataclass(frozen=True, slots=True)
class Previous:
    """What was fetched from the same URL before, and has a record. `path` like in `Fetched`."""

    path: str
    size: int
    etag: str | None
    modified: datetime | None


Resolve = Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Job:
    """One attempt at a task, as an engine sees it.

    `resolve` gives a new URL of the same file where the one at hand has run out; it is for
    engines that got the URL from a service.
    """

    task_id: UUID
    url: str
    place: Place
    meter: Meter
    options: Options = field(default_factory=Options)
    secrets: Secrets = field(default_factory=Secrets, repr=False)
    rates: tuple[Rate, ...] = ()  # of the server, of the owner, of the task
    previous: Previous | None = None  # where the policy for conflicts asks for it
    resolve: Resolve | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A finished file. `path` is relative to the download folder, `size` in bytes.

    `sha256` is None where the operator wants no hashing. `etag` and `modified` are what the
    server said of the file, for asking later whether it has changed.
    """

    name: str
    path: str
    size: int
    sha256: str | None
    etag: str | None = None
    modified: datetime | None = None


class Engine(Protocol):
    """A way to fetch. All of it runs on the engine loop.

    A job may be cut off anywhere, by `kill -9` too, and `fetch` called again with it: it
    goes on from what is on the disk, and returns the same file if that was finished.
    """

    name: str

    async def close(self) -> None:
        """Let go of what the engine holds between two jobs."""
        ...

    async def fetch(self, job: Job) -> Fetched:
        """Fetch what `job` asks for and put it in its place.

        Raises `Skipped` where there is nothing to do, `FetchFailed`, or another `ArgosyError`
        when it makes no sense to try again.
        When cancelled, it leaves what the next attempt can go on from.
        """
        ...

    async def forget(self, task_id: UUID) -> None:
        """Remove what was kept for another attempt: the task is finished and recorded."""
        ...

    async def discard(self, task_id: UUID, place: Place) -> None:
        """Remove every trace of a task, its file too if it was finished but not recorded."""
        ...

    async def leftovers(self) -> set[UUID]:
        """Return the tasks of which something was kept for another attempt."""
        ...
