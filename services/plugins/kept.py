"""What is kept of plugins in the database: one row for each that was ever switched on."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.store.rows import Row, read_json, read_time, read_time_or_none
from services.store.store import Reader

ALL = "SELECT * FROM plugins ORDER BY name"
BEGIN = """
    INSERT INTO plugins (name, is_enabled, settings, state, permissions, crashes, updated_at)
    VALUES (?, ?, '{}', '{}', '[]', 0, ?) ON CONFLICT (name) DO NOTHING
"""
ENABLE = """
    UPDATE plugins SET is_enabled = ?, permissions = ?, crashes = 0, last_error = NULL,
        last_crashed_at = NULL, disabled_because = NULL, updated_at = ?
    WHERE name = ?
"""
DISABLE = "UPDATE plugins SET is_enabled = ?, disabled_because = ?, updated_at = ? WHERE name = ?"
CRASHED = """
    UPDATE plugins SET crashes = crashes + 1, last_error = ?, last_crashed_at = ? WHERE name = ?
"""
SET = "UPDATE plugins SET settings = ?, updated_at = ? WHERE name = ?"
REMEMBER = "UPDATE plugins SET state = ? WHERE name = ?"


@dataclass(frozen=True, slots=True)
class Kept:
    """The row of a plugin. What is secret in `settings` is sealed.

    `crashes` counts since it was last switched on; `granted` are the permissions it has had since
    then. `updated_at` is when it was switched, or its settings changed.
    """

    name: str
    is_enabled: bool = False
    settings: dict[str, Any] = field(default_factory=dict, repr=False)
    state: dict[str, Any] = field(default_factory=dict, repr=False)
    granted: frozenset[str] = frozenset()
    crashes: int = 0
    last_error: str | None = None
    last_crashed_at: datetime | None = None
    disabled_because: str | None = None
    updated_at: datetime | None = None


async def read_kept(reader: Reader) -> dict[str, Kept]:
    """Return what is kept, by name."""
    return {row["name"]: _kept(row) for row in await reader.fetch(ALL)}


def _kept(row: Row) -> Kept:
    return Kept(
        name=row["name"],
        is_enabled=bool(row["is_enabled"]),
        settings=read_json(row["settings"]),
        state=read_json(row["state"]),
        granted=frozenset(read_json(row["permissions"])),
        crashes=row["crashes"],
        last_error=row["last_error"],
        last_crashed_at=read_time_or_none(row["last_crashed_at"]),
        disabled_because=row["disabled_because"],
        updated_at=read_time(row["updated_at"]),
    )
