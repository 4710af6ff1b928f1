"""What only PostgreSQL does: work that others stand in the way of, and sessions set by the URL."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from services.errors import Unavailable
from services.store import postgres as postgres_module
from services.store.choose import make_store
from services.store.store import Store, Transaction
from tests.integration.databases import Databases, opened
from tests.integration.services.store.test_store import kept, remember

LOCK = "SELECT key FROM settings WHERE key = ? FOR UPDATE"


@pytest.fixture
async def quick(databases: Databases, tmp_path: Path) -> AsyncIterator[Store]:
    """A store on a server that looks for deadlocks soon, reached by a URL with parameters."""
    url = await databases.lend_postgres()
    parameters = "sslmode=disable&application_name=argosy-test&deadlock_timeout=10ms"
    try:
        async with opened(make_store(tmp_path, f"{url}?{parameters}")) as store:
            yield store
    finally:
        await databases.take_back(url)


def both(
    first: str, second: str, mine: asyncio.Event, other: asyncio.Event
) -> Callable[[Transaction], Awaitable[str]]:
    """Return work that locks `first`, waits until the other has a lock, and locks `second`."""

    async def work(transaction: Transaction) -> str:
        await transaction.fetch(LOCK, first)
        mine.set()
        await other.wait()
        await transaction.fetch(LOCK, second)
        await transaction.execute("DELETE FROM settings WHERE key = ?", f"{first}{second}")
        return first

    return work


async def test_url_sets_the_session(quick: Store) -> None:
    (row,) = await quick.fetch("SELECT current_setting('application_name') AS name")

    assert row["name"] == "argosy-test"


async def test_work_that_meets_a_deadlock_is_done_again(quick: Store) -> None:
    await quick.write(remember("a", "b", "ab", "ba"))
    one, other = asyncio.Event(), asyncio.Event()

    done = await asyncio.gather(
        quick.write(both("a", "b", one, other)), quick.write(both("b", "a", other, one))
    )

    assert done == ["a", "b"]
    assert await kept(quick) == ["a", "b"]


async def test_work_that_cannot_win_is_given_up(
    quick: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await quick.write(remember("a", "b"))
    monkeypatch.setattr(postgres_module, "TRIES", 1)
    one, other = asyncio.Event(), asyncio.Event()

    done = await asyncio.gather(
        quick.write(both("a", "b", one, other)),
        quick.write(both("b", "a", other, one)),
        return_exceptions=True,
    )

    assert sorted(type(result) for result in done if not isinstance(result, str)) == [Unavailable]
    assert await kept(quick) == ["a", "b"]
