"""Following the log: everything in order, and what is left out is said."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import pytest

from services.access.identity import Identity
from services.errors import InvalidInput
from services.events.cursors import Place
from services.events.feed import LagReason
from services.logs import book as module
from services.logs.book import LogBook
from services.logs.following import LineUpdate, LogFollowing
from services.logs.levels import LogLevel
from services.logs.wanted import ALL, LogFilter
from services.metrics import Metrics
from tests.integration.services.logs.conftest import ADMIN, ALICE, TASK, Open, tell

PATIENCE_SECONDS = 30
LONG = "x" * 900


def follow(
    book: LogBook,
    identity: Identity = ADMIN,
    wanted: LogFilter = ALL,
    after: str | None = None,
) -> AsyncGenerator[LineUpdate, None]:
    following = LogFollowing(book=book, metrics=Metrics(version="test"))
    return following.follow(identity, wanted, after)


async def take(updates: AsyncGenerator[LineUpdate, None], number: int) -> list[LineUpdate]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        return [await anext(updates) for _ in range(number)]


def events(updates: list[LineUpdate]) -> list[str]:
    return [update.line.event if update.line else "lagged" for update in updates]


async def joined(book: LogBook, number: int = 1) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while book.followers < number:
            await asyncio.sleep(0)


async def test_lines_of_all_threads_come_in_order(book: LogBook) -> None:
    def tell_many(name: str) -> None:
        for number in range(50):
            tell(book, f"{name}.{number}")

    async with aclosing(follow(book)) as updates:
        reading = asyncio.create_task(take(updates, 200))
        await joined(book)
        threads = [threading.Thread(target=tell_many, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        heard = await reading
        for thread in threads:
            thread.join()

    seqs = [update.line.seq for update in heard if update.line]
    assert seqs == sorted(set(seqs))
    assert len(seqs) == 200
    assert book.followers == 0


async def test_who_comes_back_misses_nothing_over_restart_and_rotation(
    opening: Open, tmp_path: Path
) -> None:
    async with opening() as first:
        for number in range(10):
            tell(first, f"line.{number}")
        after = str(first.place(first.newest()[5].seq))  # of line 4
    async with opening() as second:
        for number in range(10, 250):
            tell(second, f"line.{number}", note=LONG)
        async with aclosing(follow(second, after=after)) as updates:
            missed = await take(updates, 245)
            reading = asyncio.create_task(take(updates, 1))
            await joined(second)
            tell(second, "line.250")
            live = await reading

    assert (tmp_path / "logs" / "argosy.log.1").exists()
    assert events([*missed, *live]) == [f"line.{n}" for n in range(5, 251)]


async def test_what_is_kept_no_more_is_said(opening: Open) -> None:
    async with opening() as first:
        old = tell(first, "old")
        for number in range(800):
            tell(first, f"line.{number}", note=LONG)
    async with (
        opening() as second,
        aclosing(follow(second, after=str(second.place(old.seq)))) as updates,
    ):
        (said,) = await take(updates, 1)
        reading = asyncio.create_task(take(updates, 1))
        await joined(second)
        tell(second, "new")
        live = await reading

    assert said.lagged is not None
    assert said.lagged.reason is LagReason.EXPIRED
    assert events(live) == ["new"]


@pytest.mark.parametrize("ahead", [True, False])
async def test_place_that_this_log_does_not_have_is_said(book: LogBook, *, ahead: bool) -> None:
    last = tell(book)
    place = Place(book.name, last.seq + 5) if ahead else Place("otherlog", last.seq)

    async with aclosing(follow(book, after=str(place))) as updates:
        (said,) = await take(updates, 1)

    assert said.lagged is not None
    assert said.lagged.reason is LagReason.EXPIRED


async def test_who_does_not_read_is_told_and_can_have_the_rest(book: LogBook) -> None:
    async with aclosing(follow(book)) as updates:
        reading = asyncio.create_task(take(updates, 1))
        await joined(book)
        tell(book, "line.0")
        (first,) = await reading
        for number in range(1, 400):
            tell(book, f"line.{number}", note=LONG)
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        (said,) = await take(updates, 1)
    assert said.lagged is not None
    assert (said.lagged.reason, said.lagged.after) == (LagReason.SLOW, first.place)
    async with aclosing(follow(book, after=str(said.lagged.after))) as updates:
        rest = await take(updates, 399)

    assert events(rest) == [f"line.{n}" for n in range(1, 400)]


async def test_loop_that_was_held_up_is_told(
    book: LogBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_FRESH", 10)
    async with aclosing(follow(book)) as updates:
        reading = asyncio.create_task(take(updates, 2))
        await joined(book)
        for number in range(25):  # nothing is awaited meanwhile
            tell(book, f"line.{number}")
        heard = await reading

    assert events(heard)[0] == "lagged"


async def test_user_hears_of_own_tasks_at_the_level_asked_for(book: LogBook) -> None:
    async with aclosing(follow(book, ALICE, LogFilter(lowest=LogLevel.WARNING))) as updates:
        reading = asyncio.create_task(take(updates, 1))
        await joined(book)
        tell(book, "of.alice", owner_id=2, task_id=TASK)
        tell(book, "of.bob", 30, owner_id=3, task_id=TASK)
        tell(book, "of.nobody", 50)
        tell(book, "bad.of.alice", 30, owner_id=2, task_id=TASK)

        assert events(await reading) == ["bad.of.alice"]


async def test_what_is_no_cursor_is_refused(book: LogBook) -> None:
    async with aclosing(follow(book, after="yesterday")) as updates:
        with pytest.raises(InvalidInput):
            await anext(updates)
