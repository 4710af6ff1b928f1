"""Checks archives: that all is there, as it was written, and nothing else."""

import gzip
import hashlib
import tarfile
from collections.abc import Callable, Iterator
from typing import IO

import orjson

from services.backups.child.making import Tell
from services.backups.child.orders import CheckOrder
from services.backups.format import Columns, Member, table_path
from services.backups.headers import PlainHeader
from services.backups.progress import Phase
from services.backups.reading import DAMAGES, next_manifest, sentence
from services.backups.values import check_value

BLOCK = 1 << 20
LONGEST_LINE = 64 << 20  # bytes
MOST_PADDING = 4 << 20  # bytes after the last member
MOST_PROBLEMS = 20  # told; nobody reads more


def check(order: CheckOrder, tell: Tell) -> list[str]:
    """Return what is wrong with an archive; nothing if all is well."""
    found = _Problems()
    size = max(1, order.archive.stat().st_size)
    with order.archive.open("rb") as file:
        if order.sha256 and hashlib.file_digest(file, "sha256").hexdigest() != order.sha256:
            found.add("the archive is not the one that was made: its SHA-256 is another")
        file.seek(0)
        try:
            with (
                gzip.open(file) as packed,
                tarfile.open(fileobj=packed, mode="r|", tarinfo=PlainHeader) as tar,
            ):
                _check_members(tar, found, lambda: tell(Phase.CHECKING, 99 * file.tell() / size))
                _check_end(packed)
        except (*DAMAGES, ValueError) as error:
            found.add(sentence(error))
    return found.sentences


def _check_end(packed: gzip.GzipFile) -> None:
    """Read to the end, where the checksum of gzip stands."""
    for _ in range(MOST_PADDING // BLOCK):
        if not (block := packed.read(BLOCK)):
            return
        if block.strip(b"\0"):
            break
    message = "there is something after its end"
    raise ValueError(message)


class _Problems:
    """What is wrong, up to a number that somebody reads."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def add(self, sentence: str) -> None:
        if len(self.sentences) < MOST_PROBLEMS:
            self.sentences.append(sentence)


def _check_members(tar: tarfile.TarFile, found: _Problems, told: Callable[[], None]) -> None:
    manifest = next_manifest(tar)
    expected = {member.path: member for member in manifest.members}
    columns = {table_path(table): kinds for table, kinds in manifest.tables.items()}
    while (entry := tar.next()) is not None:
        told()
        member = expected.pop(entry.name, None)
        if member is None:
            found.add(f"{entry.name[:200]!r} does not belong into an archive")
        elif entry.size != member.bytes:
            found.add(f"{member.path} has {entry.size} bytes instead of {member.bytes}")
        else:
            _check_member(_content(tar, entry), member, columns.get(member.path), found, told)
    for path in (*expected, *(columns.keys() - {member.path for member in manifest.members})):
        found.add(f"{path} is missing")


def _check_member(
    content: IO[bytes],
    member: Member,
    columns: Columns | None,
    found: _Problems,
    told: Callable[[], None],
) -> None:
    hashed = hashlib.sha256()
    rows = 0
    for line in _lines(content, hashed.update, told):
        rows += 1
        if columns is not None and (problem := _wrong_with(line, columns)):
            found.add(f"{member.path}, line {rows}: {problem}")
    if hashed.hexdigest() != member.sha256:
        found.add(f"{member.path} is not what was written: its SHA-256 is another")
    if columns is not None and rows != member.rows:
        found.add(f"{member.path} has {rows} rows instead of {member.rows}")


def _lines(
    content: IO[bytes], update: Callable[[bytes], object], told: Callable[[], None]
) -> Iterator[bytes]:
    rest = b""
    while block := content.read(BLOCK):
        told()
        update(block)
        *lines, rest = (rest + block).split(b"\n")
        yield from lines
        if len(rest) > LONGEST_LINE:
            message = "a line is too long"
            raise ValueError(message)
    if rest:
        yield rest


def _wrong_with(line: bytes, columns: Columns) -> str | None:
    try:
        row = orjson.loads(line)
    except ValueError:
        return "this is no JSON"
    if not isinstance(row, dict) or row.keys() != columns.keys():
        return "these are not the columns of the table"
    for column, kind in columns.items():
        if not check_value(kind, row[column]):
            return f"{column} is no {kind.value}"
    return None


def _content(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    content = tar.extractfile(entry)
    if content is None:
        message = f"{entry.name!r} cannot be read"
        raise ValueError(message)
    return content
