"""What file systems refuse, and work that is done beside the loop."""

import asyncio
import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import TypeVar

from services.engines.unfinished.together import Together
from services.errors import ErrorCode, FetchFailed

T = TypeVar("T")


@contextmanager
def writing(is_full: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Turn what a file system refuses into a failure that says what to do.

    `is_full` says whether the disk itself has no room, for anybody.
    """
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            message = "The disk is full. Make room; the download goes on by itself."
            # Whoever has a quota, or a disk of their own, is alone with that.
            everywhere = error.errno == errno.ENOSPC and is_full()
            raise FetchFailed(
                message, code=ErrorCode.DISK_FULL, temporary=True, everywhere=everywhere
            ) from error
        message = (
            f"The download folder does not take the file: {error.strerror}. "
            "Look at the folder and at who may write there."
        )
        raise FetchFailed(message, code=ErrorCode.WRITE_FAILED, temporary=True) from error


async def in_thread(work: Callable[[Event], T], together: Together | None = None) -> T:
    """Do `work` in a thread, or `together` with that of others if it is short.

    The event that it is given is set when nobody waits any more.

    Whoever is cancelled meanwhile goes on when the thread has ended: what it works at is not
    taken from under it.
    """
    abandoned = Event()
    if together is not None:
        working = together.start(work, abandoned)
    else:
        working = asyncio.get_running_loop().run_in_executor(None, work, abandoned)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        abandoned.set()
        await asyncio.wait([working])
        if not working.cancelled():
            working.exception()  # nobody asks for it any more
        raise
