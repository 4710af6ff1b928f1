"""Databases with very many tasks, made in seconds: rows first, then their indexes."""

import random
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

MONTH_MS = 30 * 24 * 3600 * 1000
STATES = ("COMPLETED",) * 90 + ("FAILED",) * 5 + ("CANCELLED",) * 3 + ("PAUSED",) * 2
KINDS = (None, "IMAGE", "VIDEO", "ARCHIVE", "DOCUMENT")

INSERT = """
    INSERT INTO tasks (id, owner_id, engine, url, folder, name, state, due_at, created_at, total,
        host, kind, priority, position, is_due, finished_at, fingerprint, options,
        revision, attempt, failures, received, active_ms)
    VALUES (?, 1, 'http', ?, '', ?, ?, ?, ?, ?, ?, ?, 0, ?, 1, ?, ?, '{}', 3, 1, 0, 0, 0)
"""
PAUSE = "INSERT INTO settings (key, value, updated_at) VALUES ('queue_paused', 'true', ?)"
INDEXES = """
    SELECT name, sql FROM sqlite_master
    WHERE type = 'index' AND tbl_name = 'tasks' AND sql IS NOT NULL
"""


def plant(database: Path, number: int) -> list[UUID]:
    """Put `number` tasks of the first user into a migrated database; return the ids, oldest first.

    They are spread over a month that ends now. The queue is paused: nothing that is added is
    begun.
    """
    start = int(time.time() * 1000) - MONTH_MS
    chance = random.Random(number)
    step = MONTH_MS / number
    ids = [
        UUID(int=(start + int(n * step)) << 80 | 7 << 76 | 2 << 62 | chance.getrandbits(62))
        for n in range(number)
    ]
    connection = sqlite3.connect(database)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -200000")
        indexes = connection.execute(INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(f'DROP INDEX "{name}"')
        connection.executemany(INSERT, _rows(ids, chance))
        for _, made_by in indexes:
            connection.execute(made_by)
        connection.execute(PAUSE, (_time(start),))
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    return ids


def _rows(ids: list[UUID], chance: random.Random) -> Iterator[tuple[object, ...]]:
    for key in ids:
        milliseconds = key.int >> 80
        at = _time(milliseconds)
        state = chance.choice(STATES)
        host = f"host-{chance.randrange(50)}.example"
        name = f"file-{chance.randrange(10**9)}.bin"
        ended = None if state == "PAUSED" else at
        yield (
            *(str(key), f"https://{host}/{name}", name, state, at, at, chance.randrange(1 << 34)),
            *(host, chance.choice(KINDS), milliseconds << 20, ended),
            f"{chance.getrandbits(128):032x}",
        )


def _time(milliseconds: int) -> str:
    """Return a time as the database has it."""
    whole = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(milliseconds / 1000))
    return f"{whole}.{milliseconds % 1000:03d}000+00:00"
