"""Reading the audit log: pages, filters, and for whom."""

from datetime import timedelta, timezone

import pytest

from services.access.caller import NOBODY
from services.audit.listing import EVERYTHING, AuditFilter, AuditListing
from services.audit.log import AuditLog
from services.errors import Forbidden, InvalidInput
from tests.fakes.clock import START, FakeClock
from tests.integration.services.audit.conftest import ADMIN, ALICE


@pytest.fixture
async def filled(audit: AuditLog, clock: FakeClock) -> None:
    """Five entries, an hour apart, called a to e."""
    for action, actor, outcome, targets in (
        ("a", ADMIN, "OK", ["task_1"]),
        ("b", ALICE, "OK", ["task_1", "task_12"]),
        ("c", ALICE, "FORBIDDEN", []),
        ("d", ADMIN, "OK", ["user_3"]),
        ("e", ALICE, "NOT_FOUND", ["task_2"]),
    ):
        await audit.record(actor, NOBODY, action, outcome, targets=targets)
        clock.advance(3600)


pytestmark = pytest.mark.usefixtures("filled")


async def actions(listing: AuditListing, wanted: AuditFilter) -> str:
    page = await listing.page(ADMIN, wanted, first=100, after=None)
    assert await listing.count(ADMIN, wanted) == len(page.items)
    return "".join(entry.action for entry in page.items)


async def test_pages_go_from_the_newest_to_the_oldest(listing: AuditListing) -> None:
    found, after = [], None
    for _ in range(3):
        page = await listing.page(ADMIN, EVERYTHING, first=2, after=after)
        before = await listing.has_before(ADMIN, EVERYTHING, after)
        found.append(("".join(entry.action for entry in page.items), before, page.has_more))
        after = page.cursors[-1]

    assert found == [("ed", False, True), ("cb", True, True), ("a", True, False)]


async def test_page_stays_where_it_is_when_others_act(
    listing: AuditListing, audit: AuditLog
) -> None:
    first = await listing.page(ADMIN, EVERYTHING, first=2, after=None)
    await audit.record(ALICE, NOBODY, "f")

    second = await listing.page(ADMIN, EVERYTHING, first=2, after=first.cursors[-1])

    assert [entry.action for entry in second.items] == ["c", "b"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (EVERYTHING, "edcba"),
        (AuditFilter(actor_id=2), "ecb"),
        (AuditFilter(actor_name="admin"), "da"),
        (AuditFilter(action="c"), "c"),
        (AuditFilter(outcome="OK"), "dba"),
        (AuditFilter(target="task_1"), "ba"),
        (AuditFilter(target="task_12"), "b"),
        (AuditFilter(target="task_"), ""),
        (AuditFilter(since=START + timedelta(hours=1)), "edcb"),
        (AuditFilter(until=START + timedelta(hours=1)), "a"),
        (AuditFilter(actor_id=2, outcome="OK", target="task_1"), "b"),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_filter_lets_through(
    listing: AuditListing, wanted: AuditFilter, expected: str
) -> None:
    assert await actions(listing, wanted) == expected


async def test_times_of_other_zones_are_understood(listing: AuditListing) -> None:
    vienna = timezone(timedelta(hours=1))
    since = (START + timedelta(hours=2)).astimezone(vienna)

    assert await actions(listing, AuditFilter(since=since)) == "edc"


@pytest.mark.parametrize("target", ["", "x" * 97, 'task_1","x'])
async def test_what_is_no_id_is_refused(listing: AuditListing, target: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await listing.page(ADMIN, AuditFilter(target=target), first=1, after=None)

    assert caught.value.field == "filter.target"


async def test_who_is_no_administrator_reads_nothing(listing: AuditListing) -> None:
    with pytest.raises(Forbidden):
        await listing.page(ALICE, EVERYTHING, first=1, after=None)
    with pytest.raises(Forbidden):
        await listing.count(ALICE, EVERYTHING)
    with pytest.raises(Forbidden):
        await listing.has_before(ALICE, EVERYTHING, "x")


async def test_cursor_of_another_list_is_refused(listing: AuditListing) -> None:
    with pytest.raises(InvalidInput, match="cursor"):
        await listing.page(ADMIN, EVERYTHING, first=1, after="abc")
