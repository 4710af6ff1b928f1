"""The attempt at a group: one task with many files, fetched one after another.

Each file is a job of its own, under its own id, and is recorded as soon as it is there: what has
come is not fetched again, and one bad file does not cost the others.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator, Sequence
from dataclasses import replace

from services.engines.engine import Fetched, Meter, Phase
from services.engines.loop import Call
from services.errors import ArgosyError, ErrorCode, FetchFailed, Skipped
from services.tasks.records import File
from services.tasks.states import TaskState

Fetch = Callable[[File, Meter], Call[Fetched]]
Finish = Callable[[File, Fetched], Awaitable[bool]]
Drop = Callable[[File, TaskState, ArgosyError], Awaitable[bool]]


class PartMeter(Meter):
    """Counts for one file, and adds that to what the whole group has."""

    __slots__ = ("_before", "_phase", "_whole")

    def __init__(self, whole: Meter, before: int) -> None:
        self._whole = whole
        self._before = before
        super().__init__()

    @property
    def received(self) -> int:
        return self._whole.received - self._before

    @received.setter
    def received(self, count: int) -> None:
        self._whole.received = self._before + count

    @property
    def phase(self) -> Phase:
        return self._phase

    @phase.setter
    def phase(self, phase: Phase) -> None:
        self._phase = self._whole.phase = phase


class GroupFetch:
    """Fetches the files of a group that are not there yet. Await it; it raises what an engine may.

    `finish` and `drop` write down what became of a file, and say whether the task is still ours.
    Where some files cannot be fetched now, the first such error is raised when all others are
    done; where some never can, one that says how many.
    """

    def __init__(
        self,
        *,
        files: Sequence[File],
        meter: Meter,
        fetch: Fetch,
        finish: Finish,
        drop: Drop,
        forget: Callable[[File], Awaitable[None]],
    ) -> None:
        self._files = list(files)
        self._meter = meter
        self._fetch = fetch
        self._finish = finish
        self._drop = drop
        self._forget = forget
        self._call: Call[Fetched] | None = None
        self._is_cancelled = False
        self._postponed: FetchFailed | None = None
        self._task = asyncio.create_task(self._run(), name="group")

    def __await__(self) -> Generator[object, None, Fetched]:
        return self._task.__await__()

    @property
    def is_done(self) -> bool:
        """Whether it has ended, one way or another."""
        return self._task.done()

    def cancel(self) -> None:
        """Ask it to stop: the file at hand is cut off, what is being recorded is recorded."""
        self._is_cancelled = True
        if self._call is not None:
            self._call.cancel()

    async def _run(self) -> Fetched:
        done = sum(file.size for file in self._files if file.state is TaskState.COMPLETED)
        self._meter.received = done
        for position, file in enumerate(self._files):
            if file.state is TaskState.PENDING:
                if self._is_cancelled:
                    raise asyncio.CancelledError
                ended = self._files[position] = await self._fetch_one(file, done)
                done += ended.size
                self._meter.received = done
        if self._postponed is not None:
            raise self._postponed
        failed = [file for file in self._files if file.state is TaskState.FAILED]
        if failed:
            raise _incomplete(failed, len(self._files))
        return Fetched(self._meter.name, "", done, None)

    async def _fetch_one(self, file: File, before: int) -> File:
        """Fetch a file, write down what came of it, and return it as it is then."""
        self._call = self._fetch(file, PartMeter(self._meter, before))
        try:
            fetched = await self._call
        except Skipped as reason:
            return await self._dropped(file, TaskState.SKIPPED, reason)
        except ArgosyError as error:
            if not isinstance(error, FetchFailed) or not error.temporary:
                return await self._dropped(file, TaskState.FAILED, error)
            if error.everywhere:
                raise
            self._postponed = self._postponed or error
            return file
        finally:
            self._call = None
        _check_ours(await self._finish(file, fetched))
        await self._forget(file)
        return replace(file, state=TaskState.COMPLETED, size=fetched.size)

    async def _dropped(self, file: File, state: TaskState, error: ArgosyError) -> File:
        _check_ours(await self._drop(file, state, error))
        await self._forget(file)
        return replace(file, state=state, error_code=error.code, error_message=error.message)


def _check_ours(is_ours: bool) -> None:
    if not is_ours:
        raise asyncio.CancelledError  # another attempt has the task


def _incomplete(failed: Sequence[File], number: int) -> FetchFailed:
    last = failed[-1]
    message = f"{len(failed)} of {number} files did not come; the last: {last.error_message}"
    return FetchFailed(message, code=last.error_code or ErrorCode.INCOMPLETE, temporary=False)
