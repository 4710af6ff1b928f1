"""Whatever is logged, by whom and how: no secret is in it, and nothing that a terminal obeys."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SECRET = "hunter2-and-more"

PROGRAM = """
import io, logging, sys, threading
import structlog
from argosy.logs import configure_logs, log_what_escapes
from services.logs.levels import LogLevel

class Terminal(io.TextIOWrapper):
    def isatty(self):
        return IS_TERMINAL

sys.stderr = Terminal(sys.stderr.buffer, encoding="utf-8", write_through=True)
configure_logs(LogLevel.DEBUG)
log_what_escapes()
own, foreign = structlog.get_logger("argosy.x"), logging.getLogger("library")
URL = "https://alice:SECRET@example.com/a?b=SECRET"

own.info("a.happened", url=URL, password="SECRET", deep={"headers": [{"Cookie": "a=SECRET"}]})
own.info("forged\\n{'event': 'x'}\\x1b[31m", agent="curl\\r\\n\\x9b0;x\\x07")
foreign.debug("asked %s with %r", URL, {"Authorization": "Bearer SECRET"})
foreign.info("two\\nlines \\u202e")
try:
    try:
        raise ValueError("token=SECRET")
    except ValueError as error:
        error.add_note("password: SECRET")
        raise RuntimeError(f"cannot reach {URL}") from error
except RuntimeError as error:
    own.exception("a.crashed", error=error)
    foreign.exception("crashed: %s", error)
    foreign.error("crashed", exc_info=True, stack_info=True)

class Dying:
    def __del__(self):
        raise RuntimeError("password=SECRET")

def die():
    raise RuntimeError("Bearer SECRET")

Dying()
thread = threading.Thread(target=die)
thread.start()
thread.join()
"""


def logged(*, on_terminal: bool) -> str:
    """Return what the program writes."""
    program = PROGRAM.replace("IS_TERMINAL", str(on_terminal)).replace("SECRET", SECRET)
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True
    )
    return ended.stderr.decode()


@pytest.mark.parametrize("on_terminal", [True, False])
def test_no_secret_is_logged(*, on_terminal: bool) -> None:
    written = logged(on_terminal=on_terminal)

    assert SECRET not in written
    assert written.count("https://[hidden]@example.com/a?[hidden]") >= 5
    for event in (
        "a.happened",
        "asked",
        "a.crashed",
        "crashed",
        "thread.crashed",
        "finalizer.crashed",
    ):
        assert event in written
    assert "RuntimeError" in written
    assert "ValueError" in written


@pytest.mark.parametrize("on_terminal", [True, False])
def test_nobody_can_forge_a_line_or_steer_a_terminal(*, on_terminal: bool) -> None:
    written = logged(on_terminal=on_terminal)

    assert not {"\x07", "\x9b", "\u202e", "\r"} & set(written)
    assert "\x1b[31m" not in written.partition("forged")[2].partition("asked")[0][:60]
    lines = [line for line in written.splitlines() if "forged" in line]
    assert len(lines) == 1
    assert "curl" in lines[0]
    assert "x1b[31m" in lines[0]


def test_each_line_is_json_where_nobody_looks() -> None:
    lines = [json.loads(line) for line in logged(on_terminal=False).splitlines()]

    assert len(lines) == 9
    assert {line["level"] for line in lines} == {"debug", "info", "error"}
    crash = next(line for line in lines if line["event"] == "a.crashed")
    assert [found["exc_type"] for found in crash["exception"]] == ["RuntimeError", "ValueError"]
    assert "Traceback" not in str(crash)


def test_traceback_stands_in_lines_for_people() -> None:
    written = logged(on_terminal=True)

    assert '\n  File "<string>", line' in written
    assert "\nRuntimeError: cannot reach https://[hidden]@" in written
