"""Makes one backup: what goes in is gathered, the process does the work, the archive is settled."""

import asyncio
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

from services.backups import process
from services.backups.child.orders import CheckOrder, MakeOrder
from services.backups.columns import shapes
from services.backups.folder import BackupFolder
from services.backups.format import KNOWN_HOSTS, LEFT_OUT, NEVER_IN, SETTINGS, WRAPPED_KEY, Manifest
from services.backups.progress import Phase
from services.backups.records import Backup, Sidecar, Wish
from services.backups.settings_copy import without_secrets
from services.backups.turn import unusable
from services.backups.wrapping import wrap
from services.errors import Unavailable
from services.store.choose import DATABASE
from services.store.credentials import credentials

ROOM = 64 << 20  # bytes that stay free on the disk beside what a backup takes
COPIES = 2.5  # of the database: the copy, its rows, the archive

P = ParamSpec("P")
T = TypeVar("T")

Told = Callable[[Phase, float], None]


@dataclass(frozen=True, slots=True)
class Origin:
    """What is backed up.

    `database_url` is PostgreSQL's, or None for SQLite in the data folder. `secret_settings` are the
    names in the settings file whose values are secret.
    """

    version: str
    data_dir: Path
    database_url: str | None
    key_file: Path
    settings_file: Path
    secret_settings: Collection[str]

    @property
    def sqlite(self) -> Path | None:
        """The file of the database, if it is SQLite."""
        return self.data_dir / DATABASE if self.database_url is None else None


class Maker:
    """Makes backups of one origin in one folder. Whoever calls it has the `turn`."""

    def __init__(self, origin: Origin, folder: BackupFolder) -> None:
        self._origin = origin
        self._folder = folder

    async def make(self, wish: Wish, filename: str, at: datetime, told: Told) -> Backup:
        """Make a backup; nothing of it is left if it fails.

        Raises `Unavailable` with the reason, or `InvalidInput` for a passphrase that is none.
        """
        draft = self._folder.new_draft()
        try:
            order = await _whole(self._order, draft, wish, at)
            made = await process.do(order, told)
            sidecar = Sidecar(Manifest.from_json(made["manifest"]), made["size"], made["sha256"])
            await _whole(self._folder.settle, draft, filename, sidecar)
            return sidecar.backup(filename)
        except OSError as error:
            raise unusable(self._folder.path, error) from error
        finally:
            await _whole(self._folder.drop, draft)

    async def check(self, backup: Backup, told: Told) -> list[str]:
        """Return what is wrong with an archive."""
        return await check_file(self._folder.path / backup.filename, backup.sha256, told)

    def _order(self, draft: Path, wish: Wish, at: datetime) -> MakeOrder:
        """Gather in the draft what is no table."""
        origin = self._origin
        draft.mkdir(mode=0o700)
        self._check_room()
        left_out = {**LEFT_OUT, **NEVER_IN}
        gathered = [
            self._settings(draft, left_out),
            _copied(origin.data_dir / KNOWN_HOSTS, draft / KNOWN_HOSTS, left_out),
            self._key(draft, wish.passphrase, left_out),
        ]
        extras = [str(path.relative_to(draft)) for path in gathered if path is not None]
        return MakeOrder(
            draft=draft,
            version=origin.version,
            created_at=at,
            kind=wish.kind,
            description=wish.description,
            shapes=shapes(),
            extras=extras,
            left_out=left_out,
            database=origin.sqlite,
            credentials=credentials(origin.database_url) if origin.database_url else None,
        )

    def _check_room(self) -> None:
        database = self._origin.sqlite
        if database is None:
            return  # nobody knows how large it is
        needed = int(COPIES * database.stat().st_size) + ROOM
        if shutil.disk_usage(self._folder.path).free < needed:
            message = (
                f"A backup needs about {needed >> 20} MiB, and {self._folder.path} has less free. "
                "Make room, or choose another folder with ARGOSY_BACKUP_DIR."
            )
            raise Unavailable(message)

    def _settings(self, draft: Path, left_out: dict[str, str]) -> Path | None:
        try:
            text = self._origin.settings_file.read_text(encoding="utf-8")
            kept, gone = without_secrets(text, self._origin.secret_settings)
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            left_out[SETTINGS] = "it cannot be read"
            return None
        left_out |= {f"{SETTINGS}: {name}": "it is secret" for name in gone}
        return _written(draft / SETTINGS, kept.encode())

    def _key(self, draft: Path, passphrase: str | None, left_out: dict[str, str]) -> Path | None:
        if passphrase is None:
            return None
        try:
            content = self._origin.key_file.read_bytes()
        except FileNotFoundError:
            left_out["secret.key"] = "there was none: nothing has been sealed"
            return None
        except OSError as error:
            message = f"The key file {self._origin.key_file.name} cannot be read: {error.strerror}."
            raise Unavailable(message) from error
        del left_out["secret.key"]
        return _written(draft / WRAPPED_KEY, wrap(content, passphrase))


async def check_file(
    path: Path, sha256: str | None = None, told: Told = lambda _phase, _percent: None
) -> list[str]:
    """Return what is wrong with any archive. `sha256` is what it should have, if that is known."""
    found = await process.do(CheckOrder(path, sha256), told)
    return [str(problem) for problem in found["problems"]]


async def _whole(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do something in a thread, to its end also where whoever waits for it is cancelled."""
    work = asyncio.ensure_future(asyncio.to_thread(call, *args, **kwargs))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait([work])
        raise


def _copied(source: Path, target: Path, left_out: dict[str, str]) -> Path | None:
    try:
        return _written(target, source.read_bytes())
    except FileNotFoundError:
        return None
    except OSError:
        left_out[target.name] = "it cannot be read"
        return None


def _written(path: Path, content: bytes) -> Path:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(0o600)
    path.write_bytes(content)
    return path
