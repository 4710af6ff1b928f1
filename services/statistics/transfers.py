"""Counting what was fetched from where, and with what, beside the sums of the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.store.store import Transaction

MOST_HOSTS = 100  # of one user and day that are counted apart
OTHERS = ""  # the host of what came from all others
LONGEST_HOST = 255

ADD = """
    UPDATE transfers SET downloads = downloads + ?, failures = failures + ?, bytes = bytes + ?,
        milliseconds = milliseconds + ?
    WHERE user_id = ? AND day = ? AND engine = ? AND host = ?
    RETURNING id
"""
HOSTS = "SELECT COUNT(DISTINCT host) AS n FROM transfers WHERE user_id = ? AND day = ?"
KNOWN = "SELECT id FROM transfers WHERE user_id = ? AND day = ? AND host = ? LIMIT 1"
BEGIN = """
    INSERT INTO transfers (user_id, day, engine, host, downloads, failures, bytes, milliseconds)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (user_id, day, engine, host) DO UPDATE SET
        downloads = transfers.downloads + excluded.downloads,
        failures = transfers.failures + excluded.failures,
        bytes = transfers.bytes + excluded.bytes,
        milliseconds = transfers.milliseconds + excluded.milliseconds
"""


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """From where something came, and by which engine."""

    engine: str
    host: str


@dataclass(frozen=True, slots=True)
class Amount:
    """How much came."""

    downloads: int = 0
    failures: int = 0
    bytes: int = 0
    milliseconds: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(
            self.downloads + other.downloads,
            self.failures + other.failures,
            self.bytes + other.bytes,
            self.milliseconds + other.milliseconds,
        )


async def add_transfers(
    transaction: Transaction, user_id: int, at: datetime, amounts: Mapping[Source, Amount]
) -> None:
    """Count what a user fetched from each source.

    Call it behind the sums of the day in the same transaction: whoever has the row of those is
    alone with the rows of these.
    """
    for source, amount in sorted(amounts.items()):
        await _add(transaction, user_id, at.date(), source, amount)


async def _add(
    transaction: Transaction, user_id: int, day: date, source: Source, amount: Amount
) -> None:
    sums = (amount.downloads, amount.failures, amount.bytes, amount.milliseconds)
    host = source.host if len(source.host) <= LONGEST_HOST else OTHERS
    if await transaction.fetch(ADD, *sums, user_id, day, source.engine, host):
        return
    if not await transaction.fetch(KNOWN, user_id, day, host):
        (row,) = await transaction.fetch(HOSTS, user_id, day)
        host = host if row["n"] < MOST_HOSTS else OTHERS
    await transaction.execute(BEGIN, user_id, day, source.engine, host, *sums)
