"""What only SQLite does: groups of work, and a reader that cannot write."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

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
