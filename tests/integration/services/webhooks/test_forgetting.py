"""What was told to somebody goes with them, in pieces that keep nobody from writing."""

import pytest

from services.access.identity import Identity
from services.errors import NotFound
from services.ids import new_id
from services.store.rows import read_id
from services.store.store import Store, Transaction
from services.webhooks.deliveries import DeliveryFilter
from services.webhooks.forgetting import CHUNK, forget_deliveries_of
from services.webhooks.records import Webhook
from tests.integration.services.webhooks.rig import Rig

EVERYTHING = DeliveryFilter()
MANY = CHUNK + 1
URL = "https://example.com/hook"
INSERT = """
    INSERT INTO webhook_deliveries (message, webhook_id, owner_id, event, body, state, tries,
        created_at, due_at, ended_at)
    VALUES (?, ?, ?, 'task.added', '{}', 'DELIVERED', 1, ?, ?, ?)
"""


async def tell_much(rig: Rig, who: Identity) -> Webhook:
    """Return a webhook that was told much."""
    webhook, now = await rig.webhook(who, URL), rig.clock.now()
    rows = [(new_id(), webhook.id, who.user_id, now, now, now) for _ in range(MANY)]

    async def write(transaction: Transaction) -> None:
        await transaction.execute_many(INSERT, rows)

    await rig.store.write(write)
    return webhook


async def told(store: Store) -> list[object]:
    rows = await store.fetch("SELECT DISTINCT webhook_id FROM webhook_deliveries")
    return [read_id(row["webhook_id"]) for row in rows]


async def test_deleted_webhook_takes_all_along_and_nothing_of_others(
    rig: Rig, alice: Identity
) -> None:
    gone, other = await tell_much(rig, alice), await tell_much(rig, alice)
    stranger = await rig.somebody("bob")

    with pytest.raises(NotFound):
        await rig.webhooks.delete(stranger, gone.id)
    kept = await rig.deliveries.count(alice, EVERYTHING)
    deleted = await rig.webhooks.delete(alice, gone.id)

    assert kept == 2 * MANY
    assert deleted.id == gone.id
    assert await rig.webhooks.find(alice, gone.id) is None
    assert await told(rig.store) == [other.id]


async def test_user_takes_all_along_and_nothing_of_others(rig: Rig, alice: Identity) -> None:
    bob = await rig.somebody("bob")
    await tell_much(rig, alice)
    other = await tell_much(rig, bob)

    await forget_deliveries_of(rig.store, alice.user_id)

    assert await told(rig.store) == [other.id]
