"""A disk that is full: everything waits, and goes on by itself when there is room."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from tests.end_to_end.program import Program, wait_until
from tests.fakes.origin import Origin, Resource, content
from tests.needs import needs_small_disk

DISK = 24 << 20  # bytes
FILE = 4_000_000
FILES = 3


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with needs_small_disk(tmp_path / "disk", DISK):
        yield tmp_path / "disk"


@pytest.fixture
def small(tmp_path: Path, disk: Path) -> Iterator[Program]:
    """A server that keeps its files on the small disk."""
    program = Program(tmp_path, ARGOSY_DOWNLOAD_DIR=str(disk), ARGOSY_ALERT_INTERVAL="1")
    program.start()
    yield program
    program.close()


def fill(disk: Path) -> Path:
    """Take all the room that there is, and return what takes it."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        while (free := os.statvfs(disk).f_bfree * os.statvfs(disk).f_frsize) > 0:
            file.write(bytes(free))
    return ballast


def files_on(disk: Path) -> list[Path]:
    return sorted(path for path in disk.rglob("*") if path.is_file())


def states(program: Program) -> list[str]:
    answer = program.ask("{ tasks { nodes { state } } }")
    return [task["state"] for task in answer["data"]["tasks"]["nodes"]]


def alerts(program: Program) -> list[tuple[str, str]]:
    """Return how bad the disk is, and how the alert about it stands."""
    query = '{ alerts(filter: {rules: ["disk.low"]}) { nodes { subject level state } } }'
    nodes = program.ask(query)["data"]["alerts"]["nodes"]
    return [(a["level"], a["state"]) for a in nodes if a["subject"].endswith(" downloads")]


async def test_everything_waits_for_room_and_comes_whole(
    small: Program, disk: Path, origin: Origin
) -> None:
    rest = Event()
    resources = [Resource(content(FILE, seed=n), hold=rest) for n in range(FILES)]
    urls = [origin.put(f"/{n}.bin", resource) for n, resource in enumerate(resources)]
    ids = small.add(*urls, connections=1)
    await asyncio.to_thread(wait_until, lambda: origin.sent >= FILES * FILE // 2 - FILES * 20_000)

    ballast = fill(disk)
    rest.set()
    await asyncio.to_thread(wait_until, lambda: states(small) == ["RETRYING"] * FILES)
    status, health = small.health()
    await asyncio.to_thread(wait_until, lambda: alerts(small) == [("CRITICAL", "OPEN")])
    ballast.unlink()
    ends = [(await small.follow(task_id))[-1]["state"] for task_id in ids]

    assert (status, health["services"]["disk"]) == (503, "failed")
    assert (
        health["reasons"]["disk"] == "The disk is full. Make room; the download goes on by itself."
    )
    assert ends == ["COMPLETED"] * FILES
    places = [disk / "admin" / f"{n}.bin" for n in range(FILES)]
    assert [path.read_bytes() == r.body for path, r in zip(places, resources, strict=True)] == [
        True
    ] * FILES
    await asyncio.to_thread(wait_until, lambda: files_on(disk) == places)
    assert small.health()[0] == 200
    await asyncio.to_thread(wait_until, lambda: alerts(small) == [("CRITICAL", "RESTORED")])
    assert origin.sent < 1.5 * FILES * FILE
