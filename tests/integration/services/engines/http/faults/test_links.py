"""Links that run out, and whoever gave them can give new ones."""

from pathlib import Path

import pytest

from services.errors import ErrorCode
from services.tasks.running.retries import TRIES
from tests.fakes.fault_behaviours import File, cut, in_turn, says
from tests.integration.services.engines.http.faults.cases import (
    BODY,
    HALF,
    OTHER_BODY,
    SIZE,
    Case,
    check,
)

FILE = File(BODY)
NEW = "{here}/new/a.zip"

RUN_OUT = [
    *(
        Case(
            f"{status} before the first byte",
            says(f"{status} No"),
            others={"/new/a.zip": FILE},
            resolves=NEW,
            requests=2,
        )
        for status in [401, 403, 404, 410]
    ),
    Case(
        "403 in the middle",
        in_turn(cut(FILE, HALF), says("403 Forbidden")),
        others={"/new/a.zip": FILE},
        resolves=NEW,
        requests=3,
    ),
    Case(
        "403 in the middle, and another file behind the new link",
        in_turn(cut(FILE, HALF), says("403 Forbidden")),
        others={"/new/a.zip": File(OTHER_BODY, etag='"two"')},
        resolves=NEW,
        requests=4,
        fewest=3,
        sent=HALF + 2 * SIZE,
        file=OTHER_BODY,
    ),
    Case(
        "new link has run out too",
        says("403 Forbidden"),
        others={"/new/a.zip": says("403 Forbidden")},
        resolves=NEW,
        requests=2,
        sent=0,
        code=ErrorCode.HTTP_STATUS,
    ),
    Case(
        "new link may not be reached",
        says("403 Forbidden"),
        resolves="http://127.0.0.2/a.zip",
        sent=0,
        code=ErrorCode.FORBIDDEN_ADDRESS,
    ),
    Case(
        "503 is no reason for a new link",
        says("503 No"),
        others={"/new/a.zip": FILE},
        resolves=NEW,
        requests=TRIES,
        sent=0,
        code=ErrorCode.HTTP_STATUS,
    ),
]


@pytest.mark.parametrize("case", RUN_OUT, ids=str)
async def test_link_that_has_run_out_is_resolved_again(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)
