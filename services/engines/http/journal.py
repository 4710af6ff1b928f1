"""What the next attempt needs to know, written beside the unfinished file.

A line of JSON each: first what the server said of the file, then how much of it is safe on
the disk, at last the name it was given. A line that was cut off by a crash does not count.
Data is synced before the line that speaks of it, so a line never promises too much.
"""

import os
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@cache
def this_boot() -> str:
    """Return what tells this run of the machine from all others, or nothing if unknown."""
    try:
        return BOOT_ID.read_text().strip()
    except OSError:
        return ""


@dataclass(frozen=True, slots=True)
class Source:
    """What a server said of the file that is being fetched."""

    url: str
    validator: str | None  # for If-Range: a strong ETag, else Last-Modified if it is strong
    total: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Finished:
    """A file that is whole, with the name it is to have or has."""

    name: str
    size: int
    sha256: str


class Journal:
    """The journal of one unfinished file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self.source: Source | None = None
        self.synced = 0  # bytes that survive the loss of power
        self.boot = ""
        self.placing: Finished | None = None
        self.placed: Finished | None = None

    @classmethod
    def load(cls, path: Path) -> "Journal":
        """Read the journal in `path`; an empty one if there is none."""
        journal = cls(path)
        try:
            lines = path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return journal
        for line in lines[:-1]:  # the last is empty, or was cut off
            try:
                journal._take(orjson.loads(line))
            except (orjson.JSONDecodeError, TypeError, KeyError):
                break
        return journal

    def trusted(self, length: int) -> int:
        """Return how many bytes of an unfinished file of that length are as they were sent.

        Nothing written is lost when a process dies, only when the machine does: after that,
        what was not synced may be anything.
        """
        return length if self.boot and self.boot == this_boot() else min(length, self.synced)

    def begin(self, source: Source) -> None:
        """Start over for a file of which nothing has been fetched."""
        self.close()
        self._path.unlink(missing_ok=True)
        self.source, self.synced, self.placing, self.placed = source, 0, None, None
        self.boot = this_boot()
        self._append({"source": asdict(source), "boot": self.boot})

    def go_on(self) -> None:
        """Note that what follows is written in this run of the machine."""
        if self.boot != this_boot():
            self.boot = this_boot()
            self._append({"boot": self.boot})

    def sync(self, length: int) -> None:
        """Note that the first `length` bytes have been synced."""
        self.synced = length
        self._append({"synced": length})

    def place(self, finished: Finished) -> None:
        """Note that the file is whole and synced, and about to get its name."""
        self.placing = finished
        self._append({"placing": asdict(finished)}, durable=True)

    def place_done(self, finished: Finished) -> None:
        """Note the name that it was given."""
        self.placed = finished
        self._append({"placed": asdict(finished)}, durable=True)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def remove(self) -> None:
        """Close the file and remove it."""
        self.close()
        self._path.unlink(missing_ok=True)

    def _append(self, line: dict[str, object], *, durable: bool = False) -> None:
        if self._file is None:
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
            self._file = os.open(self._path, flags, 0o600)
            self._mend()
        os.write(self._file, orjson.dumps(line) + b"\n")
        if durable:
            os.fsync(self._file)

    def _mend(self) -> None:
        """Cut off a last line that a crash left without its end."""
        content = self._path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if self._file is not None and whole < len(content):
            os.ftruncate(self._file, whole)

    def _take(self, line: dict[str, Any]) -> None:
        if "source" in line:
            self.source = Source(**line["source"])
        if "boot" in line:
            self.boot = str(line["boot"])
        if "synced" in line:
            self.synced = int(line["synced"])
        if "placing" in line:
            self.placing = Finished(**line["placing"])
        if "placed" in line:
            self.placed = Finished(**line["placed"])
