"""What is not restored as it was: marks by which everybody notices that it is another database."""

import secrets
import sqlite3
import string
from contextlib import closing
from datetime import datetime
from pathlib import Path

from services.access.revision import REVISION
from services.events.log import NAME as EVENT_LOG
from services.ids import new_id
from services.store.rows import write_json

RESTORED = "restored"  # remembered: another value after each restore

PUT = """
    INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
"""


def renew(path: Path, now: datetime) -> str:
    """Make the marks of a staged database new, and return that of this restore. It blocks.

    The log of events gets another name, so that no cursor of the log before leads to another
    event. All servers look again who may be connected.
    """
    mark = str(new_id())
    letters = "".join(secrets.choice(string.ascii_lowercase) for _ in range(8))
    marks = {EVENT_LOG: letters, REVISION: str(new_id()), RESTORED: mark}
    rows = [(name, write_json(value), str(now)) for name, value in marks.items()]
    with closing(sqlite3.connect(path)) as database, database:
        database.executemany(PUT, rows)
    return mark
