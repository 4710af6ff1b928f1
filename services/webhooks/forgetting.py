"""Removing all that was told to somebody, a little at a time: there may be much of it.

What goes with a row in one statement keeps everybody else from writing for as long as that takes.
"""

from functools import partial
from uuid import UUID

from services.store.store import Store, Transaction

CHUNK = 1000  # deliveries in one transaction

OF_ENDPOINT = """
    DELETE FROM webhook_deliveries WHERE id IN (
        SELECT id FROM webhook_deliveries WHERE webhook_id = ? ORDER BY id LIMIT ?
    ) RETURNING id
"""
OF_USER = """
    DELETE FROM webhook_deliveries WHERE id IN (
        SELECT id FROM webhook_deliveries WHERE owner_id = ? ORDER BY id LIMIT ?
    ) RETURNING id
"""


async def forget_deliveries_to(store: Store, webhook_id: UUID) -> None:
    """Remove all deliveries to an endpoint."""
    await _forget(store, OF_ENDPOINT, webhook_id)


async def forget_deliveries_of(store: Store, owner_id: int) -> None:
    """Remove all deliveries of a user."""
    await _forget(store, OF_USER, owner_id)


async def _forget(store: Store, statement: str, whose: object) -> None:
    while await store.write(partial(_remove_some, statement, whose)) == CHUNK:
        pass


async def _remove_some(statement: str, whose: object, transaction: Transaction) -> int:
    return len(await transaction.fetch(statement, whose, CHUNK))
