"""A queue before somebody's eyes."""

import re
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from argosy.cli.live import QueueView

COMMANDS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def progress(name: str, state: str = "RUNNING", **news: object) -> dict[str, Any]:
    return {
        "taskId": f"task_{name}",
        "name": name,
        "state": state,
        "receivedBytes": 500_000,
        "totalBytes": 1_000_000,
        "speedBytes": 100_000,
        "etaSeconds": 5.0,
        "error": None,
        **news,
    }


def queue(*tasks: dict[str, Any], is_snapshot: bool = False, **sums: object) -> dict[str, Any]:
    usual = {"running": len(tasks), "waiting": 2, "speedBytes": 100_000, "paused": False}
    return {"isSnapshot": is_snapshot, "tasks": list(tasks), **usual, **sums}


def drawn(*heard: dict[str, Any], is_away: bool = False, height: int = 30) -> list[str]:
    """Return the lines that are drawn after all this was heard."""
    paper = StringIO()
    console = Console(file=paper, force_terminal=True, width=120, height=height)
    with QueueView(console) as view:
        for news in heard:
            view.hear(news)
        view.set_away(is_away=is_away)
        paper.seek(0)
        paper.truncate()
        view.hear({**heard[-1], "tasks": [], "isSnapshot": False})
        shown = paper.getvalue()
    lines = COMMANDS.sub("", shown).replace("\r", "").splitlines()
    return [re.sub(r"[━╸╺ ]+", " ", line).strip() for line in lines]


def test_bar_shows_how_a_task_is_doing() -> None:
    assert drawn(queue(progress("a"), is_snapshot=True)) == [
        "a 50% 500.0 kB of 1.0 MB 100.0 kB/s 5s",
        "1 running · 2 waiting · 100.0 kB/s",
    ]


def test_what_runs_no_more_has_no_bar() -> None:
    lines = drawn(
        queue(progress("a"), progress("b"), is_snapshot=True),
        queue(progress("a", "COMPLETED"), running=1),
    )

    assert [line[0] for line in lines] == ["b", "1"]


def test_snapshot_is_all_there_is() -> None:
    lines = drawn(queue(progress("a"), is_snapshot=True), queue(progress("b"), is_snapshot=True))

    assert [line[0] for line in lines] == ["b", "1"]


def test_unknown_size_has_no_percentage() -> None:
    lines = drawn(queue(progress("a", totalBytes=None, etaSeconds=None), is_snapshot=True))

    assert lines[0] == "a 500.0 kB 100.0 kB/s"


def test_more_than_the_terminal_is_high_is_counted() -> None:
    many = [progress(f"n{number}") for number in range(1000)]

    lines = drawn(queue(*many, is_snapshot=True), height=10)

    assert [line.split()[0] for line in lines] == ["n0", "n1", "n2", "n3", "and", "1,000"]
    assert lines[-2] == "and 996 more"


@pytest.mark.parametrize(
    ("sums", "line"),
    [
        ({"waiting": 12_345}, "0 running · 12,345 waiting"),
        ({"paused": True}, "0 running · 2 waiting · paused"),
    ],
)
def test_idle_queue_is_one_line(sums: dict[str, object], line: str) -> None:
    assert drawn(queue(is_snapshot=True, **sums)) == [line]


def test_absent_server_has_no_speed() -> None:
    assert drawn(queue(progress("a"), is_snapshot=True), is_away=True) == [
        "a 50% 500.0 kB of 1.0 MB",
        "waiting for the server",
    ]
