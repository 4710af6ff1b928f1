"""Rows for the lists of what keeps a server going."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.ids import new_id
from services.store.rows import write_json
from services.store.store import Transaction
from services.webhooks import line, outbox, webhooks
from tests.integration.http.running import Running

(ARCHIVE,) = (Path(__file__).parents[2] / "fixtures" / "backups").glob("schema-5_*.tar.gz")
MANY_HEADERS = 20
COPY = "copy_20261125_{:06}.tar.gz"

NOTIFIER = """
    INSERT INTO notifiers (id, owner_id, name, service, shown, url, level, created_at)
    VALUES (?, ?, 'phone', 'json', 'json://', '', 'info', ?)
"""
TRANSFER = """
    INSERT INTO transfers (user_id, day, engine, host, downloads, failures, bytes, milliseconds)
    VALUES (?, ?, ?, ?, 1, 0, 5, 1)
"""
DELIVERIES = "SELECT id FROM webhook_deliveries ORDER BY id"


def keep_backups(argosy: Running, many: int) -> None:
    """Put as many archives where backups lie."""
    folder = argosy.container.settings.backups
    folder.mkdir(exist_ok=True)
    for n in range(many):
        shutil.copy(ARCHIVE, folder / COPY.format(n))


async def tell_others(argosy: Running, many: int) -> None:
    """Give the administrator what came from many hosts, notifiers, and webhooks that were tried."""
    headers = write_json({f"x-{n}": "y" for n in range(MANY_HEADERS)})
    now, admin = datetime.now(UTC), argosy.container.admin.id
    later = now + timedelta(days=1)

    async def write(transaction: Transaction) -> None:
        for _ in range(many):
            endpoint = new_id()
            await transaction.execute(NOTIFIER, new_id(), admin, now)
            await transaction.execute(
                webhooks.INSERT,
                *(endpoint, admin, "", "sealed", "https://example.com"),
                *('["task.*"]', "{}", None, "sealed", True, now, now),
            )
            await transaction.execute(
                outbox.INSERT,
                *(new_id(), endpoint, admin, None, "task.completed", "{}", None),
                *("WAITING", now, later),
            )
        for n in range(many):
            await transaction.execute(TRANSFER, admin, now.date(), f"e{n}", f"host{n}.example.com")
        for row in await transaction.fetch(DELIVERIES):
            for number in (1, 2, 3):
                await transaction.execute(
                    line.INSERT_TRY,
                    *(row["id"], number, now, 5, headers, 500, headers, "no", None),
                )

    await argosy.container._store.write(write)
