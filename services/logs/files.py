"""The files of the log: the newest one is written to, and the oldest ones go.

`argosy.log` is written to; `argosy.log.1` was before it, and so on. Whatever cannot be written is
told to the caller, who must not wait for a full disk.
"""

import os
import re
import secrets
import string
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

NAME = "argosy.log"
NAME_FILE = "name"  # of the log: letters that stand in its cursors
LETTERS = re.compile(r"[a-z]{8}")
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
APPEND = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC


class LogFiles:
    """Up to `most` files of about `size` bytes; none where `most` is 0."""

    def __init__(self, folder: Path, *, size: int, most: int) -> None:
        self.folder = folder
        self._size = size
        self._most = most
        self._file: int | None = None
        self._written = 0  # bytes of the newest

    @property
    def is_kept(self) -> bool:
        """Whether there are to be files at all."""
        return self._most > 0

    def name(self) -> str:
        """Return the letters by which cursors know this log; made once."""
        fresh = "".join(secrets.choice(string.ascii_lowercase) for _ in range(8))
        if not self.is_kept:
            return fresh
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = self.folder / NAME_FILE
            with suppress(FileNotFoundError):
                kept = path.read_bytes()[:64].decode("ascii", "replace").strip()
                if LETTERS.fullmatch(kept):
                    return kept
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
            file = os.open(path, flags, 0o600)
            try:
                os.write(file, fresh.encode())
            finally:
                os.close(file)
        return fresh

    def paths(self) -> list[Path]:
        """Return the files, the newest first."""
        return [self._path(number) for number in range(self._most)]

    def total(self) -> int:
        """Return how many bytes all of them have."""
        total = 0
        for path in self.paths():
            with suppress(OSError):
                total += path.lstat().st_size
        return total

    def tidy(self) -> None:
        """Remove files beyond those that there may be: there were to be more once."""
        with suppress(OSError):
            for path in self.folder.glob(f"{NAME}.*"):
                number = path.name.removeprefix(f"{NAME}.")
                if number.isdecimal() and int(number) >= max(1, self._most):
                    path.unlink(missing_ok=True)

    def append(self, lines: Sequence[bytes]) -> None:
        """Write lines, each without its end; raise `OSError` where that fails: none is written."""
        data = b"".join(line + b"\n" for line in lines)
        file = self._opened()
        if self._written and self._written + len(data) > self._size:
            file = self._turned()
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(file, rest) :]
        except OSError:
            with suppress(OSError):
                os.ftruncate(file, self._written)
            self.close()
            raise
        self._written += len(data)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _path(self, number: int) -> Path:
        return self.folder / (f"{NAME}.{number}" if number else NAME)

    def _opened(self) -> int:
        """Return the newest file: the one that has its name, whoever put it there."""
        if self._file is not None and self._is_ours(self._file):
            return self._file
        self.close()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(self._path(0), APPEND, 0o600)
        try:
            os.fchmod(file, 0o600)
            self._written = os.fstat(file).st_size
            if self._written and os.pread(file, 1, self._written - 1) != b"\n":
                self._written += os.write(file, b"\n")  # the machine died in the middle of a line
        except OSError:
            os.close(file)
            raise
        self._file = file
        return file

    def _is_ours(self, file: int) -> bool:
        try:
            named, ours = self._path(0).lstat(), os.fstat(file)
        except FileNotFoundError:
            return False
        return (named.st_ino, named.st_dev) == (ours.st_ino, ours.st_dev)

    def _turned(self) -> int:
        """Begin a new file, and let the oldest one go."""
        self.close()
        for number in range(self._most - 1, 0, -1):
            with suppress(FileNotFoundError):
                self._path(number - 1).replace(self._path(number))
        if self._most == 1:
            self._path(0).unlink(missing_ok=True)
        return self._opened()


@contextmanager
def opened(paths: Sequence[Path]) -> Iterator[list[int]]:
    """Open each of these files for reading, the newest first, in their order.

    While they are opened they may be turned: one that is met twice is left out, and none missed.
    """
    files: list[int] = []
    seen: set[tuple[int, int]] = set()
    try:
        for path in paths:
            with suppress(OSError):
                file = os.open(path, READ)
                files.append(file)
                status = os.fstat(file)
                if (status.st_dev, status.st_ino) in seen:
                    os.close(files.pop())
                seen.add((status.st_dev, status.st_ino))
        yield files
    finally:
        for file in files:
            os.close(file)
