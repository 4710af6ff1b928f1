"""Uses of keys: to the minute, and never a write for each."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from services.access.keys.key_uses import KeyUses
from services.access.keys.keys import Keys
from services.access.people.users import User
from services.store.rows import read_id, read_time_or_none
from services.store.store import Store
from tests.fakes.clock import START, FakeClock


@pytest.fixture
def uses(store: Store, clock: FakeClock) -> KeyUses:
    return KeyUses(store=store, clock=clock)


@pytest.fixture
async def key_id(store: Store, clock: FakeClock, alice: User) -> UUID:
    await Keys(store=store, clock=clock).create(alice, name="x")
    (row,) = await store.fetch("SELECT id FROM keys")
    return read_id(row["id"])


async def _written(store: Store) -> datetime | None:
    (row,) = await store.fetch("SELECT last_used_at FROM keys")
    return read_time_or_none(row["last_used_at"])


async def test_uses_are_written_at_the_end(
    uses: KeyUses, key_id: UUID, store: Store, clock: FakeClock
) -> None:
    await uses.open()
    clock.advance(90)
    uses.note(key_id, None)
    before = await _written(store)

    await uses.close()

    assert before is None
    assert await _written(store) == START + timedelta(minutes=1)


async def test_older_use_does_not_replace_what_another_server_wrote(
    uses: KeyUses, key_id: UUID, store: Store, clock: FakeClock
) -> None:
    uses.note(key_id, None)
    other = KeyUses(store=store, clock=clock)
    clock.advance(600)
    other.note(key_id, None)
    await other.write()

    await uses.write()

    assert await _written(store) == START + timedelta(minutes=10)


async def test_use_in_a_minute_that_is_known_is_not_noted(uses: KeyUses, key_id: UUID) -> None:
    uses.note(key_id, START)

    assert uses.newest(key_id, None) is None


async def test_use_of_a_key_that_is_gone_harms_nothing(
    uses: KeyUses, key_id: UUID, store: Store
) -> None:
    uses.note(key_id, None)
    await store.write(lambda transaction: transaction.execute("DELETE FROM keys"))

    await uses.write()

    assert uses.newest(key_id, None) is None
