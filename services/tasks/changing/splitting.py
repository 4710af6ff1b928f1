"""Cuts finished files into parts, where none may be larger than a size."""

import asyncio
import shutil
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

import structlog

from services.clock import Clock
from services.files.removal import remove
from services.files.splitting import (
    MOST_PARTS,
    Changed,
    Order,
    Part,
    Stopped,
    clear,
    parts_of,
    remove_parts,
    split,
)
from services.ids import TASK, new_id, show
from services.remembered import PUT, Remembered
from services.statistics.counting import add_used
from services.store.rows import Row, read_id, write_json
from services.store.store import Store, Transaction

REST = "split."  # and the id of a file whose parts are written down, before it is gone
MOST_AT_ONCE = 20  # files in one go
MARGIN = 1 << 28  # bytes that have to stay free

# Files of groups are fetched again by their rows, so these stay as they are.
LARGE = """
    SELECT files.id, files.task_id, files.path, files.size, files.sha256, tasks.owner_id
    FROM files JOIN tasks ON tasks.id = files.task_id
    WHERE files.size > ? AND files.path <> '' AND files.url IS NULL
        AND tasks.state = 'COMPLETED' AND tasks.removed_at IS NULL
    ORDER BY files.id LIMIT ?
"""
STILL = """
    SELECT files.id FROM files JOIN tasks ON tasks.id = files.task_id
    WHERE files.id = ? AND files.path = ? AND files.size = ?
        AND tasks.state = 'COMPLETED' AND tasks.removed_at IS NULL
"""
BESIDE = "SELECT path FROM files WHERE substr(path, 1, ?) = ?"
INSERT = """
    INSERT INTO files (id, task_id, name, path, size, sha256, created_at, position, state)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'COMPLETED')
"""

log = structlog.get_logger(__name__)


class Splitting:
    """Done by the scheduler. `most` bytes may be set while the server runs; 0 is no limit."""

    def __init__(
        self, *, store: Store, remembered: Remembered, clock: Clock, root: Path, most: int
    ) -> None:
        self._store = store
        self._remembered = remembered
        self._clock = clock
        self._root = root
        self.most = most
        self._left_alone: set[tuple[UUID, int]] = set()  # files that cannot be cut so small

    async def run(self) -> int:
        """Cut what is too large; return how many files."""
        await self._remove_rest()
        if not self.most:
            return 0
        await asyncio.to_thread(clear, self._root)
        most, count = self.most, 0
        looked_at = MOST_AT_ONCE + len(self._left_alone)
        for row in await self._store.fetch(LARGE, most, looked_at):
            if (read_id(row["id"]), most) not in self._left_alone:
                count += await self._split(row, most)
        return count

    async def _split(self, row: Row, most: int) -> bool:
        task_id = show(TASK, read_id(row["task_id"]))
        if why := await asyncio.to_thread(self._why_not, row["size"], most):
            return self._leave(row, most, why)
        stop = threading.Event()
        path = row["path"]
        taken = {r["path"] for r in await self._store.fetch(BESIDE, len(path) + 1, f"{path}.")}
        order = Order(self._root, path, row["size"], row["sha256"], most, taken)
        try:
            parts = await asyncio.to_thread(split, order, stop)
        except (Changed, Stopped):
            return self._leave(row, most, "it is not what was downloaded any more")
        except OSError as error:
            return self._leave(row, most, error.strerror or "it cannot be read or written")
        finally:
            stop.set()  # where this was cancelled, the thread is to end too
        if not await self._store.write(partial(self._replace, row, parts)):
            await asyncio.to_thread(remove_parts, self._root, parts)
            return False
        await self._remove_rest()
        log.info("file.split", task_id=task_id, parts=len(parts) - 1)
        return True

    def _why_not(self, size: int, most: int) -> str | None:
        if parts_of(size, most) > MOST_PARTS:
            return f"it would be more than {MOST_PARTS} parts"
        if shutil.disk_usage(self._root).free < size + MARGIN:
            return "there is no room for its parts beside it"
        return None

    def _leave(self, row: Row, most: int, why: str) -> bool:
        """Leave a file as it is until the next start, or until the size is another."""
        self._left_alone.add((read_id(row["id"]), most))
        log.warning("file.not_split", task_id=show(TASK, read_id(row["task_id"])), reason=why)
        return False

    async def _replace(self, row: Row, parts: Sequence[Part], transaction: Transaction) -> bool:
        """Write the parts down in the place of the file, unless it went meanwhile."""
        about = (row["id"], row["path"], row["size"])
        if not await transaction.fetch(STILL, *about):
            return False
        now = self._clock.now()
        values = [
            (new_id(), row["task_id"], p.name, p.path, p.size, p.sha256, now, number)
            for number, p in enumerate(parts)
        ]
        await transaction.execute("DELETE FROM files WHERE id = ?", row["id"])
        await transaction.execute_many(INSERT, values)
        grown = sum(part.size for part in parts) - row["size"]
        await add_used(transaction, row["owner_id"], now, stored=grown)
        rest = write_json({"path": row["path"], "size": row["size"]})
        await transaction.execute(PUT, f"{REST}{read_id(row['id'])}", rest, now)
        return True

    async def _remove_rest(self) -> None:
        """Remove the files whose parts are written down."""
        for key, rest in (await self._remembered.all_below(REST)).items():
            if isinstance(rest, dict):
                path, size = str(rest["path"]), int(rest["size"])
                try:
                    await asyncio.to_thread(remove, self._root, path, size)
                except OSError as error:
                    log.warning("file.not_removed", reason=error.strerror)
            await self._remembered.forget(key)
