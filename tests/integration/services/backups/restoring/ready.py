"""Archives that are ready to be restored."""

import asyncio
from pathlib import Path

from services.backups.columns import shapes
from services.backups.restoring.preparation import Prepared, prepare
from services.backups.restoring.steps import tell_nobody
from services.store.store import Store
from tests.integration.services.backups.filling import contents
from tests.integration.services.backups.packing import Packer, portable

TABLES = [shape.table for shape in shapes()]


async def packer_of(store: Store) -> Packer:
    """Return what makes an archive of all that a store has."""
    found = await contents(store, TABLES)
    return Packer(tables={table: portable(table, rows) for table, rows in found.items()})


async def prepared(packer: Packer, folder: Path) -> Prepared:
    """Return an archive unpacked and staged in `folder`."""
    archive = packer.write(folder / "made.tar.gz")
    inside = folder / "unpacked"
    inside.mkdir()
    return await asyncio.to_thread(prepare, archive, inside, tell_nobody)
