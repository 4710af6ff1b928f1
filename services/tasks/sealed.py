"""What is sealed: whether it waits for the key, and sealing it with another."""

from dataclasses import dataclass

from services.access.logins.sealed import is_factor_sealed, reseal_factors
from services.errors import Unavailable
from services.notifiers.addresses import is_address_sealed, reseal_addresses
from services.plugins.sealed import is_setting_sealed, reseal_settings
from services.sealing import KeyAway, Sealer
from services.store.rows import marks
from services.store.store import Reader, Store, Transaction
from services.tasks.records import bound_to, read_task
from services.tasks.states import UNFINISHED
from services.webhooks.sealed import is_webhook_sealed, reseal_webhooks

RESEAL = "UPDATE tasks SET secrets = ? WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many have their secrets under the new key, and how many had another's.

    Of webhooks, callbacks and plugins, it is how many texts.
    """

    tasks: int
    lost: int
    users: int = 0
    notifiers: int = 0
    webhooks: int = 0
    plugins: int = 0


async def is_key_awaited(reader: Reader) -> bool:
    """Whether somebody has something sealed that is still needed.

    Such are second factors, addresses of notifiers, webhooks, settings of plugins, and secrets of
    unfinished tasks.
    """
    checks = (is_factor_sealed, is_address_sealed, is_webhook_sealed, is_setting_sealed)
    if any([await is_sealed(reader) for is_sealed in checks]):
        return True
    states = [state.value for state in UNFINISHED]
    rows = await reader.fetch(
        "SELECT 1 AS one FROM tasks WHERE secrets <> '' "  # noqa: S608 - only marks
        f"AND state IN ({marks(len(states))}) LIMIT 1",
        *states,
    )
    return bool(rows)


async def reseal(store: Store, sealer: Sealer) -> Resealed:
    """Seal all that is sealed with a new key, in one transaction.

    The key before it stays in the file: a server that runs may be sealing with it now. Whoever
    knows that none does drops it. Raises `Unavailable`; then everything opens as before.
    """
    sealer.renew()

    async def write(transaction: Transaction) -> Resealed:
        fresh, lost = [], 0
        for row in await transaction.fetch("SELECT * FROM tasks WHERE secrets <> '' ORDER BY id"):
            task, text = read_task(row), str(row["secrets"])
            try:
                content = sealer.open(text, bound_to(task))
            except KeyAway:
                raise
            except Unavailable:  # of a key that is in nobody's file any more
                lost += 1
                continue
            fresh.append((sealer.seal(content, bound_to(task)), task.id))
        await transaction.execute_many(RESEAL, fresh)
        factors = await reseal_factors(transaction, sealer)
        notifiers, lost_addresses = await reseal_addresses(transaction, sealer)
        told = await reseal_webhooks(transaction, sealer)
        settings = await reseal_settings(transaction, sealer)
        lost += factors.lost + lost_addresses + told.lost + settings.lost
        return Resealed(len(fresh), lost, factors.users, notifiers, told.texts, settings.texts)

    return await store.write(write)
