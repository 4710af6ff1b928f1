"""From where finished tasks came: one host each, but for groups, whose files have their own."""

from collections import defaultdict
from collections.abc import Sequence
from urllib.parse import urlsplit

from services.statistics.transfers import Amount, Source
from services.store.store import Reader
from services.tasks.records import Task

FILES = """
    SELECT url, size FROM files WHERE task_id = ? AND state = 'COMPLETED' AND url IS NOT NULL
"""


async def amounts_of(reader: Reader, tasks: Sequence[Task]) -> dict[Source, Amount]:
    """Return how much came from each source. A group is one download, of its first host."""
    amounts: defaultdict[Source, Amount] = defaultdict(Amount)
    for task in tasks:
        own = Source(task.engine, task.host)
        spent = Amount(downloads=1, milliseconds=max(1, task.active_ms))
        if not task.is_group:
            amounts[own] += spent + Amount(bytes=task.received)
            continue
        amounts[own] += spent
        for row in await reader.fetch(FILES, task.id):
            source = Source(task.engine, _host(row["url"]))
            amounts[source] += Amount(bytes=int(row["size"]))
    return dict(amounts)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
