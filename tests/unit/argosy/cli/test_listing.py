"""Tasks in rows."""

import re
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from rich.console import Console

from argosy.cli.listing import as_line, as_table
from argosy.cli.tasks import KINDS, ORDERS, Wanted
from services.engines.options import Kind
from services.tasks.listing.sorting import TaskOrder

NOW = datetime(2026, 2, 6, 10, 30, tzinfo=UTC)


def task(**known: object) -> dict[str, Any]:
    return {
        "id": "task_01a21355-0f56-76c5-b3c6-3adbcd10105d",
        "name": "film.mkv",
        "state": "RUNNING",
        "priority": "NORMAL",
        "progress": 41.7,
        "receivedBytes": 1_250_000,
        "totalBytes": 3_000_000,
        "speedBytes": 500_000,
        "host": "example.com",
        "createdAt": "2026-02-06T10:25:00.000Z",
        **known,
    }


def drawn(*tasks: dict[str, Any], width: int = 120) -> list[list[str]]:
    """Return the cells of the rows below the heading."""
    paper = StringIO()
    Console(file=paper, width=width).print(as_table(tasks, NOW))
    lines = paper.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    return [re.split(r"\s{2,}", line.strip()) for line in lines[1:]]


def test_row_shows_how_a_task_is_doing() -> None:
    assert drawn(task()) == [
        ["running", "film.mkv", "42%", "3.0 MB", "500.0 kB/s", "example.com", "5m", "10105d"]
    ]


def test_unknown_size_is_what_has_come() -> None:
    assert drawn(task(totalBytes=None, progress=0)) == [
        ["running", "film.mkv", "1.2 MB", "500.0 kB/s", "example.com", "5m", "10105d"]
    ]


def test_what_does_not_run_has_no_speed() -> None:
    waiting = task(state="WAITING_INPUT", receivedBytes=0, totalBytes=None, progress=0)

    assert drawn(waiting) == [["waiting-input", "film.mkv", "example.com", "5m", "10105d"]]


def test_priority_is_shown_where_it_is_not_the_usual() -> None:
    rows = drawn(task(priority="HIGH"), task(id="task_b", priority="LOW"))

    assert [row[1] for row in rows] == ["film.mkv ↑", "film.mkv ↓"]


def test_long_name_keeps_the_id_in_sight() -> None:
    (row,) = drawn(task(name="n" * 300, host="h" * 100), width=80)

    assert row[1].endswith("…")
    assert row[-1] == "10105d"


def test_markup_in_a_name_is_no_markup() -> None:
    assert drawn(task(name="[red]film[/red]"))[0][1] == "[red]film[/red]"


def test_line_has_whole_numbers_and_a_whole_id() -> None:
    assert as_line(task()).split("\t") == [
        "running",
        "film.mkv",
        "42%",
        "3000000",
        "500000",
        "example.com",
        "2026-02-06T10:25:00.000Z",
        "task_01a21355-0f56-76c5-b3c6-3adbcd10105d",
    ]


def test_words_are_those_of_the_server() -> None:
    assert list(KINDS) == list(Kind)
    assert sorted(ORDERS.values()) == sorted(TaskOrder)


def test_states_may_be_several_with_commas() -> None:
    wanted = Wanted(["running, waiting-input", "FAILED"], kinds=["video"])

    assert wanted.filter() == {
        "states": ["RUNNING", "WAITING_INPUT", "FAILED"],
        "kinds": ["VIDEO"],
    }
