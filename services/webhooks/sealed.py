"""What is sealed of webhooks: whether it waits for the key, and sealing it with another."""

from dataclasses import dataclass

from services.errors import Unavailable
from services.sealing import KeyAway, Sealer
from services.store.rows import read_id
from services.store.store import Reader, Transaction
from services.webhooks.records import bound_callback, bound_headers, bound_secret, bound_url

COLUMNS = {
    "url": bound_url,
    "headers": bound_headers,
    "secret": bound_secret,
    "previous_secret": bound_secret,
}
# Of a task, and of what is to be told of it: the same text, bound to the task.
CALLBACKS = (
    "SELECT DISTINCT id, callback AS sealed FROM tasks WHERE callback IS NOT NULL",
    "SELECT DISTINCT task_id AS id, url AS sealed FROM webhook_deliveries WHERE url IS NOT NULL",
)
RESEAL_CALLBACK = (
    "UPDATE tasks SET callback = ? WHERE callback = ?",
    "UPDATE webhook_deliveries SET url = ? WHERE url = ?",
)


@dataclass(frozen=True, slots=True)
class ResealedWebhooks:
    """How many sealed texts are under the new key, and how many had another's."""

    texts: int
    lost: int


async def is_webhook_sealed(reader: Reader) -> bool:
    """Whether a webhook needs the key."""
    return bool(await reader.fetch("SELECT 1 AS one FROM webhooks LIMIT 1"))


async def reseal_webhooks(transaction: Transaction, sealer: Sealer) -> ResealedWebhooks:
    """Seal what webhooks and callbacks have sealed with the newest key."""
    texts = lost = 0
    for row in await transaction.fetch("SELECT * FROM webhooks ORDER BY id"):
        for column, bound in COLUMNS.items():
            fresh = _resealed(sealer, row[column], bound(read_id(row["id"])))
            if fresh is not None:
                statement = f"UPDATE webhooks SET {column} = ? WHERE id = ?"  # noqa: S608 - ours
                await transaction.execute(statement, fresh, row["id"])
            texts += fresh is not None
            lost += bool(row[column]) and fresh is None
    for find, reseal in zip(CALLBACKS, RESEAL_CALLBACK, strict=True):
        rows = await transaction.fetch(find)
        opened = [
            (_resealed(sealer, row["sealed"], bound_callback(read_id(row["id"]))), row["sealed"])
            for row in rows
        ]
        fresh_texts = [(fresh, old) for fresh, old in opened if fresh is not None]
        await transaction.execute_many(reseal, fresh_texts)
        texts += len(fresh_texts)
        lost += len(opened) - len(fresh_texts)
    return ResealedWebhooks(texts, lost)


def _resealed(sealer: Sealer, text: str | None, belongs_to: str) -> str | None:
    """Return a text sealed anew; None where there is none, or it is of a key that is gone."""
    if not text:
        return None
    try:
        return sealer.seal(sealer.open(text, belongs_to), belongs_to)
    except KeyAway:
        raise
    except Unavailable:
        return None
