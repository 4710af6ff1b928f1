"""What only SQLite does: groups of work, and a reader that cannot write."""

import asyncio
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from tortoise.exceptions import IntegrityError, OperationalError

from models.user import User
from services.errors import Unavailable
from services.store.choose import DATABASE
from services.store.sqlite import GROUP, SqliteStore
from services.store.store import Store, Transaction, Work
from tests.integration.services.store.test_store import INSERT, NOW, Gate, kept, remember


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the groups that are committed."""
    sizes: list[int] = []
    commit = SqliteStore._commit

    async def counted(store: SqliteStore, pieces: list[object]) -> None:
        sizes.append(len(pieces))
        await commit(store, pieces)  # type: ignore[arg-type]

    monkeypatch.setattr(SqliteStore, "_commit", counted)
    return sizes


async def pragma(store: Store, text: str) -> int:
    """Say `PRAGMA text` to the connection that writes; return the value it answers."""
    writer = store._writer  # type: ignore[attr-defined]
    (row,) = await writer.execute_query_dict(f"PRAGMA {text}")
    return int(next(iter(row.values())))


async def leave_little_room(store: Store) -> None:
    """Have the database grow by three pages at most."""
    pages = await pragma(store, "page_count")
    await pragma(store, f"max_page_count = {pages + 3}")


async def test_work_that_waits_is_committed_together(sqlite: Store, commits: list[int]) -> None:
    gate = Gate("first")
    first = asyncio.create_task(sqlite.write(gate.work))
    await gate.entered.wait()

    rest = asyncio.gather(*(sqlite.write(remember(str(n))) for n in range(GROUP + 10)))
    await asyncio.sleep(0)
    gate.open.set()
    await asyncio.gather(first, rest)

    assert commits == [1, GROUP, 10]


async def test_work_abandoned_before_it_began_is_not_done(sqlite: Store) -> None:
    gate = Gate("first")
    first = asyncio.create_task(sqlite.write(gate.work))
    await gate.entered.wait()
    abandoned = asyncio.create_task(sqlite.write(remember("abandoned")))
    await asyncio.sleep(0)

    abandoned.cancel()
    await asyncio.gather(abandoned, return_exceptions=True)
    gate.open.set()
    await first
    await sqlite.write(remember("last"))

    assert await kept(sqlite) == ["first", "last"]


async def test_queries_do_not_wait_for_the_writer(sqlite: Store) -> None:
    await sqlite.write(remember("a"))
    gate = Gate("b")
    writing = asyncio.create_task(sqlite.write(gate.work))
    await gate.entered.wait()

    during = await kept(sqlite)
    gate.open.set()
    await writing

    assert (during, await kept(sqlite)) == (["a"], ["a", "b"])


async def test_queries_cannot_write(sqlite: Store) -> None:
    with pytest.raises(Unavailable):
        await sqlite.fetch("DELETE FROM settings")


async def test_bad_query_is_unavailable(sqlite: Store) -> None:
    with pytest.raises(Unavailable):
        await sqlite.fetch("SELECT * FROM nowhere")


async def test_writes_of_another_process_are_read(sqlite: Store, tmp_path: Path) -> None:
    await kept(sqlite)
    with sqlite3.connect(tmp_path / DATABASE) as other:
        other.execute("INSERT INTO settings VALUES ('a', '1', '2026-11-22 12:00:00+00:00')")
    other.close()

    await sqlite.write(remember("b"))

    assert await kept(sqlite) == ["a", "b"]


async def test_answered_write_is_in_the_file(sqlite: Store, tmp_path: Path) -> None:
    await sqlite.write(remember("a"))

    other = sqlite3.connect(tmp_path / DATABASE)
    rows = other.execute("SELECT key FROM settings").fetchall()
    modes = [other.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode",)]
    other.close()

    assert (rows, modes) == ([("a",)], ["wal"])


async def test_foreign_keys_hold(sqlite: Store) -> None:
    values = [await pragma(sqlite, name) for name in ("foreign_keys", "synchronous")]

    assert values == [1, 2]


async def test_write_after_the_end_is_refused(sqlite: Store) -> None:
    await sqlite.close()

    with pytest.raises(Unavailable):
        await sqlite.write(remember("late"))

    await sqlite.open()


async def test_full_disk_fails_what_does_not_fit_and_keeps_the_rest(
    sqlite: Store, commits: list[int]
) -> None:
    await leave_little_room(sqlite)
    gate = Gate("first")
    told: list[str] = []

    def big() -> Work[str]:
        async def work(transaction: Transaction) -> str:
            transaction.after_commit(lambda: told.append("big"))
            await transaction.execute(INSERT, "big", '"' + "x" * 1_000_000 + '"', NOW)
            return "big"

        return work

    first = asyncio.create_task(sqlite.write(gate.work))
    await gate.entered.wait()
    small = [sqlite.write(remember(name)) for name in "abc"]
    more = [sqlite.write(remember(name)) for name in "def"]
    answers = asyncio.gather(*small, sqlite.write(big()), *more, return_exceptions=True)
    await asyncio.sleep(0)
    gate.open.set()
    await first
    results = await answers

    assert commits[:2] == [1, 7]  # all of them were in one group
    assert isinstance(results.pop(3), Unavailable)
    assert results == [None] * 6
    assert await kept(sqlite) == [*"abcdef", "first"]
    assert told == []


async def test_call_that_fails_after_a_commit_stops_nobody(sqlite: Store) -> None:
    def fail() -> None:
        message = "no"
        raise ValueError(message)

    async def work(transaction: Transaction) -> str:
        await transaction.execute(INSERT, "a", "1", NOW)
        transaction.after_commit(fail)
        return "a"

    assert await sqlite.write(work) == "a"
    await sqlite.write(remember("b"))
    assert await kept(sqlite) == ["a", "b"]


async def test_work_behind_the_end_is_refused(sqlite: Store) -> None:
    gate = Gate("first")
    first = asyncio.create_task(sqlite.write(gate.work))
    await gate.entered.wait()
    closing = asyncio.create_task(sqlite.close())
    await asyncio.sleep(0)
    late = asyncio.gather(
        *(sqlite.write(remember(str(n))) for n in range(GROUP + 10)), return_exceptions=True
    )
    await asyncio.sleep(0)
    gate.open.set()
    await asyncio.gather(first, closing)
    refused = [error for error in await late if isinstance(error, Unavailable)]

    await sqlite.open()
    assert len(await kept(sqlite)) + len(refused) == GROUP + 11


async def test_locked_database_is_waited_for_once_for_all(
    sqlite: Store, commits: list[int], tmp_path: Path
) -> None:
    await pragma(sqlite, "busy_timeout = 10")
    other = sqlite3.connect(tmp_path / DATABASE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    answers = await asyncio.gather(
        *(sqlite.write(remember(str(n))) for n in range(5)), return_exceptions=True
    )

    other.execute("ROLLBACK")
    other.close()
    assert [type(answer) for answer in answers] == [Unavailable] * 5
    assert commits in ([5], [1, 4])  # no more than one wait for each group
    await sqlite.write(remember("after"))
    assert await kept(sqlite) == ["after"]


async def test_abandoned_work_of_a_broken_group_is_not_done(sqlite: Store) -> None:
    await leave_little_room(sqlite)
    gate = Gate("first")

    async def big(transaction: Transaction) -> None:
        await asyncio.sleep(0)  # so that it is done on the loop, to which the task belongs
        abandoned.cancel()
        await transaction.execute(INSERT, "big", '"' + "x" * 1_000_000 + '"', NOW)

    first = asyncio.create_task(sqlite.write(gate.work))
    await gate.entered.wait()
    abandoned = asyncio.create_task(sqlite.write(remember("abandoned")))
    breaking = asyncio.create_task(sqlite.write(big))
    await asyncio.sleep(0)
    gate.open.set()
    await asyncio.gather(first, abandoned, breaking, return_exceptions=True)

    assert await kept(sqlite) == ["first"]


def remember_user(name: str) -> Work[None]:
    """Return work that needs the loop: it adds a row through Tortoise's model."""

    async def work(transaction: Transaction) -> None:
        await transaction.execute(INSERT, name, "1", NOW)
        await User.create(using_db=transaction.client, name=name, role="user", created_at=NOW)

    return work


async def test_work_is_done_once_and_away_from_the_loop(sqlite: Store) -> None:
    threads: list[bool] = []

    async def work(transaction: Transaction) -> None:
        threads.append(threading.current_thread() is threading.main_thread())
        await transaction.execute(INSERT, "a", "1", NOW)
        await transaction.fetch("SELECT 1")
        await transaction.execute_many(INSERT, [("b", "1", NOW)])

    await sqlite.write(work)

    assert (threads, await kept(sqlite)) == ([False], ["a", "b"])


async def test_work_that_needs_models_starts_again_on_the_loop(sqlite: Store) -> None:
    threads: list[bool] = []
    told: list[str] = []

    async def work(transaction: Transaction) -> None:
        threads.append(threading.current_thread() is threading.main_thread())
        transaction.after_commit(lambda: told.append("alice"))
        await remember_user("alice")(transaction)

    await sqlite.write(work)

    assert (threads, told) == ([False, True], ["alice"])
    assert await kept(sqlite) == ["alice"]


async def test_work_cannot_catch_that_it_is_to_start_again(sqlite: Store) -> None:
    async def work(transaction: Transaction) -> str:
        try:
            await remember_user("alice")(transaction)
        except Exception:  # noqa: BLE001 - it is what is tried
            return "caught"
        return "done"

    assert await sqlite.write(work) == "done"


async def test_work_on_the_loop_keeps_its_place_among_the_others(
    sqlite: Store, commits: list[int]
) -> None:
    gate = Gate("first")
    first = asyncio.create_task(sqlite.write(gate.work))
    await gate.entered.wait()

    works = [remember("z"), remember_user("y"), remember("x"), remember_user("w"), remember("v")]
    rest = asyncio.gather(*(sqlite.write(work) for work in works))
    await asyncio.sleep(0)
    gate.open.set()
    await asyncio.gather(first, rest)

    rows = await sqlite.fetch("SELECT key FROM settings ORDER BY rowid")
    assert [row["key"] for row in rows] == ["first", *"zyxwv"]
    assert commits == [1, 5]


async def test_failures_here_and_there_leave_the_rest_alone(sqlite: Store) -> None:
    await sqlite.write(remember_user("taken"))
    gate = Gate("first")
    first = asyncio.create_task(sqlite.write(gate.work))
    await gate.entered.wait()

    names = ["a", "taken", "b"]
    works = [work(name) for name in names for work in (remember_user, remember)]
    rest = asyncio.gather(*(sqlite.write(work) for work in works), return_exceptions=True)
    await asyncio.sleep(0)
    gate.open.set()
    results = await rest
    await first

    # The key is there already when the second of each pair comes to it.
    failed = [isinstance(result, IntegrityError) for result in results]
    assert failed == [False, True, True, True, False, True]
    assert await kept(sqlite) == ["a", "b", "first", "taken"]


async def test_full_disk_and_work_on_the_loop_in_one_group(sqlite: Store) -> None:
    await leave_little_room(sqlite)
    gate = Gate("first")
    first = asyncio.create_task(sqlite.write(gate.work))
    await gate.entered.wait()

    async def big(transaction: Transaction) -> None:
        with suppress(OperationalError):
            await transaction.execute(INSERT, "big", '"' + "x" * 1_000_000 + '"', NOW)
        # What follows must not be written outside a transaction that is no more.
        await User.create(using_db=transaction.client, name="big", role="user", created_at=NOW)

    works = [remember("a"), remember_user("alice"), big, remember("b")]
    rest = asyncio.gather(*(sqlite.write(work) for work in works), return_exceptions=True)
    await asyncio.sleep(0)
    gate.open.set()
    results = await rest
    await first

    assert isinstance(results.pop(2), Unavailable)
    assert results == [None, None, None]
    assert await kept(sqlite) == ["a", "alice", "b", "first"]
    assert [row["name"] for row in await sqlite.fetch("SELECT name FROM users")] == ["alice"]
