"""A download folder that nobody can write to, for a while."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.end_to_end.durability.examination import (
    assert_histories,
    files_in,
    tasks_of,
    wait_for_the_end,
)
from tests.end_to_end.durability.link import Link, Way, add_patient
from tests.end_to_end.durability.rows import count
from tests.end_to_end.program import Program, wait_until
from tests.fakes.origin import Origin, Resource, content
from tests.needs import needs_small_disk

DISK = 64 << 20  # bytes
SIZE = 1_500_000
SENTENCE = (
    "The download folder does not take the file: Read-only file system. "
    "Look at the folder and at who may write there."
)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with needs_small_disk(tmp_path / "disk", DISK):
        yield tmp_path / "disk"


@pytest.fixture
def server(tmp_path: Path, disk: Path) -> Iterator[Program]:
    """A server that keeps its files on a disk of their own."""
    program = Program(tmp_path, ARGOSY_DOWNLOAD_DIR=str(disk))
    program.start()
    yield program
    program.close()


def remount(disk: Path, how: str) -> bool:
    """Make the disk `ro` or `rw`; False while somebody writes to it."""
    command = ["mount", "-o", f"remount,{how}", str(disk)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def tasks_now(program: Program) -> list[dict[str, Any]]:
    query = "{ tasks { nodes { state error { code message } } } }"
    nodes: list[dict[str, Any]] = program.ask(query)["data"]["tasks"]["nodes"]
    return nodes


def test_tasks_wait_and_go_on(server: Program, disk: Path, origin: Origin) -> None:
    rest = Event()
    begun = Resource(content(SIZE, seed=1), hold=rest)
    fresh = Resource(content(SIZE, seed=2))
    origin.put("/begun.bin", begun)
    origin.put("/fresh.bin", fresh)
    with Link(origin.port) as link:
        add_patient(server, link.url("/begun.bin"))
        wait_until(lambda: origin.sent >= SIZE // 2 - 20_000)
        link.go(Way.REFUSED)
        wait_until(lambda: count(server, "state = 'RETRYING'") == 1)
        wait_until(lambda: remount(disk, "ro"))
        link.go(Way.OPEN)
        add_patient(server, link.url("/fresh.bin"))
        refused = "error_code = 'WRITE_FAILED' AND state = 'RETRYING'"

        wait_until(lambda: count(server, refused) == 2)
        waiting = tasks_now(server)
        rest.set()
        wait_until(lambda: remount(disk, "rw"))
        wait_for_the_end(server)

    error = {"code": "WRITE_FAILED", "message": SENTENCE}
    assert waiting == [{"state": "RETRYING", "error": error}] * 2
    assert tasks_now(server) == [{"state": "COMPLETED", "error": None}] * 2
    whole = [disk / "admin" / "begun.bin", disk / "admin" / "fresh.bin"]
    assert files_in(disk) == whole
    assert [path.read_bytes() for path in whole] == [begun.body, fresh.body]
    assert_histories(server, tasks_of(server))
    assert "Traceback" not in server.log.read_text()
