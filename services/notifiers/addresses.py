"""The URLs of notifiers, which are secrets: sealed while they lie in the database."""

import asyncio
from uuid import UUID

from services.errors import Unavailable
from services.sealing import KeyAway, Sealer
from services.store.store import Reader, Transaction

SEALED = "SELECT id, url FROM notifiers ORDER BY id"
RESEAL = "UPDATE notifiers SET url = ? WHERE id = ?"


def bound_to(notifier_id: UUID | str) -> str:
    """Return what the URL of a notifier is sealed for."""
    return f"notifier {notifier_id}"


async def seal_url(sealer: Sealer, notifier_id: UUID, url: str) -> str:
    """Return a URL as it is stored. Raises `Unavailable` without a usable key."""
    return await asyncio.to_thread(sealer.seal, url.encode(), bound_to(notifier_id))


async def open_url(sealer: Sealer, notifier_id: UUID, sealed: str) -> str:
    """Return a stored URL. Raises `Unavailable` where it does not open."""
    try:
        content = await asyncio.to_thread(sealer.open, sealed, bound_to(notifier_id))
    except KeyAway as error:
        message = "The key that the address is sealed with is away. Put back the key file."
        raise Unavailable(message) from error
    except Unavailable as error:
        message = "The address was sealed with a key that is lost. Give the notifier its URL again."
        raise Unavailable(message) from error
    return content.decode()


async def is_address_sealed(reader: Reader) -> bool:
    """Whether there is a notifier, whose URL needs the key."""
    return bool(await reader.fetch("SELECT id FROM notifiers LIMIT 1"))


async def reseal_addresses(transaction: Transaction, sealer: Sealer) -> tuple[int, int]:
    """Seal all URLs with the newest key; return how many, and how many had another's."""
    fresh, lost = [], 0
    for row in await transaction.fetch(SEALED):
        whose = bound_to(str(row["id"]))
        try:
            content = sealer.open(row["url"], whose)
        except KeyAway:
            raise
        except Unavailable:  # of a key that is in nobody's file any more
            lost += 1
            continue
        fresh.append((sealer.seal(content, whose), row["id"]))
    await transaction.execute_many(RESEAL, fresh)
    return len(fresh), lost
