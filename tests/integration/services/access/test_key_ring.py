"""What people do with their keys: none gives more than its maker has, and none is another's."""

import asyncio
from datetime import timedelta

import pytest

from services.access.identity import (
    ADMIN_SCOPES,
    ALL_SCOPES,
    Identity,
    Role,
    Scope,
)
from services.access.keys.key_ring import KeyRing, KeyWish
from services.access.keys.key_uses import KeyUses
from services.access.keys.keys import MOST_KEYS, Key, Keys, NewKey
from services.access.people.users import User, Users
from services.access.revision import read_revision
from services.errors import (
    ArgosyError,
    Conflict,
    ErrorCode,
    Forbidden,
    InvalidInput,
    NotFound,
    Unauthorized,
)
from services.ids import new_id
from services.store.rows import marks
from services.store.store import Store, Transaction
from tests.fakes.clock import START, FakeClock

HOUR = timedelta(hours=1)


@pytest.fixture
def uses(store: Store, clock: FakeClock) -> KeyUses:
    return KeyUses(store=store, clock=clock)


@pytest.fixture
def keys(store: Store, clock: FakeClock, uses: KeyUses) -> Keys:
    return Keys(store=store, clock=clock, uses=uses)


@pytest.fixture
def changes() -> list[str]:
    return []


@pytest.fixture
def ring(store: Store, clock: FakeClock, uses: KeyUses, changes: list[str]) -> KeyRing:
    return KeyRing(store=store, clock=clock, uses=uses, on_change=lambda: changes.append("changed"))


async def _identity(keys: Keys, user: User, *scopes: Scope) -> Identity:
    return await keys.authenticate(
        await keys.create(user, name="first", scopes=scopes or ALL_SCOPES)
    )


@pytest.fixture
async def asking(keys: Keys, alice: User) -> Identity:
    """Alice, with a key for everything."""
    return await _identity(keys, alice)


@pytest.fixture
async def admin(keys: Keys, users: Users) -> Identity:
    return await _identity(keys, await users.create("admin", Role.ADMIN))


def _new(made: NewKey | Key) -> NewKey:
    assert isinstance(made, NewKey)
    return made


async def _names(ring: KeyRing, identity: Identity, user_id: int | None = None) -> list[str]:
    page = await ring.page(identity, user_id, first=100, after=None)
    return [key.name for key in page.items]


async def test_made_key_is_its_makers_and_is_listed(
    ring: KeyRing, keys: Keys, asking: Identity
) -> None:
    made = _new(await ring.create(asking, KeyWish("laptop", ["tasks:read"], START + HOUR)))

    proved = await keys.authenticate(made.value)
    page = await ring.page(asking, None, first=10, after=None)
    assert (proved.user_id, proved.scopes) == (asking.user_id, {Scope.TASKS_READ})
    assert proved.credential.expires_at == START + HOUR
    assert page.items[0] == Key(
        made.key.id,
        asking.user_id,
        "laptop",
        made.value[:13],
        frozenset({Scope.TASKS_READ}),
        START,
        START + HOUR,
        START,
    )


async def test_value_is_not_kept(ring: KeyRing, asking: Identity, store: Store) -> None:
    made = _new(await ring.create(asking, KeyWish("laptop")))

    rows = await store.fetch("SELECT * FROM keys WHERE id = ?", made.key.id)
    assert made.value not in repr([dict(row) for row in rows])


async def test_key_can_do_what_its_maker_can_and_their_role_allows(
    ring: KeyRing, asking: Identity, admin: Identity
) -> None:
    made = [_new(await ring.create(who, KeyWish("x"))).key.scopes for who in (asking, admin)]

    assert made == [ALL_SCOPES - ADMIN_SCOPES, ALL_SCOPES]


async def test_key_gives_no_more_than_the_one_it_was_made_with(
    ring: KeyRing, keys: Keys, alice: User
) -> None:
    narrow = await _identity(keys, alice, Scope.USERS_WRITE, Scope.TASKS_READ)

    made = _new(await ring.create(narrow, KeyWish("x")))
    with pytest.raises(Forbidden, match="lacks the scope tasks:write"):
        await ring.create(narrow, KeyWish("x", ["tasks:read", "tasks:write"]))

    assert made.key.scopes == {Scope.USERS_WRITE, Scope.TASKS_READ}


@pytest.mark.parametrize("scope", sorted(ADMIN_SCOPES))
async def test_key_of_a_user_gives_nothing_of_an_administrators(
    ring: KeyRing, asking: Identity, scope: Scope
) -> None:
    with pytest.raises(Forbidden, match=f"Only administrators have the scope {scope}"):
        await ring.create(asking, KeyWish("x", [scope.value]))


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (KeyWish(""), "name"),
        (KeyWish("x" * 65), "name"),
        (KeyWish("a\nb"), "name"),
        (KeyWish("x", []), "scopes"),
        (KeyWish("x", ["*"]), "scopes"),
        (KeyWish("x", ["tasks:juggle"]), "scopes"),
        (KeyWish("x", ["tasks:read" * 1000]), "scopes"),
        (KeyWish("x", ["tasks:read"] * 51), "scopes"),
        (KeyWish("x", None, START), "expiresAt"),
        (KeyWish("x", None, START - HOUR), "expiresAt"),
    ],
)
async def test_wish_that_makes_no_sense_is_refused(
    ring: KeyRing, asking: Identity, wish: KeyWish, field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        await ring.create(asking, wish)

    assert caught.value.field == field
    assert len(caught.value.message) < 400
    assert await _names(ring, asking) == ["first"]


async def test_expired_key_is_refused_and_shown(
    ring: KeyRing, keys: Keys, asking: Identity, clock: FakeClock
) -> None:
    made = _new(await ring.create(asking, KeyWish("x", None, START + HOUR)))
    clock.advance(3599)
    await keys.authenticate(made.value)
    clock.advance(1)

    with pytest.raises(Unauthorized, match="This key expired at 2026-11-22 13:00 UTC"):
        await keys.authenticate(made.value)

    assert await _names(ring, asking) == ["x", "first"]


async def test_revoked_key_is_refused_and_all_servers_are_told(
    ring: KeyRing, keys: Keys, asking: Identity, store: Store, changes: list[str]
) -> None:
    made = _new(await ring.create(asking, KeyWish("x")))
    before = await read_revision(store)

    revoked = await ring.revoke(asking, made.key.id)

    assert (revoked.id, revoked.name) == (made.key.id, "x")
    assert await read_revision(store) != before
    assert changes == ["changed"]
    assert await _names(ring, asking) == ["first"]
    with pytest.raises(Unauthorized, match="it has been revoked"):
        await keys.authenticate(made.value)


async def test_foreign_and_absent_keys_are_not_found_alike(
    ring: KeyRing, asking: Identity, admin: Identity, changes: list[str]
) -> None:
    foreign = admin.credential.id or new_id()
    errors: list[tuple[str, str | None]] = []

    for key_id in (foreign, new_id()):
        with pytest.raises(NotFound) as caught:
            await ring.revoke(asking, key_id)
        errors.append((caught.value.message, caught.value.field))

    assert errors[0] == errors[1]
    assert changes == []
    assert await _names(ring, admin) == ["first"]


async def test_administrator_sees_and_revokes_keys_of_others(
    ring: KeyRing, asking: Identity, admin: Identity
) -> None:
    made = _new(await ring.create(asking, KeyWish("x")))
    seen = await _names(ring, admin, asking.user_id)

    await ring.revoke(admin, made.key.id)

    assert seen == ["x", "first"]
    assert await _names(ring, admin, asking.user_id) == ["first"]
    assert await _names(ring, admin) == ["first"]  # their own


async def test_user_cannot_ask_for_keys_of_others(
    ring: KeyRing, asking: Identity, admin: Identity
) -> None:
    for user_id in (admin.user_id, 999):
        with pytest.raises(Forbidden):
            await ring.page(asking, user_id, first=1, after=None)
        with pytest.raises(Forbidden):
            await ring.count(asking, user_id)

    assert await _names(ring, asking, asking.user_id) == ["first"]


async def test_pages_show_every_key_once(ring: KeyRing, asking: Identity, admin: Identity) -> None:
    await ring.create(admin, KeyWish("of the admin"))
    for n in range(6):
        await ring.create(asking, KeyWish(f"key {n}"))
    names: list[str] = []
    after, before = None, []

    while True:
        before.append(await ring.has_before(asking, None, after))
        page = await ring.page(asking, None, first=3, after=after)
        names += [key.name for key in page.items]
        after = page.cursors[-1]
        if not page.has_more:
            break

    assert names == [*(f"key {n}" for n in reversed(range(6))), "first"]
    assert before == [False, True, True]
    assert await ring.count(asking, None) == 7


@pytest.mark.parametrize("after", ["", "x", "WyJrZXlzIiwieCJd", "WyJmaWxlcyIsMSwieCJd"])
async def test_cursor_of_another_list_is_refused(
    ring: KeyRing, asking: Identity, after: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        await ring.page(asking, None, first=1, after=after)

    assert caught.value.field == "after"


async def _fill(store: Store, asking: Identity, up_to: int) -> None:
    """Give a user keys, up to a number."""

    async def write(transaction: Transaction) -> None:
        for n in range(up_to - 1):
            key_id = new_id()
            await transaction.execute(
                f"INSERT INTO keys (id, user_id, name, prefix, digest, scopes, created_at) "  # noqa: S608
                f"VALUES ({marks(7)})",
                *(key_id, asking.user_id, f"{n}", "", str(key_id), '["*"]', START),
            )

    await store.write(write)


async def test_user_has_a_hundred_keys_at_most_also_if_all_come_at_once(
    ring: KeyRing, asking: Identity, store: Store
) -> None:
    await _fill(store, asking, MOST_KEYS - 3)

    made = await asyncio.gather(
        *(ring.create(asking, KeyWish("x")) for _ in range(8)), return_exceptions=True
    )

    refused = [each for each in made if isinstance(each, ArgosyError)]
    assert [error.code for error in refused] == [ErrorCode.LIMIT_REACHED] * 5
    assert await ring.count(asking, None) == MOST_KEYS == 100


async def test_request_that_is_sent_again_makes_one_key_and_shows_no_value(
    ring: KeyRing, keys: Keys, asking: Identity
) -> None:
    wish = KeyWish("x", ["tasks:read", "tasks:write"], START + HOUR)
    same = KeyWish("x", ["tasks:write", "tasks:read"], START + HOUR)

    made = await asyncio.gather(*(ring.create(asking, each, "once") for each in (wish, same, wish)))

    (first,) = [each for each in made if isinstance(each, NewKey)]
    again = [each for each in made if isinstance(each, Key)]
    assert [key.id for key in again] == [first.key.id] * 2
    assert (await keys.authenticate(first.value)).user_id == asking.user_id
    assert await _names(ring, asking) == ["x", "first"]


async def test_another_wish_with_the_same_client_key_is_a_conflict(
    ring: KeyRing, asking: Identity
) -> None:
    await ring.create(asking, KeyWish("x"), "once")

    with pytest.raises(Conflict) as caught:
        await ring.create(asking, KeyWish("y"), "once")

    assert caught.value.field == "idempotencyKey"


async def test_key_that_was_revoked_since_is_not_made_again_by_the_same_request(
    ring: KeyRing, asking: Identity
) -> None:
    made = _new(await ring.create(asking, KeyWish("x"), "once"))
    await ring.revoke(asking, made.key.id)

    with pytest.raises(Conflict, match="revoked since"):
        await ring.create(asking, KeyWish("x"), "once")

    assert await _names(ring, asking) == ["first"]


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM keys", "UPDATE users SET is_active = false", "DELETE FROM users"],
)
async def test_who_lost_their_key_this_moment_makes_none(
    ring: KeyRing, asking: Identity, store: Store, statement: str
) -> None:
    await store.write(lambda transaction: transaction.execute(statement))

    with pytest.raises(Unauthorized):
        await ring.create(asking, KeyWish("x"))

    assert all(row["name"] != "x" for row in await store.fetch("SELECT name FROM keys"))


async def test_key_says_when_it_was_used_last(
    ring: KeyRing, keys: Keys, uses: KeyUses, asking: Identity, *, clock: FakeClock, store: Store
) -> None:
    made = _new(await ring.create(asking, KeyWish("x")))
    shown: list[object] = []

    for seconds in (0, 70, 25):
        clock.advance(seconds)
        await keys.authenticate(made.value)
        (key, _) = (await ring.page(asking, None, first=9, after=None)).items
        shown.append(key.last_used_at)
    written_before = [row["last_used_at"] for row in await store.fetch("SELECT * FROM keys")]
    await uses.write()
    (key, _) = (await ring.page(asking, None, first=9, after=None)).items

    minute = timedelta(minutes=1)
    assert shown == [START, START + minute, START + minute]
    assert written_before == [None, None]
    assert key.last_used_at == START + minute
    assert uses.newest(key.id, None) is None  # nothing is kept twice


def test_wish_that_is_another_has_another_print() -> None:
    wishes = [
        KeyWish("x"),
        KeyWish("y"),
        KeyWish("x", ["tasks:read"]),
        KeyWish("x", ["tasks:read", "tasks:write"]),
        KeyWish("x", None, START),
        KeyWish("x", None, START + HOUR),
    ]

    assert len({wish.print() for wish in wishes}) == len(wishes)
