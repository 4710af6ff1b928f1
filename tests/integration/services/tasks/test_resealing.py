"""A new key for what tasks have sealed: all of it or nothing, and no secret is lost."""

from pathlib import Path
from typing import NoReturn

import pyotp
import pytest

from services.access.identity import Identity
from services.access.logins.second_factor import SecondFactor
from services.access.people.users import Users
from services.engines.options import Secrets
from services.errors import Unavailable
from services.sealing import Sealer
from services.store.store import Store, Transaction
from services.tasks.options import read_secrets
from services.tasks.records import bound_to, read_task
from services.tasks.sealed import Resealed, is_key_awaited, reseal
from services.tasks.tasks import Tasks
from tests.fakes.clock import FakeClock

A, B = "https://example.com/a", "https://example.com/b"
SECRETS = Secrets(token="hunter2")


async def opened(store: Store, key_file: Path) -> list[Secrets]:
    """Return what a server that has just been started can open."""
    sealer = Sealer(key_file)
    rows = await store.fetch("SELECT * FROM tasks WHERE secrets IS NOT NULL ORDER BY id")
    return [read_secrets(sealer.open(row["secrets"], bound_to(read_task(row)))) for row in rows]


async def key_ids(store: Store) -> set[str]:
    rows = await store.fetch("SELECT secrets FROM tasks WHERE secrets IS NOT NULL")
    return {row["secrets"].split(".")[1] for row in rows}


async def test_everything_is_under_the_new_key(
    tasks: Tasks, alice: Identity, store: Store, tmp_path: Path
) -> None:
    await tasks.add(alice, [A, B], secrets=SECRETS)
    await tasks.add(alice, [A])
    before = await key_ids(store)
    sealer = Sealer(tmp_path / "secret.key")

    done = await reseal(store, sealer)
    sealer.drop(kept=0)

    assert done == Resealed(tasks=2, lost=0)
    assert len(await key_ids(store) - before) == 1
    assert await opened(store, tmp_path / "secret.key") == [SECRETS, SECRETS]


async def test_running_server_goes_on_with_the_new_key(
    tasks: Tasks, alice: Identity, store: Store, tmp_path: Path
) -> None:
    await tasks.add(alice, [A], secrets=SECRETS)

    await reseal(store, Sealer(tmp_path / "secret.key"))
    await tasks.add(alice, [B], secrets=SECRETS)

    assert len(await key_ids(store)) == 1


async def test_what_the_database_does_not_take_opens_as_before(
    tasks: Tasks,
    alice: Identity,
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await tasks.add(alice, [A, B], secrets=SECRETS)
    before = await key_ids(store)

    async def refuse(_: object) -> NoReturn:
        message = "The disk is full."
        raise Unavailable(message)

    with monkeypatch.context() as patch:
        patch.setattr(store, "write", refuse)
        with pytest.raises(Unavailable):
            await reseal(store, Sealer(tmp_path / "secret.key"))

    assert await key_ids(store) == before
    assert await opened(store, tmp_path / "secret.key") == [SECRETS, SECRETS]


async def test_what_cannot_be_opened_is_counted_and_left_alone(
    tasks: Tasks, alice: Identity, store: Store, tmp_path: Path
) -> None:
    (task,) = await tasks.add(alice, [A], secrets=SECRETS)
    await tasks.add(alice, [B], secrets=SECRETS)
    foreign = Sealer(tmp_path / "other.key").seal(b"", bound_to(task))

    async def spoil(transaction: Transaction) -> None:
        await transaction.execute("UPDATE tasks SET secrets = ? WHERE id = ?", foreign, task.id)

    await store.write(spoil)

    done = await reseal(store, Sealer(tmp_path / "secret.key"))

    assert done == Resealed(tasks=1, lost=1)
    rows = await store.fetch("SELECT secrets FROM tasks WHERE id = ?", task.id)
    assert rows[0]["secrets"] == foreign


async def test_second_factors_are_under_the_new_key(
    store: Store, alice: Identity, clock: FakeClock, tmp_path: Path
) -> None:
    sealer = Sealer(tmp_path / "secret.key")
    user = await Users(store=store, clock=clock).get(alice.user_id)
    factor = SecondFactor(store=store, clock=clock, sealer=sealer)
    totp = pyotp.TOTP((await factor.propose(user)).secret)
    await factor.confirm(user, totp.at(clock.now()))
    clock.advance(60)
    assert await is_key_awaited(store)

    done = await reseal(store, sealer)
    sealer.drop(kept=0)

    assert done == Resealed(tasks=0, lost=0, users=1)
    again = SecondFactor(store=store, clock=clock, sealer=Sealer(tmp_path / "secret.key"))
    assert await again.take(user.id, totp.at(clock.now()))
