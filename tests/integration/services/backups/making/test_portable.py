"""Every table goes in whole, and both databases say the same."""

import json
from pathlib import Path
from typing import Any

from services.backups.format import TABLES
from services.backups.records import Wish
from services.store.store import Store
from tests.fakes.clock import FakeClock
from tests.integration.services.backups.filling import ROWS, fill
from tests.integration.services.backups.making.backing import Backing, backing, manifest


def rows_of(given: Backing, filename: str) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of an archive in an order that no database chooses."""
    return {
        table: sorted(given.rows(filename, table), key=lambda row: json.dumps(row, sort_keys=True))
        for table in TABLES
    }


async def test_every_row_of_every_table_is_the_same_from_either_database(
    sqlite: Store, postgres: Store, tmp_path: Path, clock: FakeClock
) -> None:
    found = []
    for store in (sqlite, postgres):
        await fill(store)
        folder = tmp_path / "backups" / store.dialect
        async with backing(store, tmp_path, clock, folder=folder) as given:
            backup = await given.backups.create(Wish())
            assert (await given.backups.verify(backup.filename)).problems == []
            assert manifest(given.folder / backup.filename).dialect == store.dialect
            found.append(rows_of(given, backup.filename))

    on_sqlite, on_postgres = found
    assert on_sqlite == on_postgres
    counts = {table: len(rows) for table, rows in on_sqlite.items()}
    # Those that remember things have a few more.
    assert {table for table, count in counts.items() if count < ROWS} == set()


async def test_tables_that_are_left_out_are_nowhere_in_it(
    sqlite: Store, tmp_path: Path, clock: FakeClock
) -> None:
    await fill(sqlite)
    digests = [row["digest"] for row in await sqlite.fetch("SELECT digest FROM one_time_tokens")]
    digests += [row["digest"] for row in await sqlite.fetch("SELECT digest FROM sessions")]

    async with backing(sqlite, tmp_path, clock) as given:
        backup = await given.backups.create(Wish())
        rows = json.dumps(rows_of(given, backup.filename), ensure_ascii=False)

    long = [digest for digest in digests if len(digest) > 8]
    assert long
    assert [digest for digest in long if f'"digest": {json.dumps(digest)}' in rows] == []
