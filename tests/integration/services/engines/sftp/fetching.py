"""Jobs for the SFTP engine, and what they leave on the disk."""

import hashlib
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from services.engines.engine import Fetched, Job, Meter
from services.engines.options import Options, Secrets
from services.engines.sftp.engine import SftpEngine
from services.errors import FetchFailed
from services.files.places import Place
from tests.integration.services.engines.sftp.serving import MODIFIED

TASK_ID = UUID("0199c2f0-7a10-7000-8000-0123456789ab")
PLACE = Place.of("alice", "films")


def a_job(
    url: str, secrets: Secrets, *, meter: Meter | None = None, options: Options | None = None
) -> Job:
    return Job(TASK_ID, url, PLACE, meter or Meter(), options=options or Options(), secrets=secrets)


def fetched(name: str, body: bytes, *, modified: datetime = MODIFIED) -> Fetched:
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


async def failing(
    engine: SftpEngine, url: str, secrets: Secrets, *, options: Options | None = None
) -> FetchFailed:
    """Return what a fetch fails with."""
    with pytest.raises(FetchFailed) as caught:
        await engine.fetch(a_job(url, secrets, options=options))
    return caught.value
