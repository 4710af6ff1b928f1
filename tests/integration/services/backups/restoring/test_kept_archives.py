"""Every archive that an earlier version has left is restored, into both databases."""

from pathlib import Path

import pytest

from services.backups.restoring.restoring import RestoreWish
from services.store.store import Store
from tests.fixtures.backups.make import FOLDER, PASSPHRASE
from tests.integration.services.backups.restoring.offline import offline

ARCHIVES = sorted(FOLDER.glob("*.tar.gz"))


def test_there_are_some() -> None:
    assert ARCHIVES != []


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.name)
async def test_it_is_restored(store: Store, tmp_path: Path, archive: Path) -> None:
    here = offline(store, tmp_path, getattr(store, "_url", None)).restoring

    preview = await here.preview(str(archive))
    restored = await here.restore(RestoreWish(str(archive), preview.confirmation, PASSPHRASE))

    rows = {table.table: table.rows for table in preview.tables}
    for table, count in rows.items():
        found = await store.fetch(f'SELECT COUNT(*) AS n FROM "{table}"')  # noqa: S608 - ours
        assert found[0]["n"] >= count, table
    assert restored.rows == sum(m.rows or 0 for m in preview.manifest.members)
    assert (restored.keys, set(restored.placed)) == (1, {"argosy.toml.restored", "known_hosts"})
