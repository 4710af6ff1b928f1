"""Jobs for the HTTP engine, and what they leave on the disk."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest

from services.engines.engine import Fetched, Job, Meter
from services.engines.http.engine import HttpEngine
from services.errors import FetchFailed
from services.files.places import Place
from services.outgoing.addresses import AddressPolicy, AllowedNetwork
from tests.fakes.meter import WatchedMeter
from tests.fakes.origin import content
from tests.fakes.wire import Said, Wire, answer

TASK_ID = UUID("0199c2f0-7a10-7000-8000-0123456789ab")
PLACE = Place.of("alice", "films")
BODY = content(200_000)
OTHER_BODY = content(200_000, seed=2)
HALF = 120_000


@asynccontextmanager
async def new_engine(root: Path) -> AsyncIterator[HttpEngine]:
    """Give the engine of a process that has just been started."""
    policy = AddressPolicy([AllowedNetwork.parse("127.0.0.1")])
    engine = HttpEngine(root=root, policy=policy, user_agent="Argosy/test")
    try:
        yield engine
    finally:
        await engine.close()


def a_job(url: str, *, meter: Meter | None = None) -> Job:
    return Job(TASK_ID, url, PLACE, meter or Meter())


def fetched(name: str, body: bytes, *, etag: str | None = None) -> Fetched:
    """Return what the engine says of a file with that name and content."""
    sha256 = hashlib.sha256(body).hexdigest()
    return Fetched(name, f"alice/films/{name}", len(body), sha256, etag)


def finished_files(root: Path) -> dict[str, bytes]:
    """Return the files in place, by their paths."""
    found = (path for path in root.rglob("*") if path.is_file())
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in found
        if ".incomplete" not in path.parts
    }


def kept_files(root: Path) -> list[str]:
    """Return the names of what is kept for another attempt, without the task's."""
    folder = root / ".incomplete"
    return sorted(path.name.removeprefix(f"task_{TASK_ID}") for path in folder.glob("*"))


def half(*headers: str, status: str = "200 OK") -> Said:
    """Return an answer that stops in the middle of the body, and says nothing more."""
    return answer(status, *headers, body=BODY, cut=HALF, holds=True)


def rest(*headers: str, start: int = HALF, body: bytes = BODY, total: str | None = None) -> Said:
    """Return a 206 with all from `start` on."""
    last, whole = len(body) - 1, total or str(len(body))
    content_range = f"Content-Range: bytes {start}-{last}/{whole}"
    return answer("206 Partial Content", content_range, *headers, body=body[start:])


async def cut_off(engine: HttpEngine, url: str) -> None:
    """Fetch until half of the body has come, then cancel, as a stopping server does."""
    meter = WatchedMeter(HALF)
    fetching = asyncio.create_task(engine.fetch(a_job(url, meter=meter)))
    await meter.reached()
    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetching


async def failing(engine: HttpEngine, wire: Wire, path: str = "/a.zip") -> FetchFailed:
    """Return what a fetch from `wire` fails with."""
    with pytest.raises(FetchFailed) as caught:
        await engine.fetch(a_job(wire.url + path))
    return caught.value
