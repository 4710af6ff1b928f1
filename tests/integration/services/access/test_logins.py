"""Logging in: the same way for names that there are and that there are not."""

import asyncio

import pyotp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.access.caller import Caller
from services.access.identity import Role
from services.access.logins.logins import WRONG, WRONG_CODE, Challenge, Logins
from services.access.logins.passwords import NOBODYS, Passwords
from services.access.logins.second_factor import SecondFactor
from services.access.logins.sessions import SessionKind, Sessions
from services.access.people.users import CHANGED, Change, User, Users
from services.errors import RateLimited, Unauthorized
from services.store.store import Store
from tests.fakes.attempts import FakeAttempts
from tests.fakes.clock import FakeClock
from tests.fakes.hasher import FakeHasher
from tests.integration.services.access.conftest import CALLER, PASSWORD


async def with_second_factor(bob: User, factor: SecondFactor, clock: FakeClock) -> pyotp.TOTP:
    """Switch it on for bob, and let the step of the first code pass."""
    totp = pyotp.TOTP((await factor.propose(bob)).secret)
    await factor.confirm(bob, totp.at(clock.now()))
    clock.advance(60)
    return totp


async def challenged(logins: Logins) -> Challenge:
    answer = await logins.begin("bob", PASSWORD, CALLER)
    assert isinstance(answer, Challenge)
    return answer


async def test_right_password_tells_who_it_is(logins: Logins, bob: User) -> None:
    assert await logins.begin("bob", PASSWORD, CALLER) == bob


async def test_wrong_is_the_same_for_all_reasons(
    logins: Logins, users: Users, bob: User, alice: User, hasher: FakeHasher
) -> None:
    """alice has no password, carol is switched off, nobody is nobody."""
    carol = await users.create("carol", Role.USER, password_hash=hasher.hash(PASSWORD.encode()))
    await users.update(carol.id, Change(is_active=False))
    refusals = []

    for name in ("bob", "alice", "carol", "nobody", "No name\0", "ü" * 5000):
        password = PASSWORD if name == "carol" else "another password"
        hasher.checked.clear()
        with pytest.raises(Unauthorized) as caught:
            await logins.begin(name, password, CALLER)
        refusals.append((caught.value.message, caught.value.code, len(hasher.checked)))

    assert set(refusals) == {(WRONG, caught.value.code, 1)}


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(name=st.text(max_size=40), password=st.text(max_size=40))
def test_whatever_is_tried_one_hash_is_checked(name: str, password: str) -> None:
    """The property itself is of one line in `Passwords`; this holds `Logins` to it."""
    hasher, counted = FakeHasher(), FakeAttempts()

    async def attempt() -> None:
        logins = Logins(
            store=Nothing(),
            clock=FakeClock(),
            users=None,
            passwords=Passwords(hasher=hasher),
            second_factor=None,
            tokens=None,
            attempts=counted,
        )
        with pytest.raises(Unauthorized, match=WRONG):
            await logins.begin(name, password, CALLER)

    asyncio.run(attempt())

    assert hasher.checked == [NOBODYS]
    assert counted.counted[name, CALLER.address] == 1


class Nothing:
    """A store without rows."""

    dialect = "sqlite"

    async def fetch(self, _statement: str, *_values: object) -> list[object]:
        return []


async def test_attempts_are_counted_and_forgiven(
    logins: Logins, bob: User, attempts: FakeAttempts
) -> None:
    for _ in range(4):
        with pytest.raises(Unauthorized):
            await logins.begin("bob", "another password", CALLER)
    assert attempts.counted == {("bob", CALLER.address): 4}

    await logins.begin("bob", PASSWORD, CALLER)

    assert attempts.counted == {}


async def test_too_many_attempts_are_not_looked_at(
    logins: Logins, bob: User, attempts: FakeAttempts, hasher: FakeHasher
) -> None:
    attempts.most = 0

    with pytest.raises(RateLimited):
        await logins.begin("bob", PASSWORD, CALLER)

    assert hasher.checked == []


async def test_second_factor_is_asked_for(
    logins: Logins, bob: User, second_factor: SecondFactor, clock: FakeClock
) -> None:
    totp = await with_second_factor(bob, second_factor, clock)
    challenge = await challenged(logins)

    user = await logins.answer(challenge.token, totp.at(clock.now()), CALLER)

    assert user.id == bob.id
    assert (challenge.expires_at - clock.now()).total_seconds() == 300


async def test_wrong_code_may_be_tried_again_and_is_counted(
    logins: Logins,
    bob: User,
    second_factor: SecondFactor,
    clock: FakeClock,
    attempts: FakeAttempts,
) -> None:
    totp = await with_second_factor(bob, second_factor, clock)
    challenge = await challenged(logins)

    with pytest.raises(Unauthorized, match=WRONG_CODE.split(".", maxsplit=1)[0]):
        await logins.answer(challenge.token, "000000", CALLER)
    counted = dict(attempts.counted)
    user = await logins.answer(challenge.token, totp.at(clock.now()), CALLER)

    assert counted == {("bob", CALLER.address): 2}
    assert user.id == bob.id
    assert attempts.counted == {}


async def test_challenge_is_answered_once(
    logins: Logins, bob: User, second_factor: SecondFactor, clock: FakeClock
) -> None:
    totp = await with_second_factor(bob, second_factor, clock)
    challenge = await challenged(logins)
    await logins.answer(challenge.token, totp.at(clock.now()), CALLER)
    clock.advance(30)

    with pytest.raises(Unauthorized):
        await logins.answer(challenge.token, totp.at(clock.now()), CALLER)


async def test_challenge_expires(
    logins: Logins, bob: User, second_factor: SecondFactor, clock: FakeClock
) -> None:
    totp = await with_second_factor(bob, second_factor, clock)
    challenge = await challenged(logins)
    clock.advance(300)

    with pytest.raises(Unauthorized):
        await logins.answer(challenge.token, totp.at(clock.now()), CALLER)


async def test_password_kept_in_an_old_way_is_kept_anew(
    logins: Logins, bob: User, hasher: FakeHasher, store: Store
) -> None:
    hasher.version = 2

    await logins.begin("bob", PASSWORD, Caller())

    (row,) = await store.fetch("SELECT password_hash FROM users WHERE name = 'bob'")
    assert row["password_hash"].startswith("2$")
    assert await logins.begin("bob", PASSWORD, CALLER) == bob


async def test_old_password_opens_nothing_once_it_is_changed(
    *, logins: Logins, sessions: Sessions, users: Users, bob: User, hasher: FakeHasher
) -> None:
    """Its login had begun before, and comes to its end after that."""
    proved = await logins.begin("bob", PASSWORD, CALLER)
    assert isinstance(proved, User)
    await users.set_password(bob.id, hasher.hash(b"another password"))

    with pytest.raises(Unauthorized) as caught:
        await sessions.open(proved, SessionKind.BROWSER, CALLER)

    assert caught.value.message == CHANGED
    assert await sessions.count(bob.id) == 0


async def test_who_is_switched_off_meanwhile_gets_no_session(
    logins: Logins, sessions: Sessions, users: Users, bob: User
) -> None:
    proved = await logins.begin("bob", PASSWORD, CALLER)
    assert isinstance(proved, User)
    await users.update(bob.id, Change(is_active=False))

    with pytest.raises(Unauthorized):
        await sessions.open(proved, SessionKind.BROWSER, CALLER)

    await users.update(bob.id, Change(is_active=True))
    assert await sessions.count(bob.id) == 0


async def test_password_kept_anew_opens_a_session(
    logins: Logins, sessions: Sessions, bob: User, hasher: FakeHasher
) -> None:
    hasher.version = 2

    proved = await logins.begin("bob", PASSWORD, CALLER)

    assert isinstance(proved, User)
    await sessions.open(proved, SessionKind.BROWSER, CALLER)
    assert await sessions.count(bob.id) == 1


async def test_challenge_is_of_the_password_that_was_right(
    *,
    store: Store,
    logins: Logins,
    users: Users,
    bob: User,
    second_factor: SecondFactor,
    clock: FakeClock,
    hasher: FakeHasher,
) -> None:
    totp = await with_second_factor(bob, second_factor, clock)
    challenge = await challenged(logins)
    # It was changed before the challenge was there to be taken back.
    kept = hasher.hash(b"another password")
    await store.write(lambda t: t.execute("UPDATE users SET password_hash = ?", kept))

    with pytest.raises(Unauthorized) as caught:
        await logins.answer(challenge.token, totp.at(clock.now()), CALLER)

    assert caught.value.message == CHANGED
