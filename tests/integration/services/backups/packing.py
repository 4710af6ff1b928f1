"""Archives made by hand: as ours are, and as nobody should make them."""

import gzip
import hashlib
import io
import tarfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from services.backups.columns import shapes
from services.backups.format import (
    MANIFEST,
    ColumnType,
    Kind,
    Manifest,
    Member,
    Shape,
    portable_time,
    table_path,
)
from services.store.migrations import versions

AT = datetime(2026, 2, 6, 2, 30, tzinfo=UTC)


@dataclass
class Packer:
    """What goes into an archive. Whatever is set apart from `tables` is as it should not be."""

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    beside: dict[str, bytes] = field(default_factory=dict)
    schema: tuple[str, ...] = field(default_factory=lambda: tuple(versions()))
    version: str = "0.5.0"
    raw: dict[str, bytes] = field(default_factory=dict)  # the member of a table, as it is
    columns: dict[str, dict[str, str]] = field(default_factory=dict)  # of a table, instead
    listed: dict[str, dict[str, Any]] = field(default_factory=dict)  # of a member, instead
    members: list[tuple[tarfile.TarInfo, bytes]] = field(default_factory=list)  # at the end
    first: list[tuple[tarfile.TarInfo, bytes]] = field(default_factory=list)
    manifest: bytes | None = None
    only: set[str] = field(default_factory=set)  # tables, where an older version had fewer
    left_away: set[str] = field(default_factory=set)  # members that are listed, and not there

    def contents(self) -> dict[str, bytes]:
        """Return the members by their paths."""
        found = {
            table_path(shape.table): b"".join(
                orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
                for row in self.tables.get(shape.table, [])
            )
            for shape in self._shapes()
        }
        found |= {table_path(table): content for table, content in self.raw.items()}
        return found | self.beside

    def _shapes(self) -> list[Shape]:
        return [shape for shape in shapes() if not self.only or shape.table in self.only]

    def manifest_json(self) -> dict[str, Any]:
        """Return the manifest."""
        contents = self.contents()
        listed = [
            Member(
                path,
                len(content),
                hashlib.sha256(content).hexdigest(),
                content.count(b"\n") if path.startswith("tables/") else None,
            )
            for path, content in contents.items()
        ]
        made = Manifest(
            version=self.version,
            schema=self.schema,
            created_at=AT,
            kind=Kind.MANUAL,
            description="made by a test",
            dialect="sqlite",
            tables={shape.table: shape.columns for shape in self._shapes()},
            members=tuple(listed),
        ).to_json()
        result: dict[str, Any] = dict(made)
        result["tables"] |= self.columns
        for member in result["members"]:
            member.update(self.listed.get(member["path"], {}))
        known = {member["path"] for member in result["members"]}
        result["members"] += [more for path, more in self.listed.items() if path not in known]
        return result

    def write(self, path: Path) -> Path:
        """Write the archive and return its path."""
        content = self.manifest or orjson.dumps(self.manifest_json())
        with tarfile.open(path, "w:gz", format=tarfile.USTAR_FORMAT, compresslevel=1) as tar:
            for info, data in self.first:
                tar.addfile(info, io.BytesIO(data))
            tar.addfile(plain(MANIFEST, content), io.BytesIO(content))
            for name, data in self.contents().items():
                if name not in self.left_away:
                    tar.addfile(plain(name, data), io.BytesIO(data))
            for info, data in self.members:
                tar.addfile(info, io.BytesIO(data))
        return path


def plain(name: str, content: bytes) -> tarfile.TarInfo:
    """Return the header of a plain file."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    return info


def special(name: str, kind: bytes, linkname: str = "") -> tarfile.TarInfo:
    """Return the header of something that is no plain file."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, linkname
    return info


def packed(content: bytes) -> bytes:
    """Return `content` as gzip has it."""
    return gzip.compress(content, 9)


def portable(table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows of `contents` as an archive shows them."""
    (columns,) = (shape.columns for shape in shapes() if shape.table == table)
    return [{name: _portable(columns[name], value) for name, value in row.items()} for row in rows]


def _portable(kind: ColumnType, value: Any) -> Any:
    if value is None:
        return None
    if kind is ColumnType.JSON:
        return orjson.loads(value)
    if kind is ColumnType.TIME:
        return portable_time(value)
    return str(value) if kind in {ColumnType.UUID, ColumnType.DATE} else value
