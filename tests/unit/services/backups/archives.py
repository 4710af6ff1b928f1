"""Archives made by hand, sound ones and others."""

import gzip
import hashlib
import io
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import orjson

from services.backups.format import ColumnType, Kind, Manifest, Member

NAME = "backup_20260206_023000.tar.gz"
USERS = b'{"id":1,"name":"admin"}\n{"id":2,"name":"eve"}\n'
FILES: Mapping[str, bytes] = {"tables/users.jsonl": USERS, "known_hosts": b"example.com\n"}

Alter = Callable[[tarfile.TarFile], None]


def manifest_of(files: Mapping[str, bytes] = FILES) -> Manifest:
    """Return the manifest of an archive with these files."""
    return Manifest(
        version="1.2.3",
        schema=("0_first.py",),
        created_at=datetime(2026, 2, 6, 2, 30, tzinfo=UTC),
        kind=Kind.SCHEDULED,
        description="nightly",
        dialect="sqlite",
        tables={"users": {"id": ColumnType.INTEGER, "name": ColumnType.TEXT}},
        members=tuple(_member(path, content) for path, content in files.items()),
    )


def write_archive(
    folder: Path,
    *,
    manifest: Manifest | bytes | None = None,
    files: Mapping[str, bytes] = FILES,
    alter: Alter | None = None,
    name: str = NAME,
) -> Path:
    """Write an archive; `alter` adds what does not belong into one."""
    told = manifest_of() if manifest is None else manifest
    content = told if isinstance(told, bytes) else orjson.dumps(told.to_json())
    path = folder / name
    with gzip.open(path, "wb") as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        for each, data in {"manifest.json": content, **files}.items():
            add(tar, each, data)
        if alter:
            alter(tar)
    return path


def add(tar: tarfile.TarFile, path: str, content: bytes, kind: bytes = tarfile.REGTYPE) -> None:
    """Put a file into a tar."""
    entry = tarfile.TarInfo(path)
    entry.size, entry.type = len(content), kind
    if kind == tarfile.SYMTYPE:
        entry.size, entry.linkname = 0, "/etc/passwd"
    tar.addfile(entry, io.BytesIO(content))


def without(manifest: Manifest, path: str) -> Manifest:
    """Return a manifest that says nothing of a member."""
    return replace(manifest, members=tuple(m for m in manifest.members if m.path != path))


def _member(path: str, content: bytes) -> Member:
    rows = content.count(b"\n") if path.startswith("tables/") else None
    return Member(path, len(content), hashlib.sha256(content).hexdigest(), rows)
