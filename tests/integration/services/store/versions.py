"""A program that is one version on: its migrations are ours and one more."""

import shutil
from pathlib import Path

import pytest

from services.store import migrations
from services.store.tables import APP

OURS = [
    "0_20261122000000_first_tables.py",
    "1_20261125000000_options.py",
    "2_20261125120000_progress_mark.py",
    "3_20261125130000_queue.py",
    "4_20261125180000_access.py",
    "5_20261125210000_upkeep.py",
]
NEXT = f"{len(OURS)}_20270101000000_next.py"

TEMPLATE = '''"""One more."""

from tortoise import BaseDBAsyncClient


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """{script}"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return ""
'''

ADD_COLUMN = "ALTER TABLE users ADD COLUMN colour VARCHAR(8);"

# As SQLite changes a table: by another of the same name. With foreign keys on, dropping the
# old one would take the tasks with it.
REBUILD = """
CREATE TABLE users_new (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "name" VARCHAR(32) NOT NULL UNIQUE,
    "role" VARCHAR(16) NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "colour" VARCHAR(8)
);
INSERT INTO users_new (id, name, role, created_at) SELECT id, name, role, created_at FROM users;
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;
"""


def add_version(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """Let the program have a further migration, which runs `script`."""
    location = folder / "versions"
    shutil.copytree(migrations.LOCATION, location, ignore=shutil.ignore_patterns("__pycache__"))
    (location / APP / NEXT).write_text(TEMPLATE.format(script=script))
    monkeypatch.setattr(migrations, "LOCATION", location)
