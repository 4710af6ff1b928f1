"""Requests that are answered once, however often they are sent: by a key of their client's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.clock import Clock
from services.errors import Conflict, InvalidInput
from services.store.rows import Row, marks, read_json, write_json
from services.store.store import Reader, Store, Transaction

KEPT = timedelta(hours=24)
BATCH = 1000  # requests in one transaction
LONGEST_KEY = 255  # letters

CLAIM = """
    INSERT INTO requests (owner_id, key, fingerprint, result, created_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (owner_id, key) DO NOTHING RETURNING id
"""
FORGET = "DELETE FROM requests WHERE owner_id = ? AND key = ? AND created_at <= ?"
ANSWERED = "SELECT fingerprint, result FROM requests WHERE owner_id = ? AND key = ?"
OLD = "SELECT id FROM requests WHERE created_at <= ? ORDER BY created_at, id LIMIT ?"


@dataclass(frozen=True, slots=True)
class Key:
    """A client's key, and the fingerprints of all that was asked with it, the newest first.

    The others are of the seals' older keys: what was asked before a new one came is still known.
    """

    text: str
    fingerprints: Sequence[str]


async def repeated(
    transaction: Transaction, owner_id: int, key: Key, result: list[UUID], now: datetime
) -> list[UUID] | None:
    """Return the ids that this request was answered with before; None if it is the first.

    Then `result` is what it is answered with from now on. Of two that are sent at once, the second
    waits for the first. Raises `Conflict` if something else was asked with the same key.
    """
    await transaction.execute(FORGET, owner_id, key.text, now - KEPT)
    kept = write_json([str(each) for each in result])
    if await transaction.fetch(CLAIM, owner_id, key.text, key.fingerprints[0], kept, now):
        return None
    (row,) = await transaction.fetch(ANSWERED, owner_id, key.text)
    return _result(row, key)


async def made_with(reader: Reader, owner_id: int, key: Key, now: datetime) -> list[UUID] | None:
    """Return the ids that a request with this key was answered with; None if there was none.

    Raises `Conflict` if something else was asked with it.
    """
    rows = await reader.fetch(f"{ANSWERED} AND created_at > ?", owner_id, key.text, now - KEPT)
    return _result(rows[0], key) if rows else None


def _result(row: Row, key: Key) -> list[UUID]:
    if row["fingerprint"] not in key.fingerprints:
        message = "Something else was asked with this key; take a new one for each request."
        raise Conflict(message, field="idempotencyKey")
    return [UUID(text) for text in read_json(row["result"])]


def check_key(text: str | None) -> None:
    """Raise `InvalidInput` if a client's key is none."""
    if text is not None and not (0 < len(text) <= LONGEST_KEY and text.isprintable()):
        message = f"A key has 1 to {LONGEST_KEY} letters, none of them a control character."
        raise InvalidInput(message, field="idempotencyKey")


class Repetitions:
    """Forgets requests once nobody repeats them any more."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def sweep(self) -> int:
        """Forget what was asked a day ago; return how many requests."""
        before, count = self._clock.now() - KEPT, 0
        while rows := await self._store.fetch(OLD, before, BATCH):
            ids = [row["id"] for row in rows]
            statement = f"DELETE FROM requests WHERE id IN ({marks(len(ids))})"  # noqa: S608

            async def write(
                transaction: Transaction, statement: str = statement, ids: list[int] = ids
            ) -> None:
                await transaction.execute(statement, *ids)

            await self._store.write(write)
            count += len(ids)
        return count
