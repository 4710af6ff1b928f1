"""Makes an archive: rows into files, files into a tar."""

import gzip
import hashlib
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import orjson

from services.backups.child.orders import ARCHIVE, MakeOrder
from services.backups.child.sources import Source, postgres_source, sqlite_source
from services.backups.format import MANIFEST, Manifest, Member, Shape, table_path
from services.backups.progress import Phase
from services.backups.values import Shower

BLOCK = 1 << 20
SYNC_EVERY = 4 << 20  # bytes: so that nobody else's write waits for many of ours
LEVEL = 6  # of gzip
TELL_EVERY = 500  # rows
# Which part of the whole each phase is, in percent.
SPANS = {Phase.COPYING: (0, 15), Phase.READING: (15, 70), Phase.PACKING: (70, 99)}

Tell = Callable[[Phase, float], None]  # the phase, and the percentage of the whole


@dataclass(frozen=True, slots=True)
class Made:
    """An archive that was made, and is on the disk."""

    manifest: Manifest
    size: int
    sha256: str


def make(order: MakeOrder, tell: Tell) -> Made:
    """Make `order.draft / ARCHIVE`."""
    with _source(order, tell) as source:
        manifest = _read(order, source, tell)
    with (order.draft / MANIFEST).open("wb") as file:
        file.write(orjson.dumps(manifest.to_json(), option=orjson.OPT_INDENT_2))
    size, sha256 = _pack(order.draft, manifest, tell)
    return Made(manifest, size, sha256)


@contextmanager
def _source(order: MakeOrder, tell: Tell) -> Iterator[Source]:
    if order.credentials is not None:
        with postgres_source(order.credentials) as source:
            yield source
    elif order.database is not None:
        told = _within(Phase.COPYING, tell)
        with sqlite_source(order.database, order.draft, told) as source:
            yield source


def _read(order: MakeOrder, source: Source, tell: Tell) -> Manifest:
    """Write the tables' members, and say what all members are."""
    told = _within(Phase.READING, tell)
    counts = {shape.table: source.count(shape.table) for shape in order.shapes}
    total, before = max(1, sum(counts.values())), 0
    members = []
    for shape in order.shapes:
        members.append(_write_table(order.draft, shape, source, _from(before, total, told)))
        before += counts[shape.table]
    members += [_member_of(order.draft, path) for path in order.extras]
    return Manifest(
        version=order.version,
        schema=source.schema(),
        created_at=order.created_at,
        kind=order.kind,
        description=order.description,
        dialect=source.dialect,
        tables={shape.table: shape.columns for shape in order.shapes},
        members=tuple(members),
        left_out=order.left_out,
    )


def _write_table(draft: Path, shape: Shape, source: Source, told: Callable[[int], None]) -> Member:
    path = table_path(shape.table)
    shower, rows = Shower(shape.columns), 0
    (draft / path).parent.mkdir(exist_ok=True)
    with (draft / path).open("xb") as raw:
        file = Measured(raw)
        for row in source.rows(shape):
            file.write(shower.line(row))
            rows += 1
            if rows % TELL_EVERY == 0:
                told(rows)
    return Member(path, file.size, file.sha256, rows)


def _member_of(draft: Path, path: str) -> Member:
    content = (draft / path).read_bytes()
    return Member(path, len(content), hashlib.sha256(content).hexdigest())


def _pack(draft: Path, manifest: Manifest, tell: Tell) -> tuple[int, str]:
    """Put all members into a tar; return its size and its SHA-256."""
    told = _within(Phase.PACKING, tell)
    made = manifest.created_at.timestamp()
    total, done = max(1, sum(member.bytes for member in manifest.members)), 0
    with (draft / ARCHIVE).open("xb") as raw:
        file = Measured(raw, sync_every=SYNC_EVERY)
        with (
            gzip.GzipFile("", "wb", LEVEL, file, mtime=made) as packed,
            tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
        ):
            for path in (MANIFEST, *(member.path for member in manifest.members)):
                size = (draft / path).stat().st_size
                with (draft / path).open("rb") as content:
                    reading = Watched(content, _from(done, total, told))
                    tar.addfile(_entry(path, size, made), reading)
                done += size
                (draft / path).unlink()  # the disk may be small
        file.sync()
    return file.size, file.sha256


def _entry(path: str, size: int, made: float) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(path)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(made)
    return entry


def _within(phase: Phase, tell: Tell) -> Callable[[float], None]:
    begin, end = SPANS[phase]

    def told(part: float) -> None:
        tell(phase, begin + (end - begin) * min(max(part, 0.0), 1.0))

    told(0)
    return told


def _from(before: int, total: int, told: Callable[[float], None]) -> Callable[[int], None]:
    """Return what takes how many are done after those `before`, and tells which part of all."""
    return lambda done: told((before + done) / total)


@dataclass(slots=True)
class Measured:
    """A file to write to that knows the size and the hash of what was written."""

    raw: IO[bytes]
    sync_every: int = 0
    size: int = 0
    _synced: int = 0
    _hash: Any = field(default_factory=hashlib.sha256)

    def write(self, content: bytes) -> int:
        """Write, and now and then have it on the disk."""
        self.raw.write(content)
        self._hash.update(content)
        self.size += len(content)
        if self.sync_every and self.size - self._synced >= self.sync_every:
            self.sync()
        return len(content)

    def flush(self) -> None:
        """Do as files do."""
        self.raw.flush()

    def sync(self) -> None:
        """Have all on the disk."""
        self.raw.flush()
        os.fdatasync(self.raw.fileno())
        self._synced = self.size

    @property
    def sha256(self) -> str:
        """The hash so far, in hex."""
        return str(self._hash.hexdigest())


@dataclass(slots=True)
class Watched:
    """A file to read from that tells how far it was read."""

    raw: IO[bytes]
    told: Callable[[int], None]
    at: int = 0

    def read(self, size: int = BLOCK) -> bytes:
        """Read, and tell."""
        content = self.raw.read(size)
        self.at += len(content)
        self.told(self.at)
        return content
