"""Whose an unfinished file is, where two servers have one download folder.

A server that stood still for longer than its lease has lost its tasks, and does not know that when
it goes on. What it does before it learns that must not touch the files of whoever has them now:
that one begins with files of its own, and the other finds out that its are gone.
"""

import fcntl
import os
from pathlib import Path

from services.errors import ErrorCode, FetchFailed

FILE = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC


def open_ours(path: Path, *, is_whole: bool = False) -> int | None:
    """Open an unfinished file for one server alone; None where another has it open.

    Then that is no matter only where the file `is_whole`.
    """
    file = os.open(path, FILE, 0o666)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if not is_whole:
            os.close(file)
            return None
    except OSError:  # a file system without locks
        pass
    return file


def is_at(file: int, path: Path) -> bool:
    """Whether `path` still leads to that open file."""
    try:
        there = path.stat(follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(there, os.fstat(file))


def taken_over() -> FetchFailed:
    """Return what is said where another server has the file."""
    message = (
        "Another server is at this download, or somebody took its unfinished file away. "
        "It is tried again."
    )
    return FetchFailed(message, code=ErrorCode.CONFLICT, temporary=True)
