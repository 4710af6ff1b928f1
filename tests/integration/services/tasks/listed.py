"""How many tasks there are."""

from services.access.identity import Identity
from services.tasks.listing.filters import EVERYTHING
from services.tasks.listing.sorting import TaskOrder
from services.tasks.tasks import Tasks


async def count(tasks: Tasks, identity: Identity) -> int:
    return await tasks.listing(identity, EVERYTHING, TaskOrder.CREATED_NEWEST).count()
