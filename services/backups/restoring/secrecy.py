"""Whether what is sealed in a staged database can be opened with the keys that there are."""

import re
import sqlite3
from collections.abc import Collection, Mapping
from contextlib import closing
from pathlib import Path

# A sealed text is `v1.KEY_ID.…`, and nothing else in these columns begins so.
SEALED: Mapping[str, tuple[str, ...]] = {
    "tasks": ("secrets", "callback"),
    "users": ("totp_secret",),
    "webhooks": ("url", "headers", "secret", "previous_secret"),
    "webhook_deliveries": ("url",),
    "notifiers": ("url",),
}
# In the settings of plugins, such a text stands in the place of each value that is secret.
IN_SETTINGS = re.compile(r'\{"sealed":\s*"v1\.([^".]{8})\.')


def sealed_with(path: Path) -> dict[str, int]:
    """Return with which keys, by their ids, how many values of a staged database are sealed."""
    found: dict[str, int] = {}
    with closing(sqlite3.connect(path)) as database:
        for table, columns in SEALED.items():
            for column in columns:
                rows = database.execute(
                    f"SELECT substr({column}, 4, 8) AS id, COUNT(*) FROM {table} "  # noqa: S608 - ours
                    f"WHERE {column} LIKE 'v1.________.%' GROUP BY id"
                )
                for key_id, count in rows:
                    found[key_id] = found.get(key_id, 0) + count
        for (settings,) in database.execute("SELECT settings FROM plugins"):
            for key_id in IN_SETTINGS.findall(settings):
                found[key_id] = found.get(key_id, 0) + 1
    return found


def unopened(path: Path, known: Collection[str]) -> int:
    """Return how many values of a staged database no known key opens. It blocks."""
    return sum(count for key_id, count in sealed_with(path).items() if key_id not in known)
