"""The drill: from SQLite to PostgreSQL and back, with every table filled, row by row the same."""

from pathlib import Path
from typing import Any

from services.backups.format import LEFT_OUT
from services.backups.records import Wish
from services.backups.restoring.restoring import RestoreWish
from services.store.choose import make_store
from services.store.store import Store
from tests.integration.databases import Databases, opened
from tests.integration.services.backups.filling import ROWS, contents, fill, models
from tests.integration.services.backups.restoring.offline import Offline, offline
from tests.integration.services.backups.restoring.ready import TABLES

Contents = dict[str, list[dict[str, Any]]]


async def test_every_table_has_rows_and_is_in_an_archive_or_left_out(store: Store) -> None:
    await fill(store)

    found = await contents(store, models())

    assert {table: len(rows) for table, rows in found.items()} == dict.fromkeys(models(), ROWS)
    assert set(TABLES) | set(LEFT_OUT) == set(models())


async def test_no_column_is_the_same_in_all_rows_unless_it_must_be(sqlite: Store) -> None:
    await fill(sqlite)

    found = await contents(sqlite, TABLES)

    same = {
        f"{table}.{column}"
        for table, rows in found.items()
        for column in rows[0]
        if len({str(row[column]) for row in rows}) == 1
    }
    assert same == {"users.tier", "tasks.options", "keys.scopes", "webhooks.events"}


async def test_sqlite_to_postgres_and_back(
    databases: Databases, sqlite: Store, postgres: Store, tmp_path: Path
) -> None:
    await fill(sqlite)
    original = await contents(sqlite, TABLES)
    postgres_dir, back_dir = tmp_path / "postgres", tmp_path / "back"
    postgres_dir.mkdir()
    back_dir.mkdir()
    await databases.sqlite(back_dir)

    url: str = postgres._url  # type: ignore[attr-defined]
    made_here = await back_up(offline(sqlite, tmp_path))
    await restore(offline(postgres, postgres_dir, url), made_here)
    in_postgres = await contents(postgres, TABLES)
    made_there = await back_up(offline(postgres, postgres_dir, url))
    async with opened(make_store(back_dir, None)) as back:
        await restore(offline(back, back_dir), made_there)
        at_the_end = await contents(back, TABLES)

    assert known_of(original, in_postgres) == original
    assert known_of(original, at_the_end) == original
    for found in (in_postgres, at_the_end):
        assert more_than(original, found) <= {"events", "settings", "log_counts"}


async def back_up(here: Offline) -> Path:
    made = await here.backups.create(Wish("for the drill"))
    return here.settings.backups / made.filename


async def restore(there: Offline, archive: Path) -> None:
    preview = await there.restoring.preview(str(archive))
    assert sum(table.added for table in preview.tables) >= ROWS * len(TABLES)
    assert preview.lost_since == 0
    restored = await there.restoring.restore(RestoreWish(str(archive), preview.confirmation))
    assert restored.before is None  # there was nothing


def known_of(original: Contents, found: Contents) -> Contents:
    """Return those rows of `found` whose keys the original has, in its order."""
    known = {}
    for table, rows in original.items():
        key = key_of(table)
        by_key = {row[key]: row for row in found[table]}
        known[table] = [by_key.get(row[key], {}) for row in rows]
    return known


def more_than(original: Contents, found: Contents) -> set[str]:
    """Return the tables that have rows which the original does not have."""
    return {table for table, rows in found.items() if len(rows) > len(original[table])}


def key_of(table: str) -> str:
    meta = models()[table]
    return str(meta.fields_map[meta.pk_attr].source_field or meta.pk_attr)
