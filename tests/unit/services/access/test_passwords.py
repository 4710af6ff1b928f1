"""Passwords: argon2id beside the loop, few at once."""

import asyncio
import threading

import pytest

from services.access.logins.passwords import AT_ONCE, MOST_WAITING, NOBODYS, Argon2id, Passwords
from services.errors import InvalidInput, RateLimited
from tests.fakes.hasher import FakeHasher

PASSWORD = "correct horse battery"


class Held(FakeHasher):
    """Holds each check until it is let go, and counts how many are made at once."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.begun = threading.Semaphore(0)
        self.now, self.most = 0, 0
        self._lock = threading.Lock()

    def verify(self, kept: str, password: bytes) -> bool:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.begun.release()
        assert self.gate.wait(30), "the loop stood still"
        with self._lock:
            self.now -= 1
        return super().verify(kept, password)


async def test_password_is_right_and_others_are_wrong() -> None:
    passwords = Passwords()

    kept = await passwords.hash(PASSWORD)

    assert kept.startswith("$argon2id$v=19$m=47104,t=2,p=1$")
    assert await passwords.verify(kept, PASSWORD)
    assert not await passwords.verify(kept, PASSWORD + " ")
    assert not passwords.is_outdated(kept)


async def test_same_password_is_kept_otherwise_each_time() -> None:
    passwords = Passwords()

    assert await passwords.hash(PASSWORD) != await passwords.hash(PASSWORD)


async def test_nobodys_is_checked_as_somebodys_is() -> None:
    hasher = FakeHasher()
    passwords = Passwords(hasher=hasher)

    assert not await passwords.verify(None, PASSWORD)

    assert hasher.checked == [NOBODYS]


def test_nobodys_costs_what_others_cost() -> None:
    argon2id = Argon2id()

    assert not argon2id.is_outdated(NOBODYS)
    assert not argon2id.verify(NOBODYS, b"")
    assert not argon2id.verify("no hash", b"")


async def test_letters_are_the_same_however_they_are_put_together() -> None:
    passwords = Passwords()

    kept = await passwords.hash("Bärenstark und mehr")

    assert await passwords.verify(kept, "Ba\u0308renstark und mehr")


async def test_loop_goes_on_while_a_hash_is_made() -> None:
    hasher = Held()
    passwords = Passwords(hasher=hasher)
    asyncio.get_running_loop().call_soon(hasher.gate.set)  # a loop that waits never does this

    await passwords.verify(None, PASSWORD)

    assert threading.get_ident() not in hasher.threads


async def test_few_are_made_at_once_and_few_may_wait() -> None:
    hasher = Held()
    passwords = Passwords(hasher=hasher)
    most = AT_ONCE + MOST_WAITING
    waiting = [asyncio.create_task(passwords.verify(None, PASSWORD)) for _ in range(most)]
    for _ in range(AT_ONCE):
        await asyncio.to_thread(hasher.begun.acquire)

    with pytest.raises(RateLimited) as caught:
        await passwords.verify(None, PASSWORD)

    assert caught.value.retry_after.total_seconds() == 5
    hasher.gate.set()
    assert await asyncio.gather(*waiting) == [False] * most
    assert hasher.most == AT_ONCE


async def test_those_who_leave_do_not_have_more_made_at_once() -> None:
    hasher = Held()
    passwords = Passwords(hasher=hasher)
    for _ in range(3):
        leaving = [asyncio.create_task(passwords.verify(None, PASSWORD)) for _ in range(AT_ONCE)]
        await asyncio.sleep(0)
        for task in leaving:
            task.cancel()
        await asyncio.gather(*leaving, return_exceptions=True)
    hasher.gate.set()

    assert not await passwords.verify(None, PASSWORD)

    assert hasher.most <= AT_ONCE


@pytest.mark.parametrize(
    "password", ["", "short", "a" * 9, "a" * 1025, "ä" * 513, "a" * 100, "long-user-name"]
)
async def test_bad_password_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await Passwords().hash(password, name="long-user-name", field="newPassword")

    assert caught.value.field == "newPassword"


@pytest.mark.parametrize("password", ["correct-ho", "\U0001f600" * 5 + "abcde", "ab" * 512])
async def test_good_password_is_taken(password: str) -> None:
    passwords = Passwords(hasher=FakeHasher())

    assert await passwords.verify(await passwords.hash(password), password)


async def test_what_is_too_long_is_wrong_and_no_error() -> None:
    passwords = Passwords(hasher=FakeHasher())
    kept = await passwords.hash("ab" * 512)

    assert not await passwords.verify(kept, "ab" * 512 + "x")
    assert not await passwords.verify(kept, "ab" * 100_000)
    assert not await passwords.verify(kept, "\udcff")
