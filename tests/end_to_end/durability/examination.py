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

STATES = ", ".join(f"'{state}'" for state in sorted(FINISHED))
ADDED = "task.added"
STATE_EVENTS = re.compile(
    r"task\.(added|queued|started|paused|retrying|completed|failed|cancelled|skipped)"
)


def tasks_of(program: Program) -> dict[str, Row]:
    """Return all rows by the ids that users see."""
    return {show(TASK, read_id(row["id"])): row for row in rows(program, "SELECT * FROM tasks")}


def files_in(folder: Path) -> list[Path]:
    """Return every file below a folder."""
    return sorted(path for path in folder.rglob("*") if not path.is_dir())


def wait_for_the_end(program: Program) -> None:
    """Wait until all tasks are finished and what was unfinished is cleared away."""
    wait_until(lambda: count(program, f"state NOT IN ({STATES})") == 0)
    wait_until(lambda: files_in(program.downloads / INCOMPLETE) == [])


def assert_kept(program: Program, workload: Workload) -> None:
    """Assert of a server that has just been started that nothing acknowledged is lost."""
    tasks = tasks_of(program)
    assert workload.acknowledged.keys() <= tasks.keys()
    for task_id in workload.cancelled:
        assert tasks[task_id]["state"] == "CANCELLED"
    limbo = [
        task_id
        for task_id, row in tasks.items()
        if row["state"] == "RUNNING" and not (row["worker"] and row["lease_until"])
    ]
    assert limbo == []
    assert_sound(program)


def assert_finished(program: Program, workload: Workload) -> None:
    """Assert of a server whose tasks have all ended that rows, files and numbers agree."""
    tasks = tasks_of(program)
    assert_kept(program, workload)
    _assert_each_call_whole(tasks, workload)
    _assert_ends(tasks, workload)
    _assert_files(program, tasks, workload)
    assert_histories(program, tasks)
    assert_counters(program, tasks)


def _assert_each_call_whole(tasks: dict[str, Row], workload: Workload) -> None:
    """Each call that adds did all that it was to do once, or, unanswered, nothing."""
    found = Counter(str(row["url"]).partition("//")[2].partition("/")[2] for row in tasks.values())
    for addition in workload.additions:
        times = {found.pop(path.removeprefix("/"), 0) for path in addition.paths}
        assert times == {1} or (times == {0} and not addition.is_acknowledged)
    assert not found


def _assert_ends(tasks: dict[str, Row], workload: Workload) -> None:
    may_be_cancelled = workload.cancelled | workload.in_doubt
    for task_id, row in tasks.items():
        expected = {"COMPLETED", "CANCELLED"} if task_id in may_be_cancelled else {"COMPLETED"}
        assert row["state"] in expected, dict(row)


def _assert_files(program: Program, tasks: dict[str, Row], workload: Workload) -> None:
    """Every completed task has one file, with the right bytes; there are no others."""
    expected = {}
    for row in tasks.values():
        if row["state"] == "COMPLETED":
            path = "/" + str(row["url"]).rpartition("/")[2]
            expected[f"admin{path}"] = workload.resources[path].sha256
    said = [(row["path"], row["sha256"]) for row in rows(program, "SELECT path, sha256 FROM files")]
    on_disk = {
        str(path.relative_to(program.downloads)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files_in(program.downloads)
    }
    assert sorted(said) == sorted(expected.items())
    assert on_disk == expected


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


def assert_histories(program: Program, tasks: dict[str, Row]) -> None:
    """Each task's events lead by legal moves to the state that it is in; so do its attempts."""
    events: dict[str, list[Row]] = defaultdict(list)
    for row in rows(program, "SELECT task_id, kind, data, seq FROM events ORDER BY seq"):
        events[show(TASK, read_id(row["task_id"]))].append(row)
    attempts: dict[str, list[int]] = defaultdict(list)
    for row in rows(program, "SELECT task_id, number FROM attempts ORDER BY number"):
        attempts[show(TASK, read_id(row["task_id"]))].append(row["number"])
    assert events.keys() == tasks.keys()
    for task_id, row in tasks.items():
        _assert_legal(events[task_id], row)
        ended = row["attempt"] - (row["state"] == "RUNNING")
        assert attempts[task_id] == list(range(1, ended + 1))


def _assert_legal(events: list[Row], task: Row) -> None:
    moves = [row for row in events if STATE_EVENTS.fullmatch(row["kind"])]
    states = [TaskState(read_json(row["data"])["state"]) for row in moves]
    assert [row["kind"] for row in events].count(ADDED) == 1
    assert (moves[0]["kind"], states[0]) == (ADDED, TaskState.PENDING)
    for old, new in pairwise(states):
        assert may_move(old, new), (task["id"], states)
    assert states[-1] == task["state"]
    assert states.count(TaskState.RUNNING) == task["attempt"]
    assert states.count(TaskState.COMPLETED) == (task["state"] == "COMPLETED")


def assert_counters(program: Program, tasks: dict[str, Row]) -> None:
    """What is counted beside the rows is what a count of the rows gives."""
    completed = [row for row in tasks.values() if row["state"] == "COMPLETED"]
    (sums,) = rows(
        program,
        "SELECT SUM(downloads) AS downloads, SUM(failures) AS failures, SUM(bytes) AS bytes"
        " FROM statistics",
    )
    stats = program.ask("{ downloadStats { todayDownloads totalBandwidthBytes } }")
    received = sum(row["received"] for row in completed)

    assert (sums["downloads"], sums["failures"], sums["bytes"]) == (len(completed), 0, received)
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
