"""How many lines there were survives restarts, and servers that share a database add up."""

import pytest

from services.errors import Unavailable
from services.logs.counts import LogCounts
from services.logs.levels import LogLevel
from services.metrics import Metrics
from services.store.store import Store


def counts(store: Store) -> LogCounts:
    return LogCounts(store=store, metrics=Metrics(version="test"))


async def test_they_survive_a_restart(store: Store) -> None:
    first = counts(store)
    await first.open()
    for level in (LogLevel.INFO, LogLevel.INFO, LogLevel.SUCCESS):
        first.add(level)
    await first.close()

    second = counts(store)
    second.add(LogLevel.INFO)

    totals = await second.totals()
    assert {level: count for level, count in totals.items() if count} == {
        LogLevel.INFO: 3,
        LogLevel.SUCCESS: 1,
    }
    assert list(totals) == list(LogLevel)


async def test_two_servers_add_up(store: Store) -> None:
    one, other = counts(store), counts(store)

    for _ in range(3):
        one.add(LogLevel.ERROR)
        other.add(LogLevel.ERROR)
        await one.flush()
        await other.flush()

    assert (await one.totals())[LogLevel.ERROR] == 6


async def test_what_the_database_does_not_take_is_counted_later(
    sqlite: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = counts(sqlite)
    own.add(LogLevel.INFO)

    async def fail(_: object) -> None:
        message = "The disk is full."
        raise Unavailable(message)

    with monkeypatch.context() as patch:
        patch.setattr(sqlite, "write", fail)
        await own.flush()
    own.add(LogLevel.INFO)
    await own.flush()

    assert (await counts(sqlite).totals())[LogLevel.INFO] == 2
