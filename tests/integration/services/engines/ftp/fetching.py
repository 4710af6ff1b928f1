"""Jobs for the FTP engine, and what they leave on the disk."""

import asyncio
import hashlib
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from services.engines.engine import Fetched, Job
from services.engines.ftp.engine import FtpEngine
from services.engines.options import Options, Secrets
from services.errors import FetchFailed
from services.files.places import Place
from tests.fakes.meter import WatchedMeter
from tests.fakes.origin import content

TASK_ID = UUID("0199c2f0-7a10-7000-8000-0123456789ab")
PLACE = Place.of("alice", "films")
BODY = content(200_000)
OTHER_BODY = content(200_000, seed=2)
SIZE = len(BODY)
HALF = 120_000
MODIFIED = datetime(2026, 11, 20, 10, 11, 12, tzinfo=UTC)


def a_job(
    url: str,
    *,
    mark: int = 0,
    options: Options | None = None,
    secrets: Secrets | None = None,
) -> Job:
    return Job(
        TASK_ID,
        url,
        PLACE,
        WatchedMeter(mark),
        options=options or Options(),
        secrets=secrets or Secrets(),
    )


def fetched(name: str, body: bytes, *, modified: datetime | None = MODIFIED) -> Fetched:
    """Return what the engine says of a file with that name and content."""
    sha256 = hashlib.sha256(body).hexdigest()
    return Fetched(name, f"alice/films/{name}", len(body), sha256, None, modified)


def finished_files(root: Path) -> dict[str, bytes]:
    """Return the files in place, by their paths."""
    found = (path for path in root.rglob("*") if path.is_file())
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in found
        if ".incomplete" not in path.parts
    }


async def cut_off(engine: FtpEngine, url: str) -> None:
    """Fetch until half of the body has come, then cancel, as a stopping server does."""
    job = a_job(url, mark=HALF)
    fetching = asyncio.create_task(engine.fetch(job))
    assert isinstance(job.meter, WatchedMeter)
    await job.meter.reached()
    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetching


async def failing(
    engine: FtpEngine, url: str, *, options: Options | None = None, secrets: Secrets | None = None
) -> FetchFailed:
    """Return what a fetch fails with."""
    with pytest.raises(FetchFailed) as caught:
        await engine.fetch(a_job(url, options=options, secrets=secrets))
    return caught.value
