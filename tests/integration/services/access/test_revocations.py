"""Revocations: what is open for somebody who may not go on is ended, and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from models.session import Session
from services.access.identity import (
    ALL_SCOPES,
    Credential,
    CredentialKind,
    Identity,
    Role,
    Scope,
)
from services.access.keys.keys import Keys
from services.access.people.users import User, Users
from services.access.revision import advance
from services.access.revocations import Revocations
from services.ids import new_id
from services.store.choose import make_store
from services.store.rows import Row
from services.store.store import Store, Transaction
from tests.fakes.clock import START, FakeClock
from tests.integration.databases import POSTGRES, SQLITE, Databases, opened

NOT_GOOD = "This key is not good any more."


class CountingStore:
    """A store that counts what is asked of it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reads = 0

    async def fetch(self, statement: str, *values: object) -> Sequence[Row]:
        self.reads += 1
        return await self._store.fetch(statement, *values)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


@pytest.fixture
def counted(store: Store) -> CountingStore:
    return CountingStore(store)


@pytest.fixture
def revocations(counted: CountingStore, clock: FakeClock) -> Revocations:
    return Revocations(store=counted, clock=clock)  # type: ignore[arg-type]


async def _identity(keys: Keys, user: User, *scopes: Scope) -> Identity:
    return await keys.authenticate(await keys.create(user, name="x", scopes=scopes or ALL_SCOPES))


async def _change(store: Store, statement: str, *values: object) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.execute(statement, *values)
        await advance(transaction)

    await store.write(work)


async def _log_in(store: Store, user: User, kind: CredentialKind) -> Identity:
    """Return who has a session that lasts an hour, with a token of ten minutes if it is one."""
    session_id = new_id()

    async def work(transaction: Transaction) -> None:
        await Session.create(
            using_db=transaction.client, id=session_id, user_id=user.id, kind="browser",
            digest=str(session_id), scopes=["*"], address="", agent="", created_at=START,
            last_used_at=START, expires_at=START + timedelta(hours=1),
        )  # fmt: skip

    await store.write(work)
    minutes = 60 if kind is CredentialKind.SESSION else 10
    credential = Credential(kind, session_id, "", START + timedelta(minutes=minutes))
    return Identity(user.id, user.name, user.role, ALL_SCOPES, credential)


async def test_nothing_is_ended_while_nothing_changes(
    revocations: Revocations, keys: Keys, alice: User
) -> None:
    reasons: list[str] = []

    with revocations.guard(await _identity(keys, alice), reasons.append):
        await revocations.look()
        await revocations.look()

    assert reasons == []


async def test_revoked_key_ends_what_it_opened_and_nothing_of_another(
    revocations: Revocations, keys: Keys, alice: User, store: Store
) -> None:
    lost, kept = await _identity(keys, alice), await _identity(keys, alice)
    reasons: list[tuple[str, str]] = []

    with (
        revocations.guard(lost, lambda reason: reasons.append(("lost", reason))),
        revocations.guard(lost, lambda reason: reasons.append(("lost too", reason))),
        revocations.guard(kept, lambda reason: reasons.append(("kept", reason))),
    ):
        await revocations.look()
        await _change(store, "DELETE FROM keys WHERE id = ?", lost.credential.id)
        await revocations.look()
        await revocations.look()

    assert sorted(reasons) == [("lost", NOT_GOOD), ("lost too", NOT_GOOD)]


async def test_what_ended_before_is_not_ended_again(
    revocations: Revocations, keys: Keys, alice: User, store: Store
) -> None:
    reasons: list[str] = []

    with revocations.guard(await _identity(keys, alice), reasons.append):
        await revocations.look()
    await _change(store, "DELETE FROM keys")
    await revocations.look()

    assert reasons == []


async def test_revocation_between_the_proof_and_the_guard_is_noticed(
    revocations: Revocations, keys: Keys, alice: User, store: Store
) -> None:
    first, second = await _identity(keys, alice), await _identity(keys, alice)
    reasons: list[str] = []

    with revocations.guard(first, reasons.append):
        await _change(store, "DELETE FROM keys WHERE id = ?", second.credential.id)
        await revocations.look()
        with revocations.guard(second, reasons.append):
            await revocations.look()

    assert reasons == [NOT_GOOD]


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("DELETE FROM users WHERE name = 'alice'", NOT_GOOD),
        (
            "UPDATE users SET is_active = false WHERE name = 'alice'",
            "The user alice may not use this server now.",
        ),
        (
            "UPDATE users SET role = 'admin' WHERE name = 'alice'",
            "What this key may be used for has changed.",
        ),
        (
            """UPDATE keys SET scopes = '["tasks:read"]'""",
            "What this key may be used for has changed.",
        ),
    ],
)
async def test_change_of_the_user_ends_what_their_key_opened(
    revocations: Revocations, keys: Keys, alice: User, store: Store, *, statement: str, reason: str
) -> None:
    reasons: list[str] = []

    with revocations.guard(await _identity(keys, alice), reasons.append):
        await revocations.look()
        await _change(store, statement)
        await revocations.look()

    assert reasons == [reason]


async def test_change_of_somebody_else_ends_nothing(
    revocations: Revocations, keys: Keys, alice: User, users: Users, store: Store
) -> None:
    await users.create("bob", Role.USER)
    reasons: list[str] = []

    with revocations.guard(await _identity(keys, alice), reasons.append):
        await _change(store, "UPDATE users SET role = 'admin' WHERE name = 'bob'")
        await revocations.look()

    assert reasons == []


async def test_key_ends_what_it_opened_when_it_expires(
    revocations: Revocations, keys: Keys, alice: User, store: Store, clock: FakeClock
) -> None:
    key = await keys.create(alice, name="x")
    await _change(store, "UPDATE keys SET expires_at = ?", START + timedelta(hours=1))
    reasons: list[str] = []

    with revocations.guard(await keys.authenticate(key), reasons.append):
        clock.advance(3599)
        await revocations.look()
        before = list(reasons)
        clock.advance(1)
        await revocations.look()

    assert (before, reasons) == ([], ["This key has expired."])


async def test_login_that_is_used_goes_on(
    revocations: Revocations, alice: User, store: Store, clock: FakeClock
) -> None:
    reasons: list[str] = []

    with revocations.guard(await _log_in(store, alice, CredentialKind.SESSION), reasons.append):
        await revocations.look()
        # A login that is used lasts longer, and that is no change of what anybody may do.
        await store.write(
            lambda transaction: transaction.execute(
                "UPDATE sessions SET expires_at = ?", START + timedelta(hours=2)
            )
        )
        clock.advance(3600)
        await revocations.look()
        before = list(reasons)
        clock.advance(3600)
        await revocations.look()

    assert (before, reasons) == ([], ["This login has expired."])


async def test_access_token_ends_before_its_login(
    revocations: Revocations, alice: User, store: Store, clock: FakeClock
) -> None:
    reasons: list[str] = []

    with revocations.guard(await _log_in(store, alice, CredentialKind.ACCESS), reasons.append):
        await revocations.look()
        clock.advance(600)
        await revocations.look()

    assert reasons == ["This access token has expired."]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (CredentialKind.SESSION, "This login is not good any more."),
        (CredentialKind.ACCESS, "This access token is not good any more."),
    ],
)
async def test_end_of_a_login_ends_what_it_opened(
    revocations: Revocations, alice: User, store: Store, kind: CredentialKind, reason: str
) -> None:
    identity = await _log_in(store, alice, kind)
    reasons: list[str] = []

    with revocations.guard(identity, reasons.append):
        await revocations.look()
        await _change(store, "DELETE FROM sessions WHERE id = ?", identity.credential.id)
        await revocations.look()

    assert reasons == [reason]


async def test_lent_key_ends_with_its_user(
    revocations: Revocations, keys: Keys, alice: User, store: Store
) -> None:
    lent = await keys.authenticate(keys.lend(alice))
    reasons: list[str] = []

    with revocations.guard(lent, reasons.append):
        await revocations.look()
        before = list(reasons)
        await _change(store, "DELETE FROM users WHERE name = 'alice'")
        await revocations.look()

    assert (before, reasons) == ([], ["This user is not good any more."])


async def test_one_that_cannot_be_ended_keeps_no_other_open(
    revocations: Revocations, keys: Keys, alice: User, store: Store
) -> None:
    identity = await _identity(keys, alice)
    reasons: list[str] = []

    def fail(reason: str) -> None:
        raise RuntimeError(reason)

    with (
        revocations.guard(identity, fail),
        revocations.guard(identity, reasons.append),
        revocations.guard(identity, fail),
    ):
        await _change(store, "DELETE FROM keys")
        await revocations.look()

    assert reasons == [NOT_GOOD]


async def test_rest_costs_one_read_and_nothing_where_nothing_is_open(
    revocations: Revocations, keys: Keys, alice: User, counted: CountingStore
) -> None:
    await revocations.look()
    idle = counted.reads
    with revocations.guard(await _identity(keys, alice), print):
        await revocations.look()
        first = counted.reads
        await revocations.look()

    assert (idle, first, counted.reads) == (0, 2, 3)


async def test_change_is_looked_at_for_all_that_is_open_in_few_reads(
    revocations: Revocations, keys: Keys, alice: User, counted: CountingStore, store: Store
) -> None:
    identities = [await _identity(keys, alice) for _ in range(20)]
    ended: list[UUID | None] = []

    with ExitStack() as stack:
        for n in range(1200):
            identity = identities[n % 20]
            end = lambda _, key=identity.credential.id: ended.append(key)  # noqa: E731
            stack.enter_context(revocations.guard(identity, end))
        await revocations.look()
        before = counted.reads
        await _change(store, "DELETE FROM keys WHERE id = ?", identities[7].credential.id)
        await revocations.look()

    assert counted.reads - before == 2
    assert ended == [identities[7].credential.id] * 60


@asynccontextmanager
async def _two_processes(
    kind: str, databases: Databases, folder: Path
) -> AsyncIterator[tuple[Store, Store]]:
    """Give two stores on one database, as a server and the command line have."""
    if kind == SQLITE:
        await databases.sqlite(folder)
        async with opened(make_store(folder, None)) as a, opened(make_store(folder, None)) as b:
            yield a, b
        return
    url = await databases.lend_postgres()
    try:
        async with opened(make_store(folder, url)) as a, opened(make_store(folder, url)) as b:
            yield a, b
    finally:
        await databases.take_back(url)


@pytest.mark.parametrize("kind", [SQLITE, POSTGRES])
async def test_change_by_another_process_is_noticed_without_being_told(
    kind: str, databases: Databases, tmp_path: Path, clock: FakeClock
) -> None:
    async with _two_processes(kind, databases, tmp_path) as (server, other):
        user = await Users(store=server, clock=clock).create("alice", Role.USER)
        identity = await _identity(Keys(store=server, clock=clock), user)
        revocations = Revocations(store=server, clock=clock)
        reason: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        await revocations.open()
        try:
            with revocations.guard(identity, reason.set_result):
                await _change(other, "DELETE FROM keys")
                async with asyncio.timeout(20):
                    told = await reason
        finally:
            await revocations.close()

    assert told == NOT_GOOD


async def test_change_of_this_process_is_looked_at_at_once(
    revocations: Revocations,
    keys: Keys,
    alice: User,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.access.revocations.LOOK_SECONDS", 3600)
    reason: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    await revocations.open()
    try:
        with revocations.guard(await _identity(keys, alice), reason.set_result):
            await _change(store, "DELETE FROM keys")
            revocations.hurry()
            async with asyncio.timeout(20):
                told = await reason
    finally:
        await revocations.close()

    assert told == NOT_GOOD
