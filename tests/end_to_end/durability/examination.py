"""What must hold of a server's rows, files and numbers, whatever happened to it."""

import hashlib
import re
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from services.files.places import INCOMPLETE
from services.ids import TASK, show
from services.store.rows import read_id, read_json
from services.tasks.states import FINISHED, TaskState, may_move
from tests.end_to_end.durability.rows import Row, assert_sound, count, rows
from tests.end_to_end.durability.workload import Workload
from tests.end_to_end.program import KEY, Program, wait_until
from tests.fakes.origin import Resource

IS_REMOVED = "removed_at IS NOT NULL"
STATES = ", ".join(f"'{state}'" for state in sorted(FINISHED))
ADDED, STARTED, COMPLETED, REMOVED = "task.added", "task.started", "task.completed", "task.removed"
# In which states each kind of event may leave a task; None is the one that it was in.
LEAVES: dict[str, set[TaskState | None]] = {
    ADDED: {TaskState.PENDING},
    "task.queued": {TaskState.PENDING},
    STARTED: {TaskState.RUNNING},
    "task.paused": {TaskState.PAUSED},
    "task.retrying": {TaskState.RETRYING},
    COMPLETED: {TaskState.COMPLETED},
    "task.failed": {TaskState.FAILED},
    "task.cancelled": {TaskState.CANCELLED},
    "task.skipped": {TaskState.SKIPPED},
    "task.changed": {None},
    REMOVED: {None, TaskState.PAUSED},
    "task.restored": {None, TaskState.PENDING},
}


def tasks_of(program: Program, condition: str = "removed_at IS NULL") -> dict[str, Row]:
    """Return all rows of tasks that are not removed, by the ids that users see."""
    found = rows(program, f"SELECT * FROM tasks WHERE {condition}")  # noqa: S608
    return {show(TASK, read_id(row["id"])): row for row in found}


def files_in(folder: Path) -> list[Path]:
    """Return every file below a folder."""
    return sorted(path for path in folder.rglob("*") if not path.is_dir())


def wait_for_the_end(program: Program) -> None:
    """Wait until all tasks are finished and what was unfinished is cleared away.

    What had come of a removed one stays for a minute.
    """
    wait_until(lambda: count(program, f"removed_at IS NULL AND state NOT IN ({STATES})") == 0)
    wait_until(lambda: _unfinished(program) == [])


def _unfinished(program: Program) -> list[Path]:
    """Return what there is of unfinished tasks that are not removed."""
    removed = {read_id(row["id"]).hex for row in tasks_of(program, IS_REMOVED).values()}
    parts = files_in(program.downloads / INCOMPLETE)
    return [part for part in parts if not any(id_ in part.name.replace("-", "") for id_ in removed)]


def assert_kept(program: Program, workload: Workload) -> None:
    """Assert of a server that has just been started that nothing acknowledged is lost."""
    tasks = tasks_of(program)
    states = {task_id: row["state"] for task_id, row in tasks.items()}
    workload.promises.assert_seen(states, are_all=True)
    limbo = [
        task_id
        for task_id, row in tasks.items()
        if row["state"] == "RUNNING" and not (row["worker"] and row["lease_until"])
    ]
    assert limbo == []
    files = finished_files_of(program)
    there = {(task_id, path) for task_id, path in workload.finished_files if task_id in tasks}
    assert there <= files.keys()
    workload.finished_files |= files.keys()
    assert_sound(program)


def finished_files_of(program: Program) -> dict[tuple[str, str], str]:
    """Return the digests of all files that have come, by their tasks and paths."""
    found = rows(program, "SELECT task_id, path, sha256 FROM files WHERE state = 'COMPLETED'")
    return {(show(TASK, read_id(row["task_id"])), row["path"]): row["sha256"] for row in found}


def assert_finished(program: Program, workload: Workload) -> None:
    """Assert of a server whose tasks have all ended that rows, files and numbers agree."""
    tasks = tasks_of(program)
    assert_kept(program, workload)
    _assert_each_call_whole(program, workload)
    _assert_ends(tasks, workload)
    _assert_files(program, tasks, workload)
    assert_histories(program, tasks)
    assert_counters(program, tasks, workload)


def _assert_each_call_whole(program: Program, workload: Workload) -> None:
    """Each call that adds did all that it was to do, and however often it was sent, once."""
    assert all(addition.is_acknowledged for addition in workload.additions)
    assert sorted(told_of(program, ADDED)) == sorted(workload.promises.paths)
    of_groups = rows(program, "SELECT task_id, url FROM files WHERE url IS NOT NULL")
    urls: dict[str, set[str]] = defaultdict(set)
    for row in of_groups:
        urls[show(TASK, read_id(row["task_id"]))].add(row["url"])
    for task_id, row in tasks_of(program).items():
        asked = urls[task_id] or {row["url"]}
        paths = {"/" + url.rpartition("/")[2] for url in asked}
        assert paths == set(workload.promises.paths[task_id])


def _assert_ends(tasks: dict[str, Row], workload: Workload) -> None:
    may_be_cancelled = workload.promises.may_rest_in("CANCELLED")
    for task_id, row in tasks.items():
        expected = {"COMPLETED", "CANCELLED"} if task_id in may_be_cancelled else {"COMPLETED"}
        assert row["state"] in expected, dict(row)


def _assert_files(program: Program, tasks: dict[str, Row], workload: Workload) -> None:
    """Every file that has come is there with the right bytes; so is each of completed tasks.

    Others are of tasks that were removed for good, and that were to leave their files.
    """
    said, promises = finished_files_of(program), workload.promises
    on_disk = {
        str(path.relative_to(program.downloads)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files_in(program.downloads)
        if INCOMPLETE not in path.parts
    }
    came: dict[str, set[str]] = defaultdict(set)
    for (task_id, path), sha256 in said.items():
        came[task_id].add("/" + path.rpartition("/")[2])
        assert on_disk.pop(path) == sha256 == _digest(workload, path)
    for task_id, row in tasks.items():
        if row["state"] == "COMPLETED":
            assert came[task_id] == set(promises.paths[task_id])
    left = _left_behind(program, tasks, workload)
    may = {path for task_id in left for path in promises.paths[task_id]}
    must = {
        path
        for task_id in left & promises.removed.keys()
        if promises.resting.get(task_id) == "COMPLETED"
        for path in promises.paths[task_id]
    }
    rest = {"/" + path.rpartition("/")[2] for path in on_disk}
    assert must <= rest <= may
    assert all(sha256 == _digest(workload, path) for path, sha256 in on_disk.items())


def _left_behind(program: Program, tasks: dict[str, Row], workload: Workload) -> set[str]:
    """Return the tasks that are gone for good, and whose files are not."""
    promises = workload.promises
    with_files = (promises.removed | promises.perhaps_removed).items()
    stay = {task_id for task_id, files_go in with_files if not files_go}
    return stay - tasks.keys() - tasks_of(program, IS_REMOVED).keys()


def _digest(workload: Workload, path: str) -> str:
    return workload.resources["/" + path.rpartition("/")[2]].sha256


def assert_files_of(program: Program, expected: Sequence[tuple[Resource, str]]) -> None:
    """Assert that these resources have come whole, each under the name of its path, or the next.

    Nothing else is in the download folder.
    """
    (folder,) = {path.parent for path in files_in(program.downloads)}
    found = sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in files_in(folder))
    assert found == sorted(resource.sha256 for resource, _ in expected)
    assert {path.name.replace(" (1)", "") for path in files_in(folder)} == {
        path.removeprefix("/") for _, path in expected
    }


def told_of(program: Program, kind: str) -> list[str]:
    """Return the tasks of all events of this kind, as often as there is one."""
    found = rows(program, f"SELECT task_id FROM events WHERE kind = '{kind}'")  # noqa: S608
    return [show(TASK, read_id(row["task_id"])) for row in found]


def assert_histories(program: Program, tasks: dict[str, Row]) -> None:
    """Each task's events lead by legal moves to the state that it is in; so do its attempts."""
    events: dict[str, list[Row]] = defaultdict(list)
    for row in rows(program, "SELECT task_id, kind, data, seq FROM events ORDER BY seq"):
        events[show(TASK, read_id(row["task_id"]))].append(row)
    attempts: dict[str, list[int]] = defaultdict(list)
    for row in rows(program, "SELECT task_id, number FROM attempts ORDER BY number"):
        attempts[show(TASK, read_id(row["task_id"]))].append(row["number"])
    assert tasks.keys() <= events.keys()
    for happened in events.values():
        _assert_legal(happened)
    for task_id in events.keys() - tasks.keys():
        assert events[task_id][-1]["kind"] == REMOVED
    for task_id, row in tasks.items():
        kinds = [event["kind"] for event in events[task_id]]
        assert read_json(events[task_id][-1]["data"])["state"] == row["state"]
        assert kinds.count(STARTED) == row["attempt"]
        assert kinds.count(COMPLETED) == (row["state"] == "COMPLETED")
        ended = row["attempt"] - (row["state"] == "RUNNING")
        assert attempts[task_id] == list(range(1, ended + 1))


def _assert_legal(events: list[Row]) -> None:
    """The events of one task are a path that it may go; removed ones are restored before more."""
    kinds = [row["kind"] for row in events]
    states = [TaskState(read_json(row["data"])["state"]) for row in events]
    assert (kinds[0], kinds.count(ADDED)) == (ADDED, 1)
    assert states[0] in LEAVES[ADDED]
    for (kind, old), (next_kind, new) in pairwise(zip(kinds, states, strict=True)):
        allowed = LEAVES[next_kind]
        stays = new == old and None in allowed
        assert stays or (new in allowed and may_move(old, new)), (kinds, states)
        assert (kind == REMOVED) == (next_kind == "task.restored"), (kinds, states)


SUMS = (
    "SUM(downloads) AS downloads, SUM(failures) AS failures, SUM(bytes) AS bytes,"
    " SUM(milliseconds) AS milliseconds"
)


def assert_counters(program: Program, tasks: dict[str, Row], workload: Workload) -> None:
    """What is counted beside the rows is what the events tell, of removed tasks too."""
    completed = told_of(program, COMPLETED)
    sums, by_source = (
        rows(program, f"SELECT {SUMS} FROM {table}")[0]  # noqa: S608
        for table in ("statistics", "transfers")
    )
    stats = program.ask("{ downloadStats { todayDownloads totalBandwidthBytes } }")
    paths = [path for task_id in completed for path in workload.promises.paths[task_id]]
    received = sum(len(workload.resources[path].body) for path in paths)

    assert (sums["downloads"], sums["failures"], sums["bytes"]) == (len(completed), 0, received)
    assert dict(by_source) == dict(sums)
    assert stats["data"]["downloadStats"]["totalBandwidthBytes"] == received
    assert metrics_by_state(program) == Counter(row["state"] for row in tasks.values())


def metrics_by_state(program: Program) -> Counter[str]:
    """Return how many tasks there are in each state, as `/metrics` has it."""
    request = urllib.request.Request(
        f"{program.url}/metrics", headers={"Authorization": f"Bearer {KEY}"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        found = re.findall(r'^argosy_tasks\{state="(\w+)"\} (\S+)$', answer.read().decode(), re.M)
    return Counter({state: int(float(number)) for state, number in found})
