"""Keys: shown once, kept as a digest, good for their scopes."""

import hashlib

import pytest

from services.access.identity import ALL_SCOPES, Identity, Role, Scope
from services.access.keys.keys import Keys
from services.access.people.users import User, Users
from services.errors import ErrorCode, InvalidInput, Unauthorized
from services.store.rows import read_json, read_time
from services.store.store import Store
from tests.fakes.clock import START


async def test_key_proves_whose_it_is(keys: Keys, alice: User) -> None:
    key = await keys.create(alice, name="laptop")

    assert await keys.authenticate(key) == Identity(alice.id, "alice", Role.USER, ALL_SCOPES)


async def test_keys_are_long_and_never_the_same(keys: Keys, alice: User) -> None:
    made = {await keys.create(alice, name="laptop") for _ in range(10)}

    assert len(made) == 10
    assert {(key[:7], len(key)) for key in made} == {("argosy_", 50)}  # 256 bits behind the word


async def test_only_a_digest_and_the_first_letters_are_kept(
    keys: Keys, alice: User, store: Store
) -> None:
    key = await keys.create(alice, name="laptop", scopes=[Scope.TASKS_WRITE, Scope.METRICS_READ])

    (row,) = await store.fetch("SELECT * FROM keys")
    assert (row["user_id"], row["name"], row["prefix"]) == (alice.id, "laptop", key[:13])
    assert row["digest"] == hashlib.sha256(key.encode()).hexdigest()
    assert read_json(row["scopes"]) == ["metrics:read", "tasks:write"]
    assert read_time(row["created_at"]) == START
    assert key not in repr(dict(row))


@pytest.mark.parametrize("scopes", [[], [Scope.TASKS_READ], sorted(ALL_SCOPES)])
async def test_key_has_its_scopes_alone(keys: Keys, alice: User, scopes: list[Scope]) -> None:
    key = await keys.create(alice, name="laptop", scopes=scopes)

    assert (await keys.authenticate(key)).scopes == frozenset(scopes)


@pytest.mark.parametrize("key", ["", "argosy_", "argosy_unknown", "ü", "' OR 1=1 --", "a" * 9999])
async def test_unknown_key_is_refused(keys: Keys, alice: User, key: str) -> None:
    await keys.create(alice, name="laptop")

    with pytest.raises(Unauthorized) as caught:
        await keys.authenticate(key)

    assert caught.value.code is ErrorCode.UNAUTHORIZED
    assert not key or key not in caught.value.message


async def test_digest_is_no_key(keys: Keys, alice: User) -> None:
    key = await keys.create(alice, name="laptop")

    with pytest.raises(Unauthorized):
        await keys.authenticate(hashlib.sha256(key.encode()).hexdigest())


async def test_given_key_is_made_to_work_once(keys: Keys, alice: User, store: Store) -> None:
    given = [await keys.create(alice, name="laptop", key="a-given-key") for _ in range(2)]

    assert given == ["a-given-key"] * 2
    assert (await keys.authenticate("a-given-key")).user_name == "alice"
    (row,) = await store.fetch("SELECT prefix FROM keys")
    assert row["prefix"] == ""


@pytest.mark.parametrize("name", ["", "x" * 65, "a\nb", "evil\x1b[31m", "\u202eexe", "\udcff"])
async def test_name_of_a_key_is_short_and_can_be_printed(
    keys: Keys, alice: User, name: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        await keys.create(alice, name=name)

    assert caught.value.field == "name"


async def test_longest_name_of_a_key_fits(keys: Keys, alice: User) -> None:
    key = await keys.create(alice, name="x" * 64)

    assert (await keys.authenticate(key)).user_id == alice.id


async def test_lent_key_works_and_is_written_down_nowhere(
    keys: Keys, alice: User, store: Store
) -> None:
    key = keys.lend(alice)

    assert (await keys.authenticate(key)).user_name == "alice"
    assert await store.fetch("SELECT * FROM keys") == []


async def test_lent_key_ends_with_its_process(
    keys: Keys, alice: User, store: Store, users: Users
) -> None:
    key = keys.lend(alice)
    after_restart = Keys(store=store, clock=keys._clock)

    with pytest.raises(Unauthorized):
        await after_restart.authenticate(key)


async def test_scope_that_is_no_longer_known_is_left_out(
    keys: Keys, alice: User, store: Store
) -> None:
    key = await keys.create(alice, name="laptop", scopes=[Scope.TASKS_READ])
    await store.write(
        lambda transaction: transaction.execute(
            "UPDATE keys SET scopes = ?", '["tasks:read", "tasks:juggle"]'
        )
    )

    assert (await keys.authenticate(key)).scopes == {Scope.TASKS_READ}


async def test_role_is_the_one_that_the_user_has_now(keys: Keys, alice: User, store: Store) -> None:
    key = await keys.create(alice, name="laptop")
    await store.write(lambda transaction: transaction.execute("UPDATE users SET role = 'admin'"))

    assert (await keys.authenticate(key)).role is Role.ADMIN
