"""One backup or restore at a time in a folder of backups, of all processes."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.errors import Conflict, Unavailable

LOCK = ".lock"


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Have the folder, which is made if there is none, for one backup or restore.

    Raises `Conflict` while somebody else has it, and `Unavailable` where it cannot be used. It
    blocks only as long as opening a file does.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        message = (
            f"The folder of backups {folder} cannot be used: {error.strerror}. Let this user write "
            "there, or choose another with ARGOSY_BACKUP_DIR."
        )
        raise Unavailable(message) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        message = "A backup is being made or restored. Wait until it is done, and ask again."
        raise Conflict(message) from None
    finally:
        os.close(file)
