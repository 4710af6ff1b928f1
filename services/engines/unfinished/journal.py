"""What the next attempt needs to know, written beside the unfinished file.

A line of JSON each: first what the server said of the file, then which ranges of it were
written and which of those are safe on the disk, at last the name it was given. A line that
was cut off by a crash does not count. Data is synced before the line that speaks of it, so
a line never promises too much.
"""

import errno
import os
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from services.engines.unfinished.ranges import Ranges

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
LONGEST = 1 << 20  # bytes; a longer journal is written anew


@cache
def this_boot() -> str:
    """Return what tells this run of the machine from all others, or nothing if unknown."""
    try:
        return BOOT_ID.read_text().strip()
    except OSError:
        return ""


@dataclass(frozen=True, slots=True)
class Source:
    """What a server said of the file that is being fetched.

    `validator` is what tells this file from another at the same URL: over HTTP, what an
    `If-Range` may carry. `total` is in bytes.
    """

    url: str
    validator: str | None
    total: int | None
    name: str
    etag: str | None = None
    modified: datetime | None = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """A file that is whole, with the name it is to have or has.

    `inode` tells it from others in its folder; where it is None, only its hash does.
    """

    name: str
    size: int
    sha256: str | None
    inode: int | None = None


class Journal:
    """The journal of one unfinished file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self._length = 0
        self._is_old = False  # there is a file of before
        self._intended: dict[str, object] = {}  # what the first line will say too
        self.source: Source | None = None
        self.written = Ranges()  # what survives the end of the process
        self.synced = Ranges()  # what survives the loss of power
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
        journal._is_old = True
        for line in lines[:-1]:  # the last is empty, or was cut off
            try:
                journal._take(orjson.loads(line))
            except (orjson.JSONDecodeError, TypeError, KeyError, ValueError, AttributeError):
                break
        return journal

    @property
    def is_there(self) -> bool:
        """Whether anything was ever written down."""
        return self._is_old

    @property
    def is_of_another(self) -> bool:
        """Whether there is one by now, and this one never wrote anything down."""
        return not self._is_old and self._path.exists()

    def trusted(self, length: int) -> Ranges:
        """Return which bytes of an unfinished file of that length are as they were sent.

        Nothing written is lost when a process dies, only when the machine does: after that,
        what was not synced may be anything.
        """
        same = self.boot and self.boot == this_boot()
        ranges = (self.written if same else self.synced).copy()
        ranges.clip(length)
        return ranges

    def begin(self, source: Source) -> None:
        """Start over for a file of which nothing has been fetched."""
        self.intend(source)
        self._append({})

    def intend(self, source: Source) -> None:
        """Do the same, but write nothing down before there is more to say."""
        self.close()
        if self._is_old:
            self._path.unlink(missing_ok=True)
            self._is_old = False
        self.source, self.placing, self.placed = source, None, None
        self.written, self.synced = Ranges(), Ranges()
        self.boot = this_boot()
        self._intended = {"source": source, "boot": self.boot}

    def go_on(self, ranges: Ranges) -> None:
        """Note that `ranges` are there, and what follows is written in this run of the machine."""
        if self.boot != this_boot():
            self.boot = this_boot()
            self.written = ranges.copy()
            self._append({"boot": self.boot, "written": list(ranges)})

    def learn(self, source: Source) -> None:
        """Note what has become known of the same file."""
        self.source = source
        self._append({"source": source})

    def write(self, ranges: Ranges) -> None:
        """Note that `ranges` are in the file, and no others."""
        self.written = ranges.copy()
        self._append({"written": list(ranges)})

    def sync(self, ranges: Ranges) -> None:
        """Note that `ranges` have been synced, and no others."""
        self.synced = ranges.copy()
        if self._intended:  # the line that gives the file its name follows at once
            self._intended["synced"] = list(ranges)
        else:
            self._append({"synced": list(ranges)})

    def place(self, finished: Finished) -> None:
        """Note that the file is whole and synced, and about to get its name."""
        self.placing = finished
        self._append({"placing": finished}, durable=True)

    def place_done(self, finished: Finished) -> None:
        """Note the name that it was given. It is found again if the disk loses this."""
        self.placed = finished
        self._append({"placed": finished})

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _append(self, line: dict[str, object], *, durable: bool = False) -> None:
        if self._file is None:
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
            self._file = os.open(self._path, flags, 0o600)
            self._length = self._mend() if self._is_old else 0
            self._is_old = True
        elif self._length > LONGEST:
            self._shorten()
        content = orjson.dumps(self._intended | line) + b"\n"
        if os.write(self._file, content) < len(content):
            os.ftruncate(self._file, self._length)  # half a line would spoil the next one
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._length += len(content)
        self._intended = {}
        if durable:
            os.fsync(self._file)

    def _mend(self) -> int:
        """Cut off a last line that a crash left without its end; return the length."""
        assert self._file is not None  # noqa: S101 - only called with it open
        length = os.fstat(self._file).st_size
        if length == 0:
            return 0
        content = self._path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.ftruncate(self._file, whole)
        return whole

    def _shorten(self) -> None:
        """Write the journal anew with what it says now."""
        assert self._file is not None  # noqa: S101 - only called with it open
        state: dict[str, object] = {
            "boot": self.boot,
            "synced": list(self.synced),
            "written": list(self.written),
        }
        for name in ("source", "placing", "placed"):
            if (value := getattr(self, name)) is not None:
                state[name] = value
        fresh = self._path.with_suffix(".journal-new")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        file = os.open(fresh, flags, 0o600)
        self._length = os.write(file, orjson.dumps(state) + b"\n")
        os.fsync(file)
        fresh.rename(self._path)
        os.close(self._file)
        self._file = file

    def _take(self, line: dict[str, Any]) -> None:
        if "source" in line:
            self.source = _read_source(line["source"])
        if "boot" in line:
            self.boot = str(line["boot"])
            self.written = self.synced.copy()
        if "synced" in line:
            self.synced = Ranges(line["synced"])
        if "written" in line:
            self.written = Ranges(line["written"])
        if "placing" in line:
            self.placing = Finished(**line["placing"])
        if "placed" in line:
            self.placed = Finished(**line["placed"])


def _read_source(value: dict[str, Any]) -> Source:
    modified = value.get("modified")
    return Source(**{**value, "modified": datetime.fromisoformat(modified) if modified else None})
