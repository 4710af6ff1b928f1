"""Searching the log: what is in memory and what is in files, the newest first."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.errors import InvalidInput
from services.events.cursors import Place
from services.ids import new_id
from services.logs import listing as module
from services.logs.book import LogBook
from services.logs.levels import LogLevel
from services.logs.listing import LogListing
from services.logs.wanted import ALL, LogFilter
from tests.integration.services.logs.conftest import ADMIN, ALICE, TASK, Open, tell

LONG = "x" * 900


@pytest.fixture
async def restarted(opening: Open) -> AsyncIterator[LogBook]:
    """A log whose lines 0 to 299 are in files alone, and some of the newest in memory too."""
    async with opening() as first:
        for number in range(300):
            tell(first, f"line.{number}", note=LONG)
    async with opening() as second:
        for number in range(300, 320):
            tell(second, f"line.{number}", note=LONG)
        yield second


async def all_of(listing: LogListing, wanted: LogFilter = ALL, first: int = 100) -> list[str]:
    """Return the events of all pages."""
    found: list[str] = []
    after = None
    while True:
        page = await listing.page(ADMIN, wanted, first=first, after=after)
        found += [line.event for line in page.items]
        if not page.has_more:
            return found
        after = page.end
        assert after is not None


@pytest.mark.parametrize("first", [1, 7, 100])
async def test_pages_hold_every_line_once(restarted: LogBook, first: int) -> None:
    listing = LogListing(book=restarted)

    assert await all_of(listing, first=first) == [f"line.{n}" for n in reversed(range(320))]
    assert await listing.count(ADMIN, ALL) == 320


async def test_cursor_survives_rotation(restarted: LogBook, tmp_path: Path) -> None:
    listing = LogListing(book=restarted)
    page = await listing.page(ADMIN, ALL, first=50, after=None)

    before = sorted(path.name for path in (tmp_path / "logs").iterdir())
    for number in range(320, 480):
        tell(restarted, f"line.{number}", note=LONG)
    rest = await listing.page(ADMIN, ALL, first=100, after=page.end)

    assert before == ["argosy.log", "argosy.log.1", "name"]
    assert (tmp_path / "logs" / "argosy.log.2").exists()
    assert [line.event for line in rest.items] == [f"line.{n}" for n in range(269, 169, -1)]


async def test_one_request_reads_so_much_and_says_where_to_go_on(
    restarted: LogBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 100_000)
    listing = LogListing(book=restarted)

    page = await listing.page(ADMIN, LogFilter(text="LINE.7"), first=100, after=None)

    assert (page.items, page.has_more) == ([], True)
    assert page.end is not None
    assert await all_of(listing, LogFilter(text="LINE.7")) == [
        f"line.{n}" for n in (*range(79, 69, -1), 7)
    ]


async def test_filters_all_hold(book: LogBook) -> None:
    task, other = new_id(), new_id()
    about = {"task_id": f"task_{task}", "owner_id": 2}
    listing = LogListing(book=book)
    tell(book, "a.one", **about, request_id="r1")
    two = tell(book, "a.two", logging.WARNING, **about, why="Ärger")
    tell(book, "a.three", logging.WARNING, task_id=f"task_{other}")
    tell(book, "a.four", logging.ERROR)

    async def found(wanted: LogFilter) -> list[str]:
        return [
            line.event for line in (await listing.page(ADMIN, wanted, first=9, after=None)).items
        ]

    assert await found(LogFilter(lowest=LogLevel.WARNING)) == ["a.four", "a.three", "a.two"]
    assert await found(LogFilter(levels=frozenset({LogLevel.INFO}))) == ["a.one"]
    assert await found(LogFilter(task_id=task)) == ["a.two", "a.one"]
    assert await found(LogFilter(task_id=task, lowest=LogLevel.WARNING)) == ["a.two"]
    assert await found(LogFilter(request_id="r1")) == ["a.one"]
    assert await found(LogFilter(text="ärGER")) == ["a.two"]
    assert await found(LogFilter(since=two.at)) == ["a.four", "a.three", "a.two"]
    assert await found(LogFilter(until=two.at)) == ["a.one"]
    assert await found(LogFilter(since=two.at + timedelta(days=1))) == []


async def test_user_sees_lines_about_own_tasks(book: LogBook) -> None:
    listing = LogListing(book=book)
    tell(book, "of.alice", owner_id=2, task_id=TASK, exception="secret place")
    tell(book, "of.bob", owner_id=3, task_id=TASK)
    tell(book, "of.nobody")
    tell(book, "of.alice.and.no.task", owner_id=2)

    async def found(wanted: LogFilter) -> list[str]:
        page = await listing.page(ALICE, wanted, first=9, after=None)
        assert await listing.count(ALICE, wanted) == len(page.items)
        return [line.event for line in page.items]

    assert await found(ALL) == ["of.alice"]
    assert await found(LogFilter(text="bob")) == []
    assert await found(LogFilter(text="secret place")) == []


async def test_what_comes_before_a_cursor_is_known(book: LogBook) -> None:
    listing = LogListing(book=book)
    for event in ("a", "b", "c"):
        tell(book, event)
    page = await listing.page(ADMIN, ALL, first=2, after=None)

    assert not await listing.has_before(ADMIN, ALL, None)
    assert await listing.has_before(ADMIN, ALL, page.cursors[0])
    assert not await listing.has_before(ADMIN, LogFilter(text="a"), page.cursors[1])


@pytest.mark.parametrize("after", ["", "abc", str(Place("otherlog", 5))])
async def test_cursor_of_another_log_is_refused(book: LogBook, after: str) -> None:
    listing = LogListing(book=book)

    with pytest.raises(InvalidInput) as caught:
        await listing.page(ADMIN, ALL, first=2, after=after)

    assert caught.value.field == "after"


async def test_without_files_there_is_what_is_in_memory(opening: Open, tmp_path: Path) -> None:
    async with opening(most=0) as book:
        tell(book, "a")
        tell(book, "b")

        assert await all_of(LogListing(book=book)) == ["b", "a"]
    assert not (tmp_path / "logs").exists()


async def test_numbers_grow_over_a_restart_and_errors_are_remembered(opening: Open) -> None:
    async with opening() as first:
        for number in range(12):
            last = tell(first, f"bad.{number}", logging.ERROR)
    async with opening() as second:
        remembered = [line.event for line in second.errors()]
        following = tell(second, "next")

    assert remembered == [f"bad.{n}" for n in range(11, 1, -1)]
    assert following.seq > last.seq
