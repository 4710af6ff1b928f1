"""Removed tasks come to their end behind the minute, whatever became of the server."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from services.files.places import INCOMPLETE
from tests.end_to_end.durability.examination import IS_REMOVED, files_in, tasks_of
from tests.end_to_end.durability.false_clock import FalseClock
from tests.end_to_end.durability.rows import assert_sound, count
from tests.end_to_end.program import Program, wait_until
from tests.fakes.origin import Origin, Resource, content

HOUR = 3600
SIZE = 100_000
HALF = 2_000_000
NAMES = ("stays", "goes", "back")

REMOVE = """
    mutation($input: RemoveTasksInput!) {
      removeTasks(input: $input) { removalId errors { code } }
    }
"""
RESTORE = """
    mutation($input: RestoreTasksInput!) {
      restoreTasks(input: $input) { tasks { id state } errors { code } }
    }
"""


@pytest.fixture
def server(tmp_path: Path, false_clock: FalseClock) -> Iterator[Program]:
    program = Program(tmp_path, ARGOSY_MAX_CONNECTIONS_PER_DOWNLOAD="1", **false_clock.settings)
    program.start()
    yield program
    program.close()


def add_finished(program: Program, origin: Origin) -> list[str]:
    """Add downloads and wait for their files; return the ids in the order of `NAMES`."""
    ids = program.add(*(origin.put(f"/{name}.bin", Resource(content(SIZE))) for name in NAMES))
    wait_until(lambda: count(program, "state = 'COMPLETED'") == len(NAMES))
    return ids


def add_half(program: Program, origin: Origin) -> str:
    """Add a download of which half comes, and wait for that."""
    resource = Resource(content(HALF), hold=Event())
    (task_id,) = program.add(origin.put("/half.bin", resource))
    wait_until(lambda: count(program, "state = 'RUNNING' AND received > 0") == 1)
    return task_id


def change(program: Program, document: str, **values: object) -> dict[str, Any]:
    (payload,) = program.ask(document, input=values)["data"].values()
    found: dict[str, Any] = payload
    return found


def restart(program: Program) -> None:
    program.kill()
    program.start()


def finished_in(program: Program) -> list[str]:
    return [path.name for path in files_in(program.downloads / "admin")]


def test_files_go_or_stay_as_it_was_asked(
    server: Program, false_clock: FalseClock, origin: Origin
) -> None:
    stays, goes, back = add_finished(server, origin)
    half = add_half(server, origin)
    change(server, REMOVE, ids=[stays, half])
    removal = change(server, REMOVE, ids=[goes], withFiles=True)["removalId"]
    change(server, REMOVE, ids=[back], withFiles=True)
    change(server, RESTORE, ids=[back])

    restart(server)
    before = (tasks_of(server).keys(), tasks_of(server, IS_REMOVED).keys(), finished_in(server))
    parts = files_in(server.downloads / INCOMPLETE)
    false_clock.set(HOUR)
    restart(server)
    wait_until(lambda: count(server, IS_REMOVED) == 0)
    late = change(server, RESTORE, removalId=removal)

    assert before == ({back}, {stays, goes, half}, ["back.bin", "goes.bin", "stays.bin"])
    assert parts != []
    assert tasks_of(server).keys() == {back}
    assert finished_in(server) == ["back.bin", "stays.bin"]
    assert files_in(server.downloads / INCOMPLETE) == []
    assert late == {"tasks": [], "errors": [{"code": "NOT_FOUND"}]}
    assert_sound(server)
