"""An unfinished file on the disk, with its journal."""

import asyncio
import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from io import FileIO
from pathlib import Path
from threading import Event
from typing import TypeVar
from uuid import UUID

from services.engines.http.journal import Finished, Journal
from services.errors import ErrorCode, FetchFailed, InvalidInput
from services.files.names import numbered
from services.files.places import INCOMPLETE, TRIES, Place, opened, put
from services.ids import TASK, read, show

T = TypeVar("T")

SYNC_BYTES = 64 << 20
SYNC_SECONDS = 2.0
HASH_BLOCK = 1 << 20


def kept_tasks(root: Path) -> Iterator[UUID]:
    """Yield the tasks of which there is an unfinished file or a journal."""
    for path in (root / INCOMPLETE).glob(f"{TASK}_*.*"):
        with suppress(InvalidInput):
            yield read(TASK, path.stem, field="name")


class Unfinished:
    """The bytes that have come so far, in a file that nobody else looks at."""

    def __init__(self, root: Path, task_id: UUID) -> None:
        self._root = root
        folder = root / INCOMPLETE
        self.path = folder / f"{show(TASK, task_id)}.part"
        with writing():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.journal = Journal.load(folder / f"{show(TASK, task_id)}.journal")
        self._file: int | None = None
        self._length = 0
        self._syncing: asyncio.Task[None] | None = None
        self._next_sync = 0.0
        self._fault: FetchFailed | None = None

    @property
    def length(self) -> int:
        """How many bytes there are."""
        return self._length

    def open(self) -> int:
        """Open the file and return how many of its bytes can be gone on from."""
        if self._file is not None:
            return self._length
        with writing():
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            self._file = os.open(self.path, flags, 0o644)
            self._length = self.journal.trusted(os.fstat(self._file).st_size)
            os.ftruncate(self._file, self._length)
            os.lseek(self._file, self._length, os.SEEK_SET)
        return self._length

    def start_over(self) -> None:
        """Throw away what there is."""
        with writing():
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
        self._length = 0

    def write(self, chunk: bytes) -> None:
        """Append to the file; from time to time, have it synced meanwhile."""
        if self._fault is not None:
            raise self._fault
        rest = memoryview(chunk)
        with writing():
            while rest:
                written = os.write(self._descriptor, rest)
                self._length += written
                rest = rest[written:]
        now = asyncio.get_running_loop().time()
        due = now >= self._next_sync or self._length - self.journal.synced >= SYNC_BYTES
        if due and self._syncing is None:
            self._next_sync = now + SYNC_SECONDS
            self._syncing = asyncio.create_task(self._sync_beside(), name="sync")

    async def settle(self) -> None:
        """Wait until all that was written is on the disk."""
        if self._syncing is not None:
            await self._syncing
        await self._sync()

    async def close(self) -> None:
        """Close the file and its journal; unless they are empty, they stay for another attempt."""
        if self._syncing is not None:
            await asyncio.wait([self._syncing])
        if self._file is not None:
            os.close(self._file)
            self._file = None
            if self._length == 0 and self.journal.placing is None:
                self.remove()
        self.journal.close()

    async def sha256(self) -> str:
        """Return the SHA-256 of the file, in hex."""
        return await _in_thread(partial(_sha256, self.path))

    async def place(self, finished: Finished, place: Place) -> Finished:
        """Give the whole file its name in `place`; return it with the name it got."""
        again = self.journal.placing is not None
        if not again:
            self.journal.place(finished)
        with writing(), opened(self._root, place, create=True) as folder:
            name = await asyncio.to_thread(put, self.path, folder, finished.name, again=again)
        return self._placed(finished, name)

    async def recover(self, place: Place) -> Finished | None:
        """Return the finished file, if an earlier attempt got that far."""
        journal = self.journal
        if journal.placed is not None and self._is_there(journal.placed, place):
            self.path.unlink(missing_ok=True)
            return journal.placed
        if journal.placing is not None:
            if self.path.exists():
                return await self.place(journal.placing, place)
            # It got its name, and the machine stopped before that was written down.
            with writing(), opened(self._root, place, create=True) as folder:
                name = await _in_thread(partial(_find, folder, journal.placing))
            if name is not None:
                return self._placed(journal.placing, name)
        if journal.placing is not None or journal.placed is not None:
            journal.remove()  # somebody took the file away: it is fetched again
        return None

    def remove(self) -> None:
        """Remove the file and its journal."""
        self.path.unlink(missing_ok=True)
        self.journal.remove()

    async def discard(self, place: Place) -> None:
        """Remove the file and its journal, and the finished file if it got that far.

        One that was being given its name is given it first: that is how it is found. Where its
        folder cannot be opened, there is none.
        """
        with suppress(OSError, FetchFailed):
            finished = await self.recover(place)
            if finished is not None:
                with opened(self._root, place) as folder:
                    os.unlink(finished.name, dir_fd=folder)
        self.remove()

    def _placed(self, finished: Finished, name: str) -> Finished:
        placed = Finished(name, finished.size, finished.sha256)
        self.journal.place_done(placed)
        self.path.unlink(missing_ok=True)
        return placed

    def _is_there(self, finished: Finished, place: Place) -> bool:
        try:
            with opened(self._root, place) as folder:
                found = os.stat(finished.name, dir_fd=folder, follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            return False
        return found.st_size == finished.size

    async def _sync_beside(self) -> None:
        try:
            await self._sync()
        except FetchFailed as error:
            self._fault = error
        finally:
            self._syncing = None

    async def _sync(self) -> None:
        length = self._length
        with writing():
            await asyncio.to_thread(os.fdatasync, self._descriptor)
            self.journal.sync(length)

    @property
    def _descriptor(self) -> int:
        if self._file is None:
            message = "the file is not open"
            raise ValueError(message)
        return self._file


@contextmanager
def writing() -> Iterator[None]:
    """Turn what a file system refuses into a failure that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            message = "The disk is full. Make room; the download goes on by itself."
            raise FetchFailed(message, code=ErrorCode.DISK_FULL, temporary=True) from error
        message = (
            f"The download folder does not take the file: {error.strerror}. "
            "Look at the folder and at who may write there."
        )
        raise FetchFailed(message, code=ErrorCode.WRITE_FAILED, temporary=True) from error


async def _in_thread(work: Callable[[Event], T]) -> T:
    """Do `work` in a thread; the event that it is given is set when nobody waits any more."""
    abandoned = Event()
    try:
        return await asyncio.to_thread(work, abandoned)
    finally:
        abandoned.set()


def _digest(stream: FileIO, abandoned: Event) -> str:
    digest = hashlib.sha256()
    block = bytearray(HASH_BLOCK)
    view = memoryview(block)
    while (count := stream.readinto(block)) and not abandoned.is_set():
        digest.update(view[:count])
    return digest.hexdigest()


def _sha256(path: Path, abandoned: Event) -> str:
    with FileIO(path) as stream:
        return _digest(stream, abandoned)


def _find(folder: int, finished: Finished, abandoned: Event) -> str | None:
    """Return the name in `folder` under which the bytes of `finished` lie."""
    for number in range(TRIES):
        name = numbered(finished.name, number)
        try:
            file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
        except FileNotFoundError:
            return None
        with FileIO(file) as stream:
            if _digest(stream, abandoned) == finished.sha256:
                return name
    return None
