"""Servers that say nothing for a while, or so little that it would take for ever."""

from pathlib import Path

import pytest

from services.engines.options import Options, Patience
from services.errors import ErrorCode
from services.tasks.running.retries import TRIES
from tests.fakes.fault_behaviours import (
    File,
    cut,
    endless,
    in_chunks,
    in_turn,
    paced,
    raw,
)
from tests.fakes.faults import Then
from tests.integration.services.engines.http.faults.cases import (
    BODY,
    HALF,
    HASTY,
    SIZE,
    Case,
    check,
)

FILE = File(BODY)
TIMED_OUT = ErrorCode.TIMED_OUT
SLOW = Options(connections=1, patience=Patience(silence=0.5, total=0.1))

SLOWLY = [
    Case(
        "silent behind the head",
        cut(FILE, 0, Then.HOLD),
        options=HASTY,
        requests=TRIES,
        sent=0,
        code=TIMED_OUT,
    ),
    Case(
        "silent in the middle once",
        in_turn(cut(FILE, HALF, Then.HOLD), FILE),
        options=HASTY,
        requests=2,
    ),
    Case(
        "silent in the middle every time",
        cut(FILE, 70_000, Then.HOLD),
        options=HASTY,
        requests=3,
    ),
    Case(
        "silent in the middle of a range",
        in_turn(cut(FILE, HALF), cut(FILE, 10_000, Then.HOLD), FILE),
        options=HASTY,
        requests=3,
    ),
    Case(
        "silent before the head",
        raw(b"", Then.HOLD),
        options=HASTY,
        requests=TRIES,
        sent=0,
        code=TIMED_OUT,
    ),
    Case(
        "silent in the middle of the head",
        raw(b"HTTP/1.1 200 OK\r\nConte", Then.HOLD),
        options=HASTY,
        requests=TRIES,
        sent=0,
        code=TIMED_OUT,
    ),
    Case(
        "silent before the end of chunks",
        in_turn(in_chunks(b"5\r\nwhole\r\n", then=Then.HOLD), FILE),
        options=HASTY,
        requests=2,
        sent=SIZE + 10,
    ),
    Case(
        "drips in time",
        paced(File(b"0" * 20), 1, 0.005),
        options=HASTY,
        sent=20,
        file=b"0" * 20,
    ),
    Case(
        "out of time at the same place without ranges",
        cut(File(b"0" * 500, has_ranges=False), 10, Then.HOLD),
        options=SLOW,
        requests=TRIES,
        sent=TRIES * 10,
        code=TIMED_OUT,
    ),
    Case(
        "drips past the time that it has, and goes on from there",
        in_turn(paced(File(b"0" * 500), 1, 0.01), File(b"0" * 500)),
        options=SLOW,
        requests=2,
        sent=520,
        file=b"0" * 500,
    ),
    Case(
        "endless past the time that it has",
        endless("Connection: close", body=b"0" * 100),
        options=SLOW,
        requests=2,
        attempts=2,
        sent=1 << 30,
        code=TIMED_OUT,
    ),
]


@pytest.mark.parametrize("case", SLOWLY, ids=str)
async def test_slow_server_is_given_up_and_what_came_is_kept(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)
