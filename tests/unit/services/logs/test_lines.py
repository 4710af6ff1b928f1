"""A line: what it tells, and to whom."""

import orjson
import pytest

from services.logs.levels import LogLevel
from services.logs.lines import LONGEST, number, number_of, read

AT = "2026-11-25T10:25:00.000001Z"
TASK = "task_0199c2f0-0000-7000-8000-000000000000"


def text(**more: object) -> str:
    whole = {"event": "task.failed", "level": "warning", "logger": "a.b", "timestamp": AT}
    return orjson.dumps({**whole, **more}).decode()


def test_line_is_read_as_it_was_written() -> None:
    line = number(5, LogLevel.WARNING, text(task_id=TASK, owner_id=3, request_id="r", code="X"))

    assert (line.seq, line.level, line.event, line.logger) == (5, "WARNING", "task.failed", "a.b")
    assert (line.owner_id, line.request_id) == (3, "r")
    assert f"task_{line.task_id}" == TASK
    assert line.at.isoformat() == "2026-11-25T10:25:00.000001+00:00"
    assert line.fields(everything=False) == {"code": "X"}
    assert line.summary == "task.failed code=X"
    assert read(line.text) == line
    assert number_of(line.text) == 5


def test_where_our_code_failed_is_for_administrators() -> None:
    line = number(5, LogLevel.ERROR, text(exception=[{"frames": []}], owner_id=3, task_id=TASK))

    assert line.owner_id == 3
    assert line.fields(everything=False) == {}
    assert line.fields(everything=True) == {"exception": '[{"frames":[]}]', "owner_id": "3"}


def test_line_about_no_task_is_nobodys() -> None:
    assert number(5, LogLevel.ERROR, text(owner_id=3)).owner_id is None


@pytest.mark.parametrize("content", ["x" * LONGEST, ["y" * 20] * 5000])
def test_line_that_is_too_long_keeps_what_matters(content: object) -> None:
    whole = text(task_id=TASK, owner_id=3, content=content)

    line = number(5, LogLevel.WARNING, whole)

    assert len(line.text) < 500
    assert (line.seq, line.level, line.event, line.owner_id) == (5, "WARNING", "task.failed", 3)
    assert line.fields(everything=False) == {"cut": str(len(whole))}


@pytest.mark.parametrize("whole", ["", "no JSON", "{", "[1]", '{"timestamp": 5}', '{"a":"\ud800"}'])
def test_whatever_is_told_becomes_a_line(whole: str) -> None:
    line = number(5, LogLevel.ERROR, whole)

    assert (line.seq, line.level) == (5, LogLevel.ERROR)
    assert b"\n" not in line.text


@pytest.mark.parametrize(
    "row", [b"", b"{}", b"[]", b'{"seq":1}', b'{"seq":"x","timestamp":"2026-01-01"}', b"\xff"]
)
def test_what_is_no_line_is_none(row: bytes) -> None:
    assert read(row) is None
