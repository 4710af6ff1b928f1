"""The folder where archives lie. It is the truth: what lies in it is all that there is."""

import os
import secrets
import shutil
import stat
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import orjson

from services.backups.child.orders import ARCHIVE
from services.backups.format import (
    DRAFT_PREFIX,
    SIDECAR_SUFFIX,
    file_name,
    free_times,
    made_at,
)
from services.backups.reading import read_manifest, sha256_of
from services.backups.records import Backup, Sidecar, Status
from services.backups.turn import unusable
from services.errors import Conflict, InvalidInput, NotFound
from services.files.places import NO_LINKS

MOST_SIDECAR = 8 << 20  # bytes
NAMES_TRIED = 60  # seconds after its time that a backup may be named by


class BackupFolder:
    """What lies in the folder. All of it may wait for the disk: it is called in threads.

    Only whoever has the `turn` makes drafts, settles and clears.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def clear(self) -> int:
        """Remove what backups left that never became ready; return how many."""
        leftovers = [path for path in self._entries() if path.name.startswith(DRAFT_PREFIX)]
        for path in leftovers:
            _remove(path)
        return len(leftovers)

    def new_draft(self) -> Path:
        """Return a name for a folder in which a backup is made."""
        return self.path / f"{DRAFT_PREFIX}{secrets.token_hex(6)}"

    def free_name(self, name: str, at: datetime) -> str:
        """Return the name for an archive made at a time that none has yet."""
        for time in free_times(at, NAMES_TRIED):
            filename = file_name(name, time)
            if not os.path.lexists(self.path / filename):
                return filename
        message = "There are backups with this name of all the last seconds. Wait, or take another."
        raise Conflict(message)

    def settle(self, draft: Path, filename: str, sidecar: Sidecar) -> None:
        """Give the archive in a draft its name, for good; nothing is ever overwritten."""
        there = self.path / filename
        try:
            try:
                os.link(draft / ARCHIVE, there)
            except FileExistsError:
                raise
            except OSError as error:
                if error.errno not in NO_LINKS or os.path.lexists(there):
                    raise
                (draft / ARCHIVE).rename(there)
            self._sync()
        except OSError as error:
            raise unusable(self.path, error) from error
        self.add_sidecar(filename, sidecar)

    def drop(self, draft: Path) -> None:
        """Remove a draft, as far as that can be done now."""
        _remove(draft)

    def add_sidecar(self, filename: str, sidecar: Sidecar) -> None:
        """Write what is known of an archive beside it. Without it, it is found out anew."""
        there = self._sidecar(filename)
        draft = self.new_draft()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            with os.fdopen(os.open(draft, flags, 0o600), "wb") as file:
                file.write(orjson.dumps(sidecar.to_json(), option=orjson.OPT_INDENT_2))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(there)
        except OSError:
            with suppress(OSError):
                draft.unlink()

    def all(self) -> list[Backup]:
        """Return all archives, the newest first."""
        found = (self.find(path.name) for path in self._entries() if made_at(path.name))
        backups = [backup for backup in found if backup is not None]
        return sorted(backups, key=order, reverse=True)

    def newest_known(self) -> datetime | None:
        """Return when the newest sound backup was made of which it is known without looking in."""
        names = (path.name for path in self._entries() if made_at(path.name))
        known = (self._read_sidecar(name) for name in names)
        sound = (each for each in known if each and each.status is Status.COMPLETED)
        return max((each.manifest.created_at for each in sound), default=None)

    def get(self, filename: str) -> Backup:
        """Return an archive; raise `NotFound`."""
        backup = self.find(filename) if made_at(filename) else None
        if backup is None:
            message = "There is no backup with this name."
            raise NotFound(message, field="filename")
        return backup

    def find(self, filename: str) -> Backup | None:
        """Return the archive with the name of one; None where there is no plain file."""
        try:
            found = os.lstat(self.path / filename)
        except OSError:
            return None
        if not stat.S_ISREG(found.st_mode):
            return None
        sidecar = self._read_sidecar(filename)
        if sidecar is None or sidecar.size != found.st_size:
            return self._look_into(filename, found.st_size)
        return sidecar.backup(filename)

    def place(self, filename: str) -> Path:
        """Return where an archive lies; raise `NotFound`."""
        return self.path / self.get(filename).filename

    def remove(self, filename: str) -> Backup:
        """Remove an archive, and what lies beside it; return what it was."""
        backup = self.get(filename)
        try:
            (self.path / filename).unlink(missing_ok=True)
            self._sidecar(filename).unlink(missing_ok=True)
            self._sync()
        except OSError as error:
            raise unusable(self.path, error) from error
        return backup

    def _look_into(self, filename: str, size: int) -> Backup:
        """Return what an archive without a sidecar holds, and give it one."""
        path = self.path / filename
        try:
            sidecar = Sidecar(read_manifest(path), size, sha256_of(path))
        except (InvalidInput, OSError) as error:
            at = made_at(filename)
            assert at is not None  # noqa: S101 - nobody asks for other names
            reason = error.message if isinstance(error, InvalidInput) else str(error.strerror)
            return Backup(filename, Status.DAMAGED, at, None, "", size, message=reason)
        self.add_sidecar(filename, sidecar)
        return sidecar.backup(filename)

    def _read_sidecar(self, filename: str) -> Sidecar | None:
        try:
            with self._sidecar(filename).open("rb") as file:
                return Sidecar.from_json(orjson.loads(file.read(MOST_SIDECAR)))
        except (OSError, ValueError):
            return None

    def _sidecar(self, filename: str) -> Path:
        return self.path / f"{filename}{SIDECAR_SUFFIX}"

    def _entries(self) -> list[Path]:
        try:
            return list(self.path.iterdir())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise unusable(self.path, error) from error

    def _sync(self) -> None:
        folder = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def order(backup: Backup) -> tuple[datetime, str]:
    """Return by what backups are put in order."""
    return backup.created_at, backup.filename


def _remove(path: Path) -> None:
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
