"""`disk.low`: there is little room where files and the database lie."""

import shutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from services import display
from services.alerts.catalog import Rule
from services.alerts.issues import Level
from services.alerts.records import Issue
from services.alerts.rules.probe import Probe
from services.alerts.rules.rule import Found, MachinesRule
from services.files.space import kept_free

ANSWER_SECONDS = 2.0
SMALL_DISK = 0.1  # of a disk: no more is asked to be free
WELL_AGAIN = 1.1  # times what is asked for


@dataclass(frozen=True, slots=True)
class Room:
    """How much room there is on the disk of some folders."""

    device: int
    total: int
    free: int


class Folder:
    """A folder whose disk is looked at. `what` says what lies there: `downloads`."""

    def __init__(self, what: str, path: Path) -> None:
        self.what = what
        self.path = path
        self.probe = Probe(self._look, seconds=ANSWER_SECONDS)

    def _look(self) -> Room:
        usage = shutil.disk_usage(self.path)
        return Room(self.path.stat().st_dev, usage.total, usage.free)


class DiskLow(MachinesRule):
    """Looks at the disks of some folders.

    `least` bytes are to be free, or that `share` of a disk where it is less; 0 looks away. It is
    critical where so little is free that downloads wait, or where a disk does not answer.
    """

    name = Rule.DISK_LOW.value

    def __init__(
        self, machine: str, folders: Iterable[Folder], *, least: int, share: float = SMALL_DISK
    ) -> None:
        super().__init__(machine)
        self._folders = list(folders)
        self.least = least
        self._share = share

    async def look(self, known: Collection[str]) -> Found:
        if not self.least:
            return []
        found: list[Issue] = []
        seen: set[int] = set()
        for folder in self._folders:
            try:
                room = await folder.probe.answer()
            except FileNotFoundError:
                continue  # it is made when something is put there
            except (OSError, TimeoutError) as error:
                found.append(self._silent(folder, error))
                continue
            if room.device not in seen:
                seen.add(room.device)
                found += self._judge(folder, room, known)
        return found

    def _judge(self, folder: Folder, room: Room, known: Collection[str]) -> Sequence[Issue]:
        subject = self.subject(folder.what)
        least = min(self.least, int(room.total * self._share))
        if room.free >= (least * WELL_AGAIN if subject in known else least):
            return []
        is_full = room.free <= kept_free(room.total)
        free, wanted = display.size(room.free), display.size(least)
        rest = "Downloads wait for room." if is_full else f"At least {wanted} should be."
        return [
            Issue(
                rule=self.name,
                message=f"{free} are free on the disk of {folder.path}. {rest} Make room.",
                level=Level.CRITICAL if is_full else Level.WARNING,
                subject=subject,
                details={"folder": str(folder.path), "freeBytes": room.free, "leastBytes": least},
            )
        ]

    def _silent(self, folder: Folder, error: Exception) -> Issue:
        reason = str(error) or f"no answer within {ANSWER_SECONDS:.0f} seconds"
        return Issue(
            rule=self.name,
            message=f"The disk of {folder.path} cannot be looked at: {reason}.",
            level=Level.CRITICAL,
            subject=self.subject(folder.what),
            details={"folder": str(folder.path)},
        )
