"""What lies in the folder of unfinished files, by its tasks."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from services.errors import InvalidInput
from services.files.places import INCOMPLETE
from services.ids import TASK, read, show


def kept_tasks(root: Path) -> Iterator[UUID]:
    """Yield the tasks of which there is an unfinished file or a journal."""
    for path in (root / INCOMPLETE).glob(f"{TASK}_*.*"):
        with suppress(InvalidInput):
            yield read(TASK, path.stem, field="name")


def forget(root: Path, task_id: UUID) -> None:
    """Remove the unfinished file of a task and its journal, if there are any."""
    stem = f"{root}/{INCOMPLETE}/{show(TASK, task_id)}"
    for path in (f"{stem}.part", f"{stem}.journal-new", f"{stem}.journal"):
        with suppress(FileNotFoundError):
            os.unlink(path)  # noqa: PTH108 - thousands of small files wait for this
