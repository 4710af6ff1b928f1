"""Counting what was fetched, by user and day, in the transaction that makes it so."""

from datetime import datetime

from services.store.store import Transaction

ADD = """
    INSERT INTO statistics (user_id, day, downloads, failures, bytes, milliseconds, stored)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (user_id, day) DO UPDATE SET
        downloads = statistics.downloads + excluded.downloads,
        failures = statistics.failures + excluded.failures,
        bytes = statistics.bytes + excluded.bytes,
        milliseconds = statistics.milliseconds + excluded.milliseconds,
        stored = statistics.stored + excluded.stored
"""
ADD_USED = """
    INSERT INTO statistics
        (user_id, day, downloads, failures, bytes, milliseconds, added, received, stored)
    VALUES (?, ?, 0, 0, 0, 0, ?, ?, ?)
    ON CONFLICT (user_id, day) DO UPDATE SET
        added = statistics.added + excluded.added,
        received = statistics.received + excluded.received,
        stored = statistics.stored + excluded.stored
"""


async def add_downloads(
    transaction: Transaction,
    user_id: int,
    at: datetime,
    *,
    count: int,
    size: int,
    milliseconds: int,
    stored: int = 0,
) -> None:
    """Count finished downloads of `size` bytes in all that were worked at for that time.

    `stored` is by how much what lies there has grown.
    """
    milliseconds = max(count, milliseconds)
    values = (user_id, at.date(), count, 0, size, milliseconds, stored)
    await transaction.execute(ADD, *values)


async def add_failure(transaction: Transaction, user_id: int, at: datetime) -> None:
    """Count a download that was given up."""
    await transaction.execute(ADD, user_id, at.date(), 0, 1, 0, 0, 0)


async def add_used(
    transaction: Transaction,
    user_id: int,
    at: datetime,
    *,
    added: int = 0,
    received: int = 0,
    stored: int = 0,
) -> None:
    """Count downloads that were asked for, bytes that came in, and by how much files grew."""
    await transaction.execute(ADD_USED, user_id, at.date(), added, received, stored)
