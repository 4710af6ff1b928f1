"""The data folder belongs to one server at a time."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from services.errors import Conflict, Unavailable


class FolderLock:
    """A lock on the data folder, held until released or until this process ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file: int | None = None

    def acquire(self) -> None:
        """Take the lock.

        Raises `Conflict`, naming the process that has it, or `Unavailable` where the folder
        cannot be used.
        """
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = os.open(self.folder / "argosy.lock", flags, 0o600)
        except OSError as error:
            raise Unavailable(_unusable(self.folder, error)) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(file, 32, 0).decode(errors="replace").strip() or "unknown"
            os.close(file)
            message = (
                f"Another Argosy (process {holder}) is using the data folder {self.folder}. "
                "Stop it, or give this one another folder with ARGOSY_DATA_DIR."
            )
            raise Conflict(message) from None
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
        self._file = file

    def release(self) -> None:
        """Let the next one in."""
        if self._file is not None:
            with suppress(OSError):
                os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def _unusable(folder: Path, error: OSError) -> str:
    if isinstance(error, FileExistsError | NotADirectoryError):
        existing = next(path for path in (folder, *folder.parents) if os.path.lexists(path))
        what = "a file" if existing.is_file() else "not a folder"
        return (
            f"The data folder {folder} cannot be used: {existing} is {what}. "
            "Choose another with ARGOSY_DATA_DIR."
        )
    return (
        f"The data folder {folder} cannot be used: {error.strerror}. Let this user "
        "write there, or choose another with ARGOSY_DATA_DIR."
    )
