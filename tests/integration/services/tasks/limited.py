"""Users with quotas."""

from services.access.identity import Identity
from services.access.quotas.tiers import Tier, Tiers
from services.store.store import Store, Transaction
from services.tasks.records import Task
from services.tasks.states import TaskState
from tests.integration.services.tasks.stored import plant

A, B, C = (f"https://example.com/{name}" for name in "abc")
MIDNIGHT = "It begins anew at 2026-11-23 00:00 UTC."

TIERS = Tiers(
    [
        Tier("some", downloads_per_day=3),
        Tier("few", tasks_at_once=3),
        Tier("thin", bytes_per_day=1000),
        Tier("small", stored_bytes=1000),
        Tier("poor", 1, 100, 1, 100),
        Tier("nothing", downloads_per_day=0),
    ]
)


async def put(store: Store, user: Identity, tier: str) -> None:
    """Give a user a tier, whether it is in the settings or not."""

    async def write(transaction: Transaction) -> None:
        statement = "UPDATE users SET tier = ? WHERE id = ?"
        await transaction.execute(statement, tier, user.user_id)

    await store.write(write)


async def plant_some(store: Store, user: Identity, *states: TaskState) -> list[Task]:
    """Put tasks of a user into storage, in these states."""
    return [await plant(store, user, state) for state in states]


async def used(store: Store, user: Identity) -> dict[str, int]:
    """Return the sums of a user's quotas over all days."""
    (row,) = await store.fetch(
        "SELECT COALESCE(SUM(added), 0) AS added, COALESCE(SUM(received), 0) AS received, "
        "COALESCE(SUM(stored), 0) AS stored FROM statistics WHERE user_id = ?",
        user.user_id,
    )
    return {name: int(row[name]) for name in ("added", "received", "stored")}
