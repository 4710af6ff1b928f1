"""How far a restore is, for all who watch: its steps as phases and percents."""

import asyncio
from collections.abc import Mapping

from services.backups.progress import Operation, Phase, ProgressBoard
from services.backups.restoring.steps import Step

SHOWN: Mapping[Step, tuple[Phase, float]] = {
    Step.EXTRACTING: (Phase.EXTRACTING, 0),
    Step.STAGING: (Phase.CHECKING, 15),
    Step.LOADING: (Phase.LOADING, 20),
    Step.MIGRATING: (Phase.LOADING, 40),
    Step.STOPPING: (Phase.COPYING, 50),
    Step.SAVING: (Phase.COPYING, 55),
    Step.SWAPPING: (Phase.SWAPPING, 75),
    Step.EMPTIED: (Phase.SWAPPING, 80),
    Step.FILLED: (Phase.SWAPPING, 90),
    Step.SWAPPED: (Phase.SWAPPING, 95),
    Step.STARTING: (Phase.SWAPPING, 97),
    Step.DONE: (Phase.COMPLETED, 100),
}


class RestoreProgress:
    """Shows one restore after the other. Its steps may come from any thread."""

    def __init__(self, board: ProgressBoard) -> None:
        self._board = board
        self._filename: str | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def begin(self, filename: str) -> None:
        """Show the restore of an archive from now on; on the event loop."""
        self._filename = filename
        self._loop = asyncio.get_running_loop()

    def tell(self, step: Step) -> None:
        """Show that a step has begun."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._show, *SHOWN[step], None)

    def fail(self, message: str) -> None:
        """Show that it has failed, and that everything is as it was."""
        percent = self._board.newest.percent if self._board.newest else 0.0
        self._show(Phase.FAILED, percent, message)

    def _show(self, phase: Phase, percent: float, message: str | None) -> None:
        self._board.show(
            Operation.RESTORE, phase, percent, filename=self._filename, message=message
        )
