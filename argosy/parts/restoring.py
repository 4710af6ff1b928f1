"""Restoring backups, and everything that stops for it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from argosy.parts.backups import BackupsPart
from argosy.parts.ground import Ground
from services.backups.folder import BackupFolder
from services.backups.restoring.archives import KeptArchives
from services.backups.restoring.preparation import clear_leftovers
from services.backups.restoring.restoring import Restoring
from services.backups.restoring.standstill import Works
from services.backups.restoring.target import make_target
from services.backups.restoring.told import RestoreProgress
from services.backups.restoring.watch import RestoreWatch


class RestoringPart:
    """Restores, with all that works: `work` is what runs between two restores."""

    def __init__(
        self,
        ground: Ground,
        backups: BackupsPart,
        work: Callable[[], AbstractAsyncContextManager[None]],
    ) -> None:
        self._data_dir = ground.settings.data_dir
        self.works = Works(work)
        self.watch = RestoreWatch(
            store=ground.store, remembered=ground.remembered, works=self.works
        )
        self.restoring = Restoring(
            store=ground.store,
            clock=ground.clock,
            sealer=ground.sealer,
            target=make_target(ground.store, self._data_dir, ground.settings.database),
            archives=KeptArchives(
                store=ground.store,
                backups=backups.backups,
                folder=BackupFolder(ground.settings.backups),
            ),
            standstill=self.works,
            data_dir=self._data_dir,
            progress=RestoreProgress(backups.board),
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Have everything work; what is being restored at the end comes to its own end first."""
        clear_leftovers(self._data_dir)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.works.running())
            await self.watch.open()
            stack.push_async_callback(self.watch.close)
            stack.push_async_callback(self.restoring.close)
            yield
