"""The archives that this version and earlier ones leave to later ones."""

from pathlib import Path

import pytest

from services.backups.columns import shapes
from services.backups.format import TABLES, WRAPPED_KEY
from services.backups.maker import check_file
from services.backups.reading import read_manifest
from services.backups.wrapping import unwrap
from services.store.migrations import versions
from tests.fixtures.backups.make import FOLDER, KEY_FILE, PASSPHRASE, name
from tests.integration.services.backups.making.backing import member

ARCHIVES = sorted(FOLDER.glob("*.tar.gz"))


def test_this_state_of_the_tables_has_its_archive() -> None:
    assert any(archive.name.startswith(f"{name()}_") for archive in ARCHIVES)


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.name)
async def test_archive_is_as_it_was_written(archive: Path) -> None:
    assert await check_file(archive) == []


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.name)
async def test_every_table_of_it_is_filled(archive: Path) -> None:
    manifest = read_manifest(archive)

    empty = [m.path for m in manifest.members if m.path.startswith("tables/") and not m.rows]
    assert empty == []
    assert len(manifest.tables) >= len(TABLES) or list(manifest.schema) != versions()
    assert unwrap(member(archive, WRAPPED_KEY), PASSPHRASE) == KEY_FILE


def test_newest_archive_has_the_columns_of_now() -> None:
    """Where this fails, a migration has changed that has not gone out: make its archive anew."""
    (newest,) = (archive for archive in ARCHIVES if archive.name.startswith(f"{name()}_"))
    manifest = read_manifest(newest)

    assert list(manifest.schema) == versions()
    assert manifest.tables == {shape.table: shape.columns for shape in shapes()}
