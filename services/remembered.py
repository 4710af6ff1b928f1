"""What the server remembers about itself."""

from collections.abc import Mapping, Sequence

from services.clock import Clock
from services.store.rows import read_json, write_json
from services.store.store import Store, Transaction

FIRST_START = "first_start"

REMEMBER = """
    INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?)
    ON CONFLICT (key) DO NOTHING RETURNING key
"""
PUT = """
    INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
"""


class Remembered:
    """Values by name, kept in the table of settings."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def get(self, key: str) -> object:
        """Return a value, or None if there is none."""
        rows = await self._store.fetch("SELECT value FROM settings WHERE key = ?", key)
        return read_json(rows[0]["value"]) if rows else None

    async def all_below(self, prefix: str) -> dict[str, object]:
        """Return the values whose keys begin with `prefix`."""
        rows = await self._store.fetch(
            "SELECT key, value FROM settings WHERE substr(key, 1, ?) = ? ORDER BY key",
            len(prefix),
            prefix,
        )
        return {row["key"]: read_json(row["value"]) for row in rows}

    async def put(self, key: str, value: object) -> None:
        """Keep a value in the place of what there was."""
        now = self._clock.now()

        async def write(transaction: Transaction) -> None:
            await transaction.execute(PUT, key, write_json(value), now)

        await self._store.write(write)

    async def put_once(self, key: str, value: object) -> bool:
        """Keep a value unless there is one; return whether this was the first."""
        if await self.get(key) is not None:
            return False
        now = self._clock.now()

        async def write(transaction: Transaction) -> bool:
            return len(await transaction.fetch(REMEMBER, key, write_json(value), now)) == 1

        return await self._store.write(write)

    async def forget(self, key: str) -> None:
        """Keep no value under `key` any more."""
        await self.put_all({}, [key])

    async def put_all(self, values: Mapping[str, object], gone: Sequence[str] = ()) -> None:
        """Keep several values, and those under `gone` no more: all of it or nothing."""
        now = self._clock.now()

        async def write(transaction: Transaction) -> None:
            for key in sorted(gone):
                await transaction.execute("DELETE FROM settings WHERE key = ?", key)
            for key in sorted(values):
                await transaction.execute(PUT, key, write_json(values[key]), now)

        await self._store.write(write)
