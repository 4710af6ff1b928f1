"""Switching endpoints off, and what waits for them with that."""

from datetime import datetime
from uuid import UUID

from services.store.store import Transaction
from services.webhooks.records import DeliveryState

RULE = "webhook.failing"  # raised where the server switches one off

SWITCH_OFF = """
    UPDATE webhooks SET is_active = ?, disabled_because = ?, updated_at = ? WHERE id = ?
"""
# What is being sent at this moment comes to an end of its own.
CANCEL = """
    UPDATE webhook_deliveries SET state = ?, ended_at = ?, lease_until = NULL
    WHERE webhook_id = ? AND ended_at IS NULL AND (lease_until IS NULL OR lease_until < ?)
"""


async def switch_off(
    transaction: Transaction, webhook_id: UUID, because: str | None, now: datetime
) -> None:
    """Tell an endpoint nothing more. `because` is the server's reason, if it is the server's."""
    await transaction.execute(SWITCH_OFF, False, because, now, webhook_id)
    await cancel_waiting(transaction, webhook_id, now)


async def cancel_waiting(transaction: Transaction, webhook_id: UUID, now: datetime) -> None:
    """Send nothing of what waits for an endpoint."""
    await transaction.execute(CANCEL, DeliveryState.CANCELLED.value, now, webhook_id, now)
