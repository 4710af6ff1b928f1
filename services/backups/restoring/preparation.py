"""An archive made ready to be looked at or restored, in a folder that goes away afterwards."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.backups.restoring.extraction import Extracted, Limits, extract
from services.backups.restoring.staging import Staged, stage
from services.backups.restoring.steps import Step, Tell
from services.errors import Unavailable

PREFIX = ".restoring-"
DATABASE = "staged.db"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is in an archive: its members, and the database made of them."""

    extracted: Extracted
    staged: Staged


@contextmanager
def private_folder(data_dir: Path) -> Iterator[Path]:
    """Give a new folder in the data folder that nobody else may look into. It blocks."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=data_dir))
    except OSError as error:
        message = f"Nothing can be unpacked in {data_dir}: {error.strerror}. Look at the folder."
        raise Unavailable(message) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def prepare(archive: Path, folder: Path, tell: Tell, limits: Limits | None = None) -> Prepared:
    """Unpack an archive into `folder` and make a database of it. It blocks.

    Raises `UnusableBackup`, `NewerBackup`, or `Unavailable` where there is no room.
    """
    tell(Step.EXTRACTING)
    members = folder / "members"
    members.mkdir(mode=0o700)
    extracted = extract(archive, members, limits)
    tell(Step.STAGING)
    staged = stage(extracted, folder / DATABASE, tell)
    return Prepared(extracted, staged)


def clear_leftovers(data_dir: Path) -> None:
    """Remove what a restore has left that was ended from outside. It blocks."""
    for folder in data_dir.glob(f"{PREFIX}*"):
        shutil.rmtree(folder, ignore_errors=True)
