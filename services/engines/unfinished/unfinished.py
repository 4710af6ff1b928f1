"""An unfinished file on the disk, with its journal."""

import asyncio
import os
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event
from uuid import UUID

from services.engines.digests import Hasher, digest_file, read_into
from services.engines.options import Algorithm, Conflict
from services.engines.unfinished import fence
from services.engines.unfinished.faults import in_thread, writing
from services.engines.unfinished.journal import Finished, Journal, Source
from services.engines.unfinished.leftovers import forget
from services.engines.unfinished.ranges import Ranges
from services.engines.unfinished.there import date_file, refuse_same, size_in
from services.engines.unfinished.works import Works
from services.errors import FetchFailed
from services.files.places import INCOMPLETE, Place, copied, find, opened, put
from services.files.space import Space
from services.ids import TASK, show

# How much of the work a dying process may cost: whichever comes first.
NOTE_SECONDS = 0.25
NOTE_BYTES = 256 << 10
NOTE_PART = 100  # of a long file, a part in so many
SYNC_SECONDS = 2.0  # how much of it a loss of power may cost
SYNC_BYTES = 256 << 20
LOOK_BYTES = 64 << 20  # between two looks at how much room there is left
ALLOCATED = 16 << 20  # bytes; for less, nothing is set aside
SHORT = 1 << 20  # bytes; what is no longer waits in memory until it is whole

Buffer = bytes | bytearray | memoryview


class Unfinished:
    """The bytes that have come so far, in a file that nobody else looks at.

    `open` it, `begin` it for a new file, `write` what comes, be `quiet`, then `settle` it, ask
    for its `digest` and `place` it. `close` it whatever happens. It belongs to one loop, but for
    what blocks, which is for a thread while nothing else is done to it.

    A short file waits in memory, for as long as a dying process may cost what has come, and is
    written when it is whole, in the thread that gives it its name.
    """

    def __init__(self, root: Path, task_id: UUID, *, space: Space | None = None) -> None:
        self._root = root
        self._task_id = task_id
        self._space = space or Space(root)
        folder = root / INCOMPLETE
        self.path = folder / f"{show(TASK, task_id)}.part"
        with writing(self._space.is_full):
            if not folder.is_dir():
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.journal = Journal.load(folder / f"{show(TASK, task_id)}.journal")
        self.had = Ranges()  # from `open` on
        self._is_open = False
        self._file: int | None = None
        self._held: bytearray | None = None  # the bytes of a short file, in the place of `_file`
        self._works = Works()
        self._is_syncing = False
        self._next_note = 0.0
        self._next_sync = 0.0
        self._unsynced = 0
        self._unnoted = 0
        self._is_open_ended = False  # nobody knows how much room it needs
        self._looked = 0
        self._version = 0  # of what is in the file: a sync speaks of one of them
        self._hasher: Hasher | None = None
        self._hashed = 0

    @property
    def source(self) -> Source | None:
        """What is known of the file whose bytes these are."""
        return self.journal.source

    @property
    def received(self) -> int:
        """How many bytes there are."""
        return self.had.size

    @property
    def is_whole(self) -> bool:
        """Whether it is known how many bytes there are, and all are there."""
        return self.source is not None and self.source.total == self.had.size

    def open(self) -> Ranges:
        """Open the file and return which of its bytes can be gone on from."""
        if self._is_open:
            return self.had
        if self.journal.is_there:
            self._take()
        self._is_open = True  # from here on, there is nothing where nothing was found
        if self._file is not None:
            length = os.fstat(self._file).st_size
            self.had = self.journal.trusted(length) if self.source is not None else Ranges()
            self.had.clip(length)
        else:
            self._held = bytearray()
        now = asyncio.get_running_loop().time()
        self._next_note, self._next_sync = now + NOTE_SECONDS, now + SYNC_SECONDS
        return self.had

    def begin(self, source: Source, *, inline: Hasher | None = None) -> None:
        """Throw away what there is and start over for `source`.

        `inline` is given the bytes on their way, as long as they come in order.
        """
        self.had = Ranges()
        self._version += 1
        if self._held is not None and source.total is not None and source.total <= SHORT:
            self._held.clear()
            self.journal.intend(source)
        else:
            with writing(self._space.is_full):
                self._check_ours()
                if os.fstat(self._descriptor).st_size:
                    os.ftruncate(self._descriptor, 0)
                self.journal.begin(source)
        self._hasher, self._hashed, self._unsynced = inline, 0, 0

    def go_on(self, source: Source) -> None:
        """Keep what there is, of what is known to be `source`."""
        with writing(self._space.is_full):
            self.journal.go_on(self.had)
            if source != self.journal.source:
                self.journal.learn(source)

    def reserve(self, total: int | None) -> None:
        """Make sure of the room that a file of `total` bytes still needs.

        Raises `FetchFailed` where the disk has none. For a large file, the file system sets the
        room aside, while the first bytes come.
        """
        more = max(0, (total or 0) - self.had.size)
        self._is_open_ended, self._looked = total is None, self.had.end
        self._space.reserve(self._task_id, more)
        if total is not None and more > ALLOCATED:
            self._works.start(self._allocate(total), "allocation")

    def write(self, at: int, data: Buffer) -> None:
        """Write `data` from the byte `at` on; from time to time, note and sync what there is.

        Raises `FetchFailed` when the disk does not take it.
        """
        if self._works.fault is not None:
            raise self._works.fault
        now, end = asyncio.get_running_loop().time(), at + len(data)
        if self._held is not None and at == len(self._held) and now < self._next_note:
            self._held += data
            self.had.add(at, end)
        else:
            self._lay_down()
            self._write(at, data)
        if self._hasher is not None and at == self._hashed:
            self._hasher.update(data)
            self._hashed = end
        if self._held is None:
            self._count(end - at, now)

    def drop(self, start: int, end: int) -> None:
        """Forget the bytes from `start` to before `end`: they are not what they should be."""
        self._lay_down()
        self.had.remove(start, end)
        self._version += 1
        self._hasher = None
        with writing(self._space.is_full):
            self._check_ours()
            self.journal.write(self.had)
            synced = self.journal.synced.copy()
            synced.remove(start, end)
            self.journal.sync(synced)

    async def quiet(self) -> None:
        """Wait until nothing is done to the file any more."""
        await self._works.quiet()

    def settle(self) -> None:
        """See to it that all that was written is on the disk, and nothing behind it. Blocks."""
        if self._works.fault is not None:
            raise self._works.fault  # the system tells of a page that it could not write only once
        with writing(self._space.is_full):
            if os.fstat(self._descriptor).st_size != self.had.end:
                os.ftruncate(self._descriptor, self.had.end)
            os.fdatasync(self._descriptor)
            self.journal.sync(self.had)

    async def digests(
        self, algorithms: frozenset[Algorithm], start: int, end: int
    ) -> dict[Algorithm, str]:
        """Return the digests of the bytes from `start` to before `end`, in small hex letters."""
        return await in_thread(partial(digest_file, self._descriptor, start, end, algorithms))

    def digest(
        self, algorithms: frozenset[Algorithm], start: int, end: int, abandoned: Event
    ) -> dict[Algorithm, str]:
        """Return the same; what was hashed on the way is not read again. Blocks."""
        if not algorithms:
            return {}
        hasher = self._hasher
        is_whole = (start, end) == (0, self.had.end)
        if not is_whole or hasher is None or not algorithms <= hasher.algorithms:
            return digest_file(self._descriptor, start, end, algorithms, abandoned)
        read_into(hasher, self._descriptor, self._hashed, end, abandoned)
        self._hashed = end
        return hasher.digests()

    def place(
        self, finished: Finished, place: Place, *, conflict: Conflict = Conflict.RENAME
    ) -> Finished:
        """Give the whole file its name in `place`; return it with the name it got. Blocks."""
        again, replace = self.journal.placing is not None, conflict is Conflict.OVERWRITE
        with writing(self._space.is_full):
            if not again:
                self._check_ours()
                inode = os.fstat(self._descriptor).st_ino
                finished = Finished(finished.name, finished.size, finished.sha256, inode)
                self.journal.place(finished)
            with opened(self._root, place, create=True) as folder:
                name = put(self.path, folder, finished.name, again=again, replace=replace)
        return self._placed(finished, name)

    def size_of(self, name: str, place: Place) -> int | None:
        """Return how many bytes there are under that name in `place`; None if it is free."""
        return size_in(self._root, place, name)

    def compare(self, name: str, place: Place) -> None:
        """Raise `Skipped` where `place` has a file of that name with the same bytes. Blocks."""
        refuse_same(self._root, place, name, self.path)

    def date(self, modified: datetime) -> None:
        """Date the file as the server does."""
        date_file(self._descriptor, modified)

    async def recover(
        self, place: Place, *, conflict: Conflict = Conflict.RENAME
    ) -> Finished | None:
        """Return the finished file, if an earlier attempt got that far."""
        if self.journal.placed is None and self.journal.placing is None:
            return None
        return await in_thread(lambda _: self._recover(place, conflict))

    async def close(self) -> None:
        """Close the file and its journal; unless they are empty, they stay for another attempt."""
        await self.quiet()
        self._space.release(self._task_id)
        if self._is_open:
            if self.journal.placing is None and self.had.size == 0 and self._is_ours:
                with suppress(OSError):  # who may not write may not remove either
                    self.remove()
                return
            with suppress(OSError, FetchFailed):
                self._lay_down()
                self._check_ours()
                if self.journal.placing is None and self.had != self.journal.written:
                    self.journal.write(self.had)
        self._let_go()

    def remove(self) -> None:
        """Remove the file and its journal."""
        self._let_go()
        forget(self._root, self._task_id)

    async def discard(self, place: Place) -> None:
        """Remove the file and its journal, and the finished file if it got that far.

        One that was being given its name is given it first: that is how it is found. Where its
        folder cannot be opened, there is none.
        """
        with suppress(OSError, FetchFailed):
            finished = await self.recover(place)
            with opened(self._root, place) as folder:
                if finished is not None:
                    os.unlink(finished.name, dir_fd=folder)
                copied(self.path, folder).unlink()
        self.remove()

    def _recover(self, place: Place, conflict: Conflict) -> Finished | None:
        journal = self.journal
        placed = journal.placed
        if placed is not None and self.size_of(placed.name, place) == placed.size:
            self.path.unlink(missing_ok=True)
            return placed
        if journal.placing is not None:
            if self.path.exists():
                return self.place(journal.placing, place, conflict=conflict)
            # It got its name, and the machine stopped before that was written down.
            with writing(self._space.is_full), opened(self._root, place, create=True) as folder:
                file = journal.placing
                name = find(folder, file.name, file.size, inode=file.inode, sha256=file.sha256)
            if name is not None:
                return self._placed(journal.placing, name)
        self._forget()  # somebody took the file away: it is fetched again
        return None

    def _placed(self, finished: Finished, name: str) -> Finished:
        placed = Finished(name, finished.size, finished.sha256, finished.inode)
        self.journal.place_done(placed)
        self.path.unlink(missing_ok=True)
        return placed

    def _count(self, came: int, now: float) -> None:
        """Count what was written; from time to time, note and sync what there is."""
        self._unsynced += came
        self._unnoted += came
        if self._is_open_ended and self.had.end >= self._looked + LOOK_BYTES:
            self._looked = self.had.end
            self._space.reserve(self._task_id, 0)
        if now >= self._next_note or self._unnoted >= max(NOTE_BYTES, self.had.end // NOTE_PART):
            self._note(now)

    def _note(self, now: float) -> None:
        self._next_note, self._unnoted = now + NOTE_SECONDS, 0
        with writing(self._space.is_full):
            self._check_ours()
            self.journal.write(self.had)
        due = now >= self._next_sync or self._unsynced >= SYNC_BYTES
        if due and not self._is_syncing:
            self._next_sync = now + SYNC_SECONDS
            self._works.start(self._sync(), "sync")

    async def _sync(self) -> None:
        ranges, descriptor, version = self.had.copy(), self._descriptor, self._version
        self._is_syncing, self._unsynced = True, 0
        try:
            with writing(self._space.is_full):
                await asyncio.to_thread(os.fdatasync, descriptor)
                if version == self._version:
                    self.journal.sync(ranges)
        finally:
            self._is_syncing = False

    async def _allocate(self, total: int) -> None:
        descriptor = self._descriptor
        with writing(self._space.is_full):
            if await in_thread(lambda stop: self._space.allocate(descriptor, total, stop)):
                self._space.release(self._task_id)

    def _lay_down(self) -> None:
        """Write what waits in memory into the file. Blocks, but not for long."""
        if self._held is None:
            return
        held, self._held, self.had = self._held, None, Ranges()
        with writing(self._space.is_full):
            # What is there without a journal is of an attempt that died before it had one.
            self._file = None if self.journal.is_of_another else fence.open_ours(self.path)
            if self._file is None:
                self._is_open = False  # nothing of this attempt is on the disk
                raise fence.taken_over()
            os.ftruncate(self._file, 0)
        self._write(0, held)

    def _write(self, at: int, data: Buffer) -> None:
        rest = memoryview(data)
        with writing(self._space.is_full):
            while rest:
                count = os.pwrite(self._descriptor, rest, at)
                self.had.add(at, at + count)
                at, rest = at + count, rest[count:]

    def _take(self) -> None:
        """Open the file, or begin anew where another server has it: its files lose their names."""
        with writing(self._space.is_full):
            # One that was about to get its name is whole: whoever gives it that changes nothing.
            self._file = fence.open_ours(self.path, is_whole=self.journal.placing is not None)
        if self._file is None:
            self._forget()

    @property
    def _is_ours(self) -> bool:
        if self._file is None:
            return not self.journal.is_of_another
        return fence.is_at(self._file, self.path)

    def _check_ours(self) -> None:
        if not self._is_ours:
            raise fence.taken_over()

    def _forget(self) -> None:
        self.journal.close()
        forget(self._root, self._task_id)
        self.journal = Journal(self.path.with_suffix(".journal"))

    def _let_go(self) -> None:
        self.journal.close()
        if self._file is not None:
            os.close(self._file)
        self._file, self._held, self._is_open = None, None, False

    @property
    def _descriptor(self) -> int:
        self._lay_down()
        if self._file is None:
            message = "the file is not open"
            raise ValueError(message)
        return self._file
