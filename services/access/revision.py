"""The number of changes in who may do what, so that every server notices them."""

from services.ids import new_id
from services.store.rows import write_json
from services.store.store import Reader, Transaction

REVISION = "access_revision"

ADVANCE = """
    INSERT INTO settings (key, value, updated_at) VALUES (?, ?, CURRENT_TIMESTAMP)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
"""


async def read_revision(reader: Reader) -> object:
    """Return what is another value after each change."""
    rows = await reader.fetch("SELECT value FROM settings WHERE key = ?", REVISION)
    return rows[0]["value"] if rows else None


async def advance(transaction: Transaction) -> None:
    """Have all servers look again whether those who are connected may still be.

    Call it in the transaction that takes a key, a login, a role or a user away.
    """
    await transaction.execute(ADVANCE, REVISION, write_json(str(new_id())))
