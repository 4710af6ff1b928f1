"""What lies in the place of a file, and what is done to it there."""

import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from services.errors import ErrorCode, Skipped
from services.files.places import Place, has_same_bytes, opened


def size_in(root: Path, place: Place, name: str) -> int | None:
    """Return how many bytes there are under that name in `place`; None if it is free."""
    try:
        with opened(root, place) as folder:
            return os.stat(name, dir_fd=folder, follow_symlinks=False).st_size
    except (FileNotFoundError, NotADirectoryError):
        return None


def refuse_same(root: Path, place: Place, name: str, file: Path) -> None:
    """Raise `Skipped` where `place` has a file of that name with the bytes of `file`. Blocks."""
    with suppress(FileNotFoundError, NotADirectoryError), opened(root, place) as folder:
        if has_same_bytes(file, folder, name):
            message = f"The file {name} that is there has the same bytes."
            raise Skipped(message, code=ErrorCode.NOT_MODIFIED)


def date_file(file: int, modified: datetime) -> None:
    """Date an open file as the server does."""
    stamp = modified.timestamp()
    with suppress(OSError, OverflowError):  # a date that no file system takes
        os.utime(file, (stamp, stamp))
