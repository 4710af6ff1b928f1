"""Files that change while they are fetched."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.errors import ErrorCode
from services.tasks.running.retries import TRIES
from tests.fakes.fault_behaviours import (
    File,
    cut,
    in_turn,
    says,
)
from tests.fakes.faults import Behaviour
from tests.integration.services.engines.http.faults.cases import (
    BODY,
    HALF,
    OTHER_BODY,
    SIZE,
    Case,
    check,
)

DATE = "Date: Wed, 25 Nov 2026 12:00:00 GMT"
OLD = "Mon, 23 Nov 2026 12:00:00 GMT"
NEW = "Wed, 25 Nov 2026 11:00:00 GMT"
FILE = File(BODY)
OTHER = File(OTHER_BODY, etag='"two"')
STUBBORN = replace(OTHER, heeds_if_range=False)  # sends a part of the other file
DATED = File(BODY, etag=None, modified=OLD, headers=(DATE,))
WEAK = File(BODY, etag='W/"one"')
LONGER = File(BODY + OTHER_BODY, etag='"two"')
SHORTER = File(OTHER_BODY[:70_000], etag='"two"')


def changes(one: Behaviour, other: Behaviour) -> Behaviour:
    """Break off in the middle of the first answer, and have another file from then on."""
    return in_turn(cut(one, HALF), other)


CHANGED = [
    Case("another ETag", changes(FILE, OTHER), requests=2, sent=HALF + SIZE, file=OTHER_BODY),
    Case(
        "another ETag, and a part of it",
        changes(FILE, STUBBORN),
        requests=3,
        sent=SIZE + SIZE,
        file=OTHER_BODY,
    ),
    Case(
        "another date",
        changes(DATED, File(OTHER_BODY, etag=None, modified=NEW, headers=(DATE,))),
        requests=2,
        sent=HALF + SIZE,
        file=OTHER_BODY,
    ),
    Case(
        "another date, and a part of it",
        changes(
            DATED,
            File(OTHER_BODY, etag=None, modified=NEW, headers=(DATE,), heeds_if_range=False),
        ),
        requests=3,
        sent=SIZE + SIZE,
        file=OTHER_BODY,
    ),
    Case("the same date", changes(DATED, DATED), requests=2),
    Case(
        "longer",
        changes(FILE, LONGER),
        requests=2,
        sent=HALF + 2 * SIZE,
        file=BODY + OTHER_BODY,
    ),
    Case(
        "longer, and a part of it",
        changes(FILE, replace(LONGER, heeds_if_range=False)),
        requests=3,
        sent=4 * SIZE,
        file=BODY + OTHER_BODY,
    ),
    Case(
        "longer under the same ETag",
        changes(FILE, replace(LONGER, etag='"one"')),
        requests=3,
        sent=4 * SIZE,
        file=BODY + OTHER_BODY,
    ),
    Case(
        "shorter",
        changes(FILE, SHORTER),
        requests=2,
        sent=HALF + 70_000,
        file=OTHER_BODY[:70_000],
    ),
    Case(
        "shorter than what is there, and 416 to the range",
        changes(FILE, replace(SHORTER, heeds_if_range=False)),
        requests=3,
        sent=HALF + 70_000,
        file=OTHER_BODY[:70_000],
    ),
    Case(
        "weak ETag is nothing to go on from",
        changes(WEAK, File(OTHER_BODY, etag='W/"one"')),
        requests=2,
        sent=HALF + SIZE,
        file=OTHER_BODY,
    ),
    Case(
        "date of this very second is nothing to go on from",
        changes(
            File(BODY, etag=None, modified=NEW, headers=(f"Date: {NEW}",)),
            File(OTHER_BODY, etag=None, modified=NEW, headers=(f"Date: {NEW}",)),
        ),
        requests=2,
        sent=HALF + SIZE,
        file=OTHER_BODY,
    ),
    Case(
        "date without the server's is nothing to go on from",
        changes(File(BODY, etag=None, modified=OLD), File(OTHER_BODY, etag=None, modified=OLD)),
        requests=2,
        sent=HALF + SIZE,
        file=OTHER_BODY,
    ),
    Case(
        "gone in the middle",
        changes(FILE, says("404 Not Found")),
        requests=2,
        sent=HALF,
        code=ErrorCode.HTTP_STATUS,
    ),
    Case(
        "no ranges any more",
        changes(FILE, replace(FILE, has_ranges=False)),
        requests=2,
        sent=HALF + SIZE,
    ),
    Case(
        "another ETag every time",
        lambda request: cut(File(BODY, etag=f'"{request.number}"'), HALF)(request),
        requests=TRIES,
        sent=TRIES * HALF,
        code=ErrorCode.INCOMPLETE,
    ),
    Case(
        "moved in the middle",
        changes(FILE, says("302 Found", "Location: /b.zip")),
        others={"/b.zip": FILE},
        requests=3,
    ),
]


@pytest.mark.parametrize("case", CHANGED, ids=str)
async def test_changed_file_is_never_mixed_with_the_old_one(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)
