"""Restores: what an archive would change is shown first, and then done, whole or not at all.

Everything is checked before anything stops. Then whoever writes is stopped, a backup of now is
made, and all rows are swapped in one transaction. What goes wrong before it is durable leaves the
database as it was; what goes wrong when the server starts anew brings the backup of now back.
"""

import asyncio
import hmac
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import structlog

from services.audit.remarks import remark
from services.backups.format import WRAPPED_KEY
from services.backups.restoring.beside import place_beside
from services.backups.restoring.extraction import Extracted
from services.backups.restoring.preparation import Prepared, prepare, private_folder
from services.backups.restoring.preview import Preview, preview_of
from services.backups.restoring.renewal import renew
from services.backups.restoring.staging import Staged
from services.backups.restoring.standstill import Standstill
from services.backups.restoring.steps import Step, Tell, tell_nobody
from services.backups.restoring.target import Target
from services.backups.restoring.told import RestoreProgress
from services.backups.turn import turn
from services.backups.wrapping import unwrap
from services.clock import Clock
from services.errors import ArgosyError, Conflict, InvalidInput, Unavailable
from services.events.kinds import ServerEventKind
from services.sealing import Sealer
from services.store.store import NewEvent, Store, Transaction
from services.text import plain

T = TypeVar("T")

BEFORE_SWAP = frozenset(
    {
        Step.EXTRACTING,
        Step.STAGING,
        Step.LOADING,
        Step.MIGRATING,
        Step.STOPPING,
        Step.SAVING,
        Step.SWAPPING,
    }
)
MOST_TOLD = 128  # letters of a name, in the audit log

log = structlog.get_logger(__name__)


class Archives(Protocol):
    """The archives that there are."""

    @property
    def folder(self) -> Path:
        """Where they lie; one backup or restore is done there at a time."""
        ...

    async def find(self, filename: str) -> Path:
        """Return where an archive lies; raise `NotFound`."""
        ...

    async def save(self, description: str) -> Path | None:
        """Make an archive of now; return where it lies, or None where there is nothing to save."""
        ...


@dataclass(frozen=True, slots=True)
class RestoreWish:
    """What somebody wants restored.

    `confirmation` is that of the preview, or None on the command line, where people are asked.
    `passphrase` opens the key in the archive, for the secrets that are sealed with it.
    """

    filename: str
    confirmation: str | None = None
    passphrase: str | None = None


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored. `before` is the archive of what there was; None where nothing was.

    `placed` are the files that were put into the data folder, `keys` how many keys were taken on.
    """

    filename: str
    before: str | None
    placed: tuple[str, ...]
    keys: int
    rows: int


class Restoring:
    """Shows and does restores, one at a time."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        sealer: Sealer,
        target: Target,
        archives: Archives,
        standstill: Standstill,
        data_dir: Path,
        progress: RestoreProgress | None = None,
        tell: Tell = tell_nobody,
    ) -> None:
        self._store = store
        self._clock = clock
        self._sealer = sealer
        self._target = target
        self._archives = archives
        self._standstill = standstill
        self._data_dir = data_dir
        self._progress = progress
        self._tell = tell
        self._is_busy = False
        self._is_closing = False
        self._works: set[asyncio.Task[Any]] = set()

    async def close(self) -> None:
        """Wait for what is being done; it is given up where that is still possible."""
        self._is_closing = True
        await asyncio.gather(*self._works, return_exceptions=True)

    async def preview(self, filename: str) -> Preview:
        """Return what restoring an archive would change. Nothing changes, and nothing stops.

        Raises `NotFound`, `UnusableBackup`, `NewerBackup`, `Conflict` while another is looked at,
        and `Unavailable`.
        """
        return await self._to_its_end(self._preview(filename), "restore preview")

    async def restore(self, wish: RestoreWish) -> Restored:
        """Put what an archive holds in the place of everything.

        It is done to its end, even if whoever wanted it goes away. Raises like `preview`, and
        `InvalidInput` about `confirmation` or `passphrase`. Whatever is raised, nothing changed.
        """
        remark(backup=plain(wish.filename, most=MOST_TOLD))
        restored = await self._to_its_end(self._restore(wish), "restore")
        remark(before=restored.before or "nothing")
        return restored

    async def _to_its_end(self, work: Coroutine[Any, Any, T], name: str) -> T:
        task = asyncio.create_task(work, name=name)
        self._works.add(task)
        task.add_done_callback(self._works.discard)
        return await asyncio.shield(task)

    async def _preview(self, filename: str) -> Preview:
        async with self._prepared(filename, tell_nobody) as prepared:
            comparison = await self._target.compare(prepared.staged)
            keys = await asyncio.to_thread(self._sealer.key_ids)
            return await asyncio.to_thread(preview_of, filename, prepared, comparison, keys)

    async def _restore(self, wish: RestoreWish) -> Restored:
        with turn(self._archives.folder), self._shown(wish.filename):
            async with self._prepared(wish.filename, self._step) as prepared:
                _confirm(wish, prepared.staged.digest)
                key = await asyncio.to_thread(_key_in, prepared.extracted, wish.passphrase)
                await asyncio.to_thread(renew, prepared.staged.path, self._clock.now())
                before, keys = await self._exchange(wish, prepared.staged, key)
                placed = await asyncio.to_thread(_place, prepared.extracted, self._data_dir)
        await self._announce(wish.filename)
        self._step(Step.DONE)
        log.info("restore.done", filename=wish.filename, before=before and before.name)
        rows = sum(member.rows or 0 for member in prepared.staged.manifest.members)
        return Restored(wish.filename, before.name if before else None, placed, keys, rows)

    async def _exchange(
        self, wish: RestoreWish, staged: Staged, key: bytes | None
    ) -> tuple[Path | None, int]:
        """Swap the rows while nobody writes; return the archive of those before, and new keys."""
        before: Path | None = None
        keys = 0
        is_swapped = False
        self._step(Step.STOPPING)
        try:
            async with self._standstill.stopped():
                with self._store.gate.held():
                    self._step(Step.SAVING)
                    before = await self._archives.save(f"Before {wish.filename} was restored")
                    if key is not None:  # it only opens more than before, whatever comes of it
                        keys = await asyncio.to_thread(self._sealer.adopt, key)
                    await self._target.replace(staged, self._step)
                    is_swapped = True
                    self._step(Step.SWAPPED)
                self._step(Step.STARTING)
        except Exception as error:
            if is_swapped and before is not None:
                await self._bring_back(before, error)
            raise
        return before, keys

    async def _bring_back(self, before: Path, reason: Exception) -> None:
        """Put what there was before in the place of what the server does not start with."""
        log.error("restore.rolls_back", before=before.name, reason=str(reason))
        async with self._staged(before, tell_nobody) as prepared:
            await asyncio.to_thread(renew, prepared.staged.path, self._clock.now())
            async with self._standstill.stopped():
                with self._store.gate.held():
                    await self._target.replace(prepared.staged, tell_nobody)
        message = (
            "The server does not start with this backup, and has what it had before. The log "
            f"says why: {plain(str(reason), most=200)}"
        )
        raise Unavailable(message) from reason

    @asynccontextmanager
    async def _prepared(self, filename: str, tell: Tell) -> AsyncIterator[Prepared]:
        """Give an archive that was checked; one at a time, for it takes room and time."""
        if self._is_busy:
            message = "Another backup is being looked at or restored. Ask again when that is done."
            raise Conflict(message)
        self._is_busy = True
        try:
            archive = await self._archives.find(filename)
            async with self._staged(archive, tell) as prepared:
                yield prepared
        finally:
            self._is_busy = False

    @asynccontextmanager
    async def _staged(self, archive: Path, tell: Tell) -> AsyncIterator[Prepared]:
        with ExitStack() as stack:
            opened = private_folder(self._data_dir)
            folder = await asyncio.to_thread(stack.enter_context, opened)
            try:
                yield await asyncio.to_thread(prepare, archive, folder, tell)
            finally:
                await asyncio.to_thread(stack.close)

    async def _announce(self, filename: str) -> None:
        kind = ServerEventKind.BACKUP_RESTORED.value
        event = NewEvent(None, None, kind, {"filename": filename}, self._clock.now())

        async def write(transaction: Transaction) -> None:
            transaction.record(event)

        try:
            await self._store.write(write)
        except Unavailable as error:
            log.warning("restore.untold", reason=error.message)  # it is done all the same

    def _step(self, step: Step) -> None:
        """Tell of a step, from whatever thread; raise where the server stops before the swap."""
        if self._is_closing and step in BEFORE_SWAP:
            message = "The server is stopping. Nothing was changed; restore the backup later."
            raise Unavailable(message)
        self._tell(step)
        if self._progress is not None:
            self._progress.tell(step)

    @contextmanager
    def _shown(self, filename: str) -> Iterator[None]:
        if self._progress is None:
            yield
            return
        self._progress.begin(filename)
        try:
            yield
        except BaseException as error:
            message = "It went wrong; the log says why."
            self._progress.fail(error.message if isinstance(error, ArgosyError) else message)
            raise


def _confirm(wish: RestoreWish, digest: str) -> None:
    if wish.confirmation is not None and not hmac.compare_digest(
        wish.confirmation.strip().lower().encode(), digest.encode()
    ):
        message = (
            "This confirmation is not the one of this backup. Look at restorePreview, and give "
            "the confirmation that stands there. Nothing was changed."
        )
        raise InvalidInput(message, field="confirmation")


def _key_in(extracted: Extracted, passphrase: str | None) -> bytes | None:
    """Return the key file in an archive; None where it was not asked for."""
    if passphrase is None:
        return None
    wrapped = extracted.beside(WRAPPED_KEY)
    if wrapped is None:
        message = "This backup has no key in it. Restore it without a passphrase."
        raise InvalidInput(message, field="passphrase")
    return unwrap(wrapped.read_bytes(), passphrase)


def _place(extracted: Extracted, data_dir: Path) -> tuple[str, ...]:
    try:
        return tuple(path.name for path in place_beside(extracted, data_dir))
    except OSError as error:
        log.warning("restore.not_placed", reason=error.strerror)  # the rows are what counts
        return ()
