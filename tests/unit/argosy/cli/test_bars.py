"""What is drawn and told of downloads."""

import re
from collections.abc import Iterator
from io import StringIO

import pytest
from rich.console import Console

from argosy.cli.bars import Bars, Download

COMMANDS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def download(name: str, state: str, received: int, total: int | None, **news: object) -> Download:
    heard = Download(f"task_{name}", name)
    heard.hear(
        {
            "name": name,
            "state": state,
            "receivedBytes": received,
            "totalBytes": total,
            "speedBytes": 0,
            "etaSeconds": None,
            "error": None,
            **news,
        }
    )
    return heard


def drawn(*downloads: Download) -> Iterator[str]:
    """Return the lines that are drawn at the end."""
    paper = StringIO()
    console = Console(file=paper, force_terminal=True, width=120)
    with Bars(console, list(downloads)) as bars:
        for each in downloads:
            bars.show(each)
    lines = COMMANDS.sub("", paper.getvalue()).splitlines()[-len(downloads) - 1 :]
    return iter(re.sub(r"[━╸╺ ]+", " ", line).strip() for line in lines)


def last(lines: Iterator[str]) -> str:
    return [*lines][-1]


def test_sizes_that_are_not_known_yet_are_guessed() -> None:
    lines = drawn(
        download("a", "RUNNING", 500_000, 1_000_000, speedBytes=100_000),
        download("b", "RETRYING", 0, None),
    )

    assert last(lines) == "Total (0 of 2) 25% 500.0 kB of about 2.0 MB 100.0 kB/s 15s"


def test_lost_downloads_are_not_done() -> None:
    lines = drawn(
        download("a", "COMPLETED", 1000, 1000),
        download("b", "FAILED", 10, 4000),
        download("c", "CANCELLED", 0, None),
        download("d", "RUNNING", 500, 1000, speedBytes=100),
    )

    assert last(lines) == "Total (1 of 4, 1 failed, 1 cancelled) 75% 1.5 kB of 2.0 kB 100 B/s 5s"


def test_no_size_is_known_at_first() -> None:
    lines = drawn(download("a", "PENDING", 0, None), download("b", "PENDING", 0, None))

    assert last(lines) == "Total (0 of 2)"


def test_bar_of_what_ended_without_a_size_is_full() -> None:
    lines = drawn(download("a", "COMPLETED", 10, None), download("b", "COMPLETED", 10, 10))

    assert next(lines) == "a 100% 10 B done"


def test_trouble_is_told_once_each_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    answered = {"error": {"message": "The server answered 503."}}
    states = [
        ("PENDING", {}),
        ("RETRYING", answered),
        ("RETRYING", answered),
        ("RUNNING", {}),
        ("RETRYING", {"error": {"message": "It was silent."}}),
        ("RETRYING", answered),
        ("COMPLETED", {}),
    ]
    watched = Download("task_a", "a.bin")

    with Bars(Console(file=StringIO()), [watched]) as bars:
        for state, news in states:
            watched.__dict__.update(state=state, error=news.get("error", {}).get("message"))
            bars.show(watched)

    assert capsys.readouterr().err.splitlines() == [
        "a.bin: tries again soon: The server answered 503.",
        "a.bin: goes on",
        "a.bin: tries again soon: It was silent.",
        "a.bin: tries again soon: The server answered 503.",
    ]
