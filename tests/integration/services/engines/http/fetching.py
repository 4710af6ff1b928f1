"""One download, attempted as often as a test likes."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest

from services.engines.engine import Fetched, Job, Meter
from services.engines.http.engine import HttpEngine
from services.errors import FetchFailed
from services.files.places import INCOMPLETE, Place
from services.ids import TASK, new_id, show
from services.outgoing.addresses import AddressPolicy, AllowedNetwork
from tests.fakes.meter import WatchedMeter


def new_engine(root: Path) -> HttpEngine:
    """Return an engine as a process has that has just been started."""
    policy = AddressPolicy([AllowedNetwork.parse("127.0.0.1")])
    return HttpEngine(root=root, policy=policy, user_agent="Argosy/test")


@dataclass
class Download:
    """A task of alice's, and what lies on the disk of it."""

    root: Path
    task_id: UUID = field(default_factory=new_id)
    place: Place = field(default_factory=lambda: Place.of("alice", "films"))

    async def attempt(self, url: str, meter: Meter | None = None) -> Fetched:
        """Fetch `url` in a process that knows nothing but what is on the disk."""
        engine = new_engine(self.root)
        try:
            return await engine.fetch(Job(self.task_id, url, self.place, meter or Meter()))
        finally:
            await engine.close()

    async def failure(self, url: str) -> FetchFailed:
        """Return what an attempt fails with."""
        with pytest.raises(FetchFailed) as caught:
            await self.attempt(url)
        return caught.value

    async def stop_at(self, mark: int, url: str) -> None:
        """Begin an attempt and cancel it when `mark` bytes have come."""
        meter = WatchedMeter(mark)
        attempt = asyncio.create_task(self.attempt(url, meter))
        await meter.reached()
        attempt.cancel()
        with pytest.raises(asyncio.CancelledError):
            await attempt

    @property
    def part(self) -> Path:
        return self.root / INCOMPLETE / f"{show(TASK, self.task_id)}.part"

    @property
    def journal(self) -> Path:
        return self.part.with_suffix(".journal")

    def finished(self) -> dict[str, bytes]:
        """Return the files outside of the folder of the unfinished, by their paths."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and path.parent.name != INCOMPLETE
        }

    def unfinished(self) -> set[str]:
        """Return the names of the files in the folder of the unfinished."""
        folder = self.root / INCOMPLETE
        return {path.name for path in folder.iterdir()} if folder.exists() else set()
