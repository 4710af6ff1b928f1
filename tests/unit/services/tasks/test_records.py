"""What is said of a task: how much is done, and how long it takes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.engines.engine import Phase
from services.errors import ErrorCode
from services.tasks.records import File, TaskProgress, percent, read_file, read_task
from services.tasks.states import FINISHED, TaskState
from tests.unit.services.tasks.examples import AT, ID, ROW, TASK


@pytest.mark.parametrize(
    ("state", "received", "total", "expected"),
    [
        (TaskState.PENDING, 0, None, 0.0),
        (TaskState.RUNNING, 500, None, 0.0),
        (TaskState.RUNNING, 0, 0, 0.0),
        (TaskState.RUNNING, 0, 1000, 0.0),
        (TaskState.RUNNING, 450, 1000, 45.0),
        (TaskState.RUNNING, 1, 3, 33.33),
        (TaskState.RUNNING, 1000, 1000, 100.0),
        (TaskState.RUNNING, 1500, 1000, 100.0),
        (TaskState.FAILED, 450, 1000, 45.0),
        (TaskState.COMPLETED, 0, 0, 100.0),
        (TaskState.COMPLETED, 0, None, 100.0),
    ],
)
def test_percent_lies_between_0_and_100(
    state: TaskState, received: int, total: int | None, expected: float
) -> None:
    assert percent(state, received, total) == expected


def test_progress_of_a_task_repeats_its_row() -> None:
    assert TaskProgress.of(TASK) == TaskProgress(
        task_id=ID,
        owner_id=7,
        revision=3,
        state=TaskState.RUNNING,
        phase=Phase.DOWNLOADING,
        name="film.mkv",
        received=450,
        total=1000,
        speed=0,
        error_code=ErrorCode.TIMED_OUT,
        error_message="It did not answer.",
    )


def test_eta_is_what_is_left_at_the_present_speed() -> None:
    progress = replace(TaskProgress.of(TASK), speed=100)

    assert progress.eta == timedelta(seconds=5.5)


@pytest.mark.parametrize(
    "change",
    [
        {"speed": 0},
        {"total": None},
        {"speed": 1, "total": 1 << 62},
        {"state": TaskState.RETRYING},
        {"state": TaskState.COMPLETED},
    ],
)
def test_eta_is_unknown_where_it_cannot_be_said(change: dict[str, object]) -> None:
    progress = replace(TaskProgress.of(TASK), **{"speed": 100, **change})  # type: ignore[arg-type]

    assert progress.eta is None


def test_eta_is_never_negative() -> None:
    progress = replace(TaskProgress.of(TASK), speed=100, received=1500)

    assert progress.eta == timedelta()


@pytest.mark.parametrize("state", TaskState)
def test_task_and_its_progress_agree_on_being_finished(state: TaskState) -> None:
    task = replace(TASK, state=state)

    assert (task.is_finished, TaskProgress.of(task).is_finished) == (state in FINISHED,) * 2


def test_task_is_read_from_its_row() -> None:
    assert read_task(ROW) == TASK


def test_what_has_not_happened_is_read_as_nothing() -> None:
    row = ROW | {"phase": None, "error_code": None, "error_message": None, "started_at": None}

    task = read_task(row)

    assert (task.phase, task.error_code, task.error_message, task.started_at) == (None,) * 4


def test_file_is_read_from_its_row() -> None:
    row = {
        "id": ID,
        "task_id": str(ID),
        "name": "film.mkv",
        "path": "alice/films/film.mkv",
        "size": 1000,
        "sha256": None,
        "etag": '"1"',
        "modified_at": "2026-11-22 12:00:00+00:00",
        "created_at": "2026-11-22 12:00:00+00:00",
        "url": None,
        "position": 0,
        "state": "COMPLETED",
        "error_code": None,
        "error_message": None,
    }

    assert read_file(row) == File(
        ID, ID, "film.mkv", "alice/films/film.mkv", 1000, None, AT, '"1"', AT
    )
