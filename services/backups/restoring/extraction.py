"""The members of an archive as files in a private folder: only what its manifest says, or nothing.

An archive may come from anywhere, so nothing in it is believed. Each header is looked at before
`tarfile` acts on it; what is no plain file with a name that an archive of ours can have ends it
all. Bytes are counted as they are unpacked, and hashed as they are written.
"""

import gzip
import hashlib
import io
import os
import re
import shutil
import stat
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

import orjson

from services.backups.format import (
    KNOWN_HOSTS,
    MANIFEST,
    MOST_MANIFEST,
    SETTINGS,
    WRAPPED_KEY,
    Manifest,
    Member,
)
from services.backups.headers import NoPlainFile, PlainHeader
from services.backups.restoring.refusals import unusable
from services.errors import Unavailable
from services.text import plain

MOST_BYTES = 64 << 30  # of all members together, unpacked
MOST_MEMBERS = 256
MOST_BESIDE = 1 << 20  # bytes of a member that is no table
BLOCK = 512  # bytes: the header of a member, and what its content is filled up to
CHUNK = 1 << 20
BESIDE = frozenset({SETTINGS, KNOWN_HOSTS, WRAPPED_KEY})
TABLE = re.compile(r"tables/([a-z][a-z0-9_]{0,62})\.jsonl")
SHA256 = re.compile(r"[0-9a-f]{64}")

# All that Python's readers raise about what they are given.
FAULTS = (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, ValueError, OverflowError)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken from an archive."""

    bytes: int = MOST_BYTES
    members: int = MOST_MEMBERS


@dataclass(frozen=True, slots=True)
class Extracted:
    """An archive whose members lie in `folder`, whole. `digest` is the manifest's SHA-256."""

    folder: Path
    manifest: Manifest
    digest: str

    def table(self, name: str) -> Path:
        """Return the file with the rows of a table."""
        return self.folder / "tables" / f"{name}.jsonl"

    def beside(self, path: str) -> Path | None:
        """Return the file of a member that is no table; None where the archive has none."""
        return self.folder / path if any(m.path == path for m in self.manifest.members) else None


def extract(archive: Path, folder: Path, limits: Limits | None = None) -> Extracted:
    """Unpack `archive` into `folder`, which is empty and nobody else's. It blocks.

    Raises `UnusableBackup` for an archive that is not whole or not of ours, and `Unavailable`
    where there is no room for it. Then `folder` may hold a part of it.
    """
    limits = limits or Limits()
    with _reading(archive, limits) as (manifest, digest, members):
        _make_room(manifest, folder)
        expected = {member.path: member for member in manifest.members}
        for member in members:
            listed = expected.pop(member.name, None)
            if listed is None:
                reason = f"its manifest does not list {plain(member.name, most=60)}, or only once"
                raise unusable(reason)
            _write(member, listed, folder)
        if expected:
            reason = f"it ends before {plain(next(iter(expected)), most=60)}"
            raise unusable(reason)
    return Extracted(folder, manifest, digest)


def look(archive: Path, limits: Limits | None = None) -> tuple[Manifest, str]:
    """Return the manifest of an archive and its SHA-256, without a look at the rest. It blocks."""
    with _reading(archive, limits or Limits()) as (manifest, digest, _):
        return manifest, digest


def read_manifest(content: bytes, limits: Limits) -> Manifest:
    """Return the manifest in `content`; raise `UnusableBackup` where it asks for too much."""
    try:
        manifest = Manifest.from_json(orjson.loads(content))
    except (ValueError, RecursionError) as error:
        raise unusable(plain(str(error), most=120)) from error
    paths = [member.path for member in manifest.members]
    if len(paths) != len(set(paths)):
        reason = "its manifest lists a member twice"
        raise unusable(reason)
    if len(paths) > limits.members:
        reason = f"its manifest lists {len(paths)} members, and {limits.members} are the most"
        raise unusable(reason)
    for member in manifest.members:
        _check_listed(member)
    if (together := sum(member.bytes for member in manifest.members)) > limits.bytes:
        reason = f"unpacked it is {together} bytes, and {limits.bytes} are the most"
        raise unusable(reason)
    listed = {found[1] for path in paths if (found := TABLE.fullmatch(path))}
    if listed != set(manifest.tables):
        reason = "its manifest does not list the tables that it describes"
        raise unusable(reason)
    return manifest


def _check_listed(member: Member) -> None:
    is_table = TABLE.fullmatch(member.path) is not None
    if not is_table and member.path not in BESIDE:
        reason = f"no archive of Argosy has a member {plain(member.path, most=60)}"
        raise unusable(reason)
    if member.bytes < 0 or (not is_table and member.bytes > MOST_BESIDE):
        reason = f"{member.path} cannot be {member.bytes} bytes"
        raise unusable(reason)
    if SHA256.fullmatch(member.sha256) is None or is_table != (member.rows is not None):
        reason = f"its manifest does not describe {member.path}"
        raise unusable(reason)


class _Counted(io.RawIOBase):
    """Bytes as they are unpacked, up to a bound: what is packed small may be large."""

    def __init__(self, packed: IO[bytes], most: int) -> None:
        self._unpacked = gzip.GzipFile(fileobj=packed)
        self._left = most

    def read(self, size: int = -1) -> bytes:
        """Return exactly so many bytes, fewer only at the end."""
        # `tarfile` always says how many; it asks for as many as a header tells it to.
        if size < 0 or size > self._left:
            reason = "it is larger, unpacked, than its manifest says"
            raise unusable(reason)
        parts = []
        while size:
            part = self._unpacked.read(min(size, CHUNK))
            if not part:
                break
            parts.append(part)
            size -= len(part)
            self._left -= len(part)
        return b"".join(parts)

    def expect(self, manifest: Manifest) -> None:
        """Take no more than these members, from now on."""
        padded = sum(2 * BLOCK + member.bytes for member in manifest.members)
        self._left = padded + 2 * CHUNK  # the end is read in whole chunks, and some ahead


class _Header(PlainHeader):
    """A header that has one of the names that there are."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        header = super().frombuf(buf, encoding, errors)
        if not _is_expected(header.name):
            reason = f"no archive of Argosy has such a member: {plain(header.name, most=60)}"
            raise unusable(reason)
        return header


@dataclass(frozen=True, slots=True)
class _Found:
    """A member as it comes."""

    name: str
    size: int
    content: IO[bytes]

    def read(self, most: int) -> bytes:
        if self.size > most:
            reason = f"{self.name} is {self.size} bytes, and {most} are the most"
            raise unusable(reason)
        content = self.content.read(self.size)
        if len(content) != self.size:
            reason = f"it ends within {self.name}"
            raise unusable(reason)
        return content


@contextmanager
def _reading(archive: Path, limits: Limits) -> Iterator[tuple[Manifest, str, Iterator[_Found]]]:
    """Give the manifest, its SHA-256, and the other members as they come.

    What is wrong with any of them is raised as `UnusableBackup`.
    """
    with _opened(archive) as packed:
        counted = _Counted(packed, MOST_MANIFEST + 3 * CHUNK)
        try:
            members = _members(counted)
            first = next(members, None)
            if first is None or first.name != MANIFEST:
                reason = f"it does not begin with {MANIFEST}"
                raise unusable(reason)
            content = first.read(MOST_MANIFEST)
            manifest = read_manifest(content, limits)
            counted.expect(manifest)
            yield manifest, hashlib.sha256(content).hexdigest(), members
        except NoPlainFile as error:
            raise unusable(str(error)) from error
        except FAULTS as error:
            reason = f"it is damaged ({plain(str(error), most=80)})"
            raise unusable(reason) from error


def _members(counted: _Counted) -> Iterator[_Found]:
    stream: Any = counted  # all that is asked of it is `read`
    with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header, bufsize=CHUNK) as tar:
        for header in tar:
            content = tar.extractfile(header)
            if content is None:
                reason = f"{header.name} has no content"
                raise unusable(reason)
            yield _Found(header.name, header.size, content)
    while counted.read(CHUNK):  # to the end, where gzip has its own checksum
        pass


def _is_expected(name: str) -> bool:
    return name == MANIFEST or name in BESIDE or TABLE.fullmatch(name) is not None


@contextmanager
def _opened(archive: Path) -> Iterator[IO[bytes]]:
    try:
        file = os.open(archive, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError as error:
        reason = f"it cannot be opened ({error.strerror})"
        raise unusable(reason) from error
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        reason = "it is no plain file"
        raise unusable(reason)
    with os.fdopen(file, "rb") as packed:
        yield packed


def _make_room(manifest: Manifest, folder: Path) -> None:
    """Raise `Unavailable` unless all of it has room, and the database made of it."""
    needed = 3 * sum(member.bytes for member in manifest.members)
    free = shutil.disk_usage(folder).free
    if needed > free:
        message = (
            f"To restore this archive, about {needed} bytes are needed in {folder.parent}, and "
            f"{free} are free. Make room there, and try again."
        )
        raise Unavailable(message)


def _write(member: _Found, listed: Member, folder: Path) -> None:
    if member.size != listed.bytes:
        reason = f"{member.name} is {member.size} bytes, and its manifest says {listed.bytes}"
        raise unusable(reason)
    target = folder / member.name
    target.parent.mkdir(mode=0o700, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    digest, left = hashlib.sha256(), member.size
    try:
        with os.fdopen(os.open(target, flags, 0o600), "wb") as file:
            while left and (part := member.content.read(min(left, CHUNK))):
                file.write(part)
                digest.update(part)
                left -= len(part)
    except OSError as error:
        message = f"{member.name} cannot be written to {folder}: {error.strerror}. Make room there."
        raise Unavailable(message) from error
    if left or digest.hexdigest() != listed.sha256:
        reason = f"{member.name} is not what its manifest says it is"
        raise unusable(reason)
