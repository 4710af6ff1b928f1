"""Whether anything waits for the key that seals secrets."""

from services.store.rows import marks
from services.store.store import Reader
from services.tasks.states import UNFINISHED


async def is_key_awaited(reader: Reader) -> bool:
    """Whether a task that is not finished has sealed secrets."""
    states = [state.value for state in UNFINISHED]
    rows = await reader.fetch(
        "SELECT 1 AS one FROM tasks WHERE secrets IS NOT NULL "  # noqa: S608 - only marks
        f"AND state IN ({marks(len(states))}) LIMIT 1",
        *states,
    )
    return bool(rows)
