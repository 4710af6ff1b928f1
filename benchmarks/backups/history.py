"""What tasks leave behind beside their own rows: a file, an attempt, and events of each."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

EVENTS = ("task.added", "task.started", "task.completed")
AT = time.strftime("%Y-%m-%d %H:%M:%S+00:00", time.gmtime())  # older events are not kept
FILE = """
    INSERT INTO files (id, task_id, name, path, size, sha256, created_at, position, state)
    VALUES (?, ?, ?, ?, 1000000, ?, ?, 0, 'COMPLETED')
"""
ATTEMPT = """
    INSERT INTO attempts (task_id, number, outcome, received, started_at, ended_at)
    VALUES (?, 1, 'COMPLETED', 1000000, ?, ?)
"""
EVENT = "INSERT INTO events (owner_id, task_id, kind, data, at) VALUES (1, ?, ?, ?, ?)"


def plant_history(database: Path, ids: list[UUID]) -> int:
    """Give each of these tasks of a database its history; return how many rows that is."""
    connection = sqlite3.connect(database)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        connection.executemany(FILE, _files(ids))
        connection.executemany(ATTEMPT, ((str(key), AT, AT) for key in ids))
        connection.executemany(EVENT, _events(ids))
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    return len(ids) * (2 + len(EVENTS))


def _files(ids: list[UUID]) -> Iterator[tuple[str, ...]]:
    for key in ids:
        name = f"file-{key.int % 10**9}.bin"
        yield (str(UUID(int=key.int + 1)), str(key), name, f"admin/{name}", f"{key.int:064x}", AT)


def _events(ids: list[UUID]) -> Iterator[tuple[str, ...]]:
    for key in ids:
        for kind in EVENTS:
            yield (str(key), kind, '{"state":"COMPLETED","received":1000000}', AT)
