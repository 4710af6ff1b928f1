"""Host keys that were seen before, in the format of OpenSSH's `known_hosts`.

The first key that a server shows is believed and remembered; another one later is not.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.errors import ErrorCode, FetchFailed

LONGEST = 16 << 20  # bytes; nobody has fetched from so many servers


class KnownHosts:
    """The file of them. It belongs to one loop."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keys(self, host: str, port: int) -> list[str]:
        """Return the keys of a server, each as `ssh-ed25519 AAAA…`; raise `FetchFailed`."""
        pattern = _pattern(host, port)
        with self._using():
            lines = self._lines()
        found = (line.split(maxsplit=1) for line in lines)
        return [words[1] for words in found if len(words) == 2 and words[0] == pattern]

    def remember(self, host: str, port: int, key: str) -> None:
        """Note the key of a server, so that it survives the loss of power; raise `FetchFailed`."""
        with self._using():
            self._append(f"{_pattern(host, port)} {key}\n".encode("ascii"))

    def _lines(self) -> list[str]:
        try:
            with self._path.open(encoding="ascii", errors="replace") as file:
                return file.read(LONGEST).splitlines()
        except FileNotFoundError:
            return []

    def _append(self, line: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        file = os.open(self._path, flags, 0o600)
        try:
            length = os.fstat(file).st_size
            # A line that a crash cut off must not swallow the next one.
            is_cut = length and os.pread(file, 1, length - 1) != b"\n"
            os.write(file, b"\n" + line if is_cut else line)
            os.fsync(file)
        finally:
            os.close(file)

    @contextmanager
    def _using(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            message = (
                f"The file of known host keys, {self._path.name}, cannot be used: "
                f"{error.strerror}. Look at who may read and write it in the data folder."
            )
            raise FetchFailed(message, code=ErrorCode.WRITE_FAILED, temporary=True) from error


def _pattern(host: str, port: int) -> str:
    host = host.lower().rstrip(".")
    return host if port == 22 else f"[{host}]:{port}"
