"""One backup or restore at a time in a folder of backups, of all processes."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.errors import Conflict, Unavailable

LOCK = ".lock"
FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Have the folder, which is made if there is none, for one backup or restore.

    Raises `Conflict` while somebody else has it, and `Unavailable` where it cannot be used. It
    blocks only as long as opening a file does. A process that ends lets go of it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(folder / LOCK, FLAGS, 0o600)
    except OSError as error:
        raise unusable(folder, error) from error
    try:
        _take(file)
        yield
    finally:
        os.close(file)


def unusable(folder: Path, error: OSError) -> Unavailable:
    """Return what to tell of a folder of backups that cannot be used."""
    return Unavailable(
        f"The folder of backups {folder} cannot be used: {error.strerror or error}. Let this user "
        "write there, or choose another with ARGOSY_BACKUP_DIR."
    )


def _take(file: int) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        message = "A backup is being made or restored. Wait until it is done, and ask again."
        raise Conflict(message) from None
