"""The second factor: each code once, and codes for the day on which it is lost."""

import asyncio
from datetime import timedelta

import pyotp
import pytest
from defusedxml import ElementTree

from services.access.logins.second_factor import SecondFactor
from services.access.people.users import User, Users
from services.errors import Conflict, InvalidInput, Unavailable
from services.sealing import Sealer
from services.store.store import Store
from tests.fakes.clock import FakeClock


@pytest.fixture
async def totp(second_factor: SecondFactor, bob: User, clock: FakeClock) -> pyotp.TOTP:
    """Bob's authenticator, some steps after it was confirmed."""
    totp = pyotp.TOTP((await second_factor.propose(bob)).secret)
    await second_factor.confirm(bob, totp.at(clock.now()))
    clock.advance(300)
    return totp


async def test_proposal_can_be_typed_opened_and_scanned(
    second_factor: SecondFactor, bob: User
) -> None:
    proposal = await second_factor.propose(bob)

    read = pyotp.parse_uri(proposal.uri)
    assert isinstance(read, pyotp.TOTP)
    assert (read.secret, read.name, read.issuer) == (proposal.secret, "bob", "Argosy")
    assert len(proposal.secret) == 32
    assert ElementTree.fromstring(proposal.picture).tag == "{http://www.w3.org/2000/svg}svg"


async def test_secret_is_sealed_for_its_user(
    second_factor: SecondFactor, bob: User, store: Store, sealer: Sealer
) -> None:
    proposal = await second_factor.propose(bob)

    (row,) = await store.fetch("SELECT totp_secret FROM users WHERE id = ?", bob.id)
    assert proposal.secret not in row["totp_secret"]
    opened = sealer.open(row["totp_secret"], f"second factor of user {bob.id}")
    assert opened.decode() == proposal.secret
    with pytest.raises(Unavailable):
        sealer.open(row["totp_secret"], f"second factor of user {bob.id + 1}")


async def test_counts_only_once_it_is_confirmed(
    second_factor: SecondFactor, users: Users, bob: User, clock: FakeClock
) -> None:
    totp = pyotp.TOTP((await second_factor.propose(bob)).secret)

    assert not (await users.get(bob.id)).has_second_factor
    assert not await second_factor.take(bob.id, totp.at(clock.now()))
    with pytest.raises(InvalidInput):
        await second_factor.confirm(bob, "000000")
    codes = await second_factor.confirm(bob, totp.at(clock.now()))

    assert (await users.get(bob.id)).has_second_factor
    assert len(set(codes)) == 10
    assert {len(code) for code in codes} == {19}


@pytest.mark.parametrize(
    ("steps", "is_right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
async def test_code_of_the_step_beside_is_right(
    *,
    second_factor: SecondFactor, bob: User, totp: pyotp.TOTP, clock: FakeClock, steps: int,
    is_right: bool,
) -> None:  # fmt: skip
    code = totp.at(clock.now() + timedelta(seconds=30 * steps))

    assert await second_factor.take(bob.id, code) is is_right


async def test_code_is_taken_once_and_none_before_it(
    second_factor: SecondFactor, bob: User, totp: pyotp.TOTP, clock: FakeClock
) -> None:
    before, code = totp.at(clock.now() - timedelta(seconds=30)), totp.at(clock.now())

    assert await second_factor.take(bob.id, f" {code[:3]} {code[3:]}")
    assert not await second_factor.take(bob.id, code)
    assert not await second_factor.take(bob.id, before)


async def test_code_of_the_confirmation_is_taken(
    second_factor: SecondFactor, bob: User, clock: FakeClock
) -> None:
    totp = pyotp.TOTP((await second_factor.propose(bob)).secret)
    code = totp.at(clock.now())
    await second_factor.confirm(bob, code)

    assert not await second_factor.take(bob.id, code)


async def test_code_is_taken_once_by_all_who_have_it(
    second_factor: SecondFactor, bob: User, totp: pyotp.TOTP, clock: FakeClock
) -> None:
    code = totp.at(clock.now())

    taken = await asyncio.gather(*(second_factor.take(bob.id, code) for _ in range(5)))

    assert sorted(taken) == [False] * 4 + [True]


async def test_recovery_code_is_taken_once(second_factor: SecondFactor, bob: User,
    totp: pyotp.TOTP, store: Store,
) -> None:  # fmt: skip
    codes = await second_factor.new_codes(bob)

    assert await second_factor.take(bob.id, codes[3].upper().replace("-", " "))
    assert not await second_factor.take(bob.id, codes[3])
    assert await second_factor.count_codes(bob.id) == 9
    kept = repr([dict(row) for row in await store.fetch("SELECT * FROM recovery_codes")])
    assert not any(code.replace("-", "") in kept for code in codes)


async def test_new_codes_take_the_place_of_the_old(
    second_factor: SecondFactor, bob: User, totp: pyotp.TOTP
) -> None:
    old = await second_factor.new_codes(bob)
    new = await second_factor.new_codes(bob)

    assert not await second_factor.take(bob.id, old[0])
    assert await second_factor.take(bob.id, new[0])


async def test_codes_of_another_are_wrong(
    second_factor: SecondFactor, bob: User, alice: User, totp: pyotp.TOTP
) -> None:
    codes = await second_factor.new_codes(bob)

    assert not await second_factor.take(alice.id, codes[0])


async def test_is_switched_off_with_its_codes(
    second_factor: SecondFactor, users: Users, bob: User, totp: pyotp.TOTP, clock: FakeClock
) -> None:
    codes = await second_factor.new_codes(bob)

    await second_factor.switch_off(bob.id)

    assert not (await users.get(bob.id)).has_second_factor
    assert not await second_factor.take(bob.id, totp.at(clock.now()))
    assert not await second_factor.take(bob.id, codes[0])


async def test_one_that_counts_is_not_replaced(
    second_factor: SecondFactor, bob: User, totp: pyotp.TOTP, clock: FakeClock
) -> None:
    with pytest.raises(Conflict):
        await second_factor.propose(bob)
    with pytest.raises(Conflict):
        await second_factor.confirm(bob, totp.at(clock.now()))

    assert await second_factor.take(bob.id, totp.at(clock.now()))


@pytest.mark.parametrize("code", ["", "12345", "1234567", "é" * 6, "\udcff", "٣٣٣٣٣٣", "a" * 9999])
async def test_nonsense_is_wrong(
    second_factor: SecondFactor, bob: User, totp: pyotp.TOTP, code: str
) -> None:
    assert not await second_factor.take(bob.id, code)


async def test_lost_key_leaves_the_recovery_codes(
    *,
    second_factor: SecondFactor, bob: User, totp: pyotp.TOTP, clock: FakeClock, store: Store,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    codes = await second_factor.new_codes(bob)
    other = Sealer(tmp_path_factory.mktemp("other") / "secret.key")
    other.prepare(is_awaited=False)
    elsewhere = SecondFactor(store=store, clock=clock, sealer=other)

    with pytest.raises(Unavailable, match="recovery code"):
        await elsewhere.take(bob.id, totp.at(clock.now()))
    assert await elsewhere.take(bob.id, codes[0])
