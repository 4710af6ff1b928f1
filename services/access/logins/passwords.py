"""Passwords: argon2id, which takes long on purpose, in threads of its own.

Each hash takes 46 MiB for a moment. So few are made at once, and few may wait: whoever floods
the server with logins is told to come back. What argon2 takes is large enough that the system
has it back each time.
"""

import asyncio
import base64
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Protocol, TypeVar

from services.errors import InvalidInput, RateLimited

if TYPE_CHECKING:
    from argon2 import PasswordHasher

T = TypeVar("T")

SHORTEST = 10  # letters
LONGEST = 1024  # bytes
MEMORY_KIB, PASSES, LANES = 46 * 1024, 2, 1
SALT_SIZE, HASH_SIZE = 16, 32  # bytes
AT_ONCE = 2
MOST_WAITING = 50
COME_BACK = timedelta(seconds=5)


class Hasher(Protocol):
    """What makes hashes, and takes its time."""

    def hash(self, password: bytes) -> str:
        """Return what is kept of a password."""
        ...

    def verify(self, kept: str, password: bytes) -> bool:
        """Whether it was made of this password."""
        ...

    def is_outdated(self, kept: str) -> bool:
        """Whether it was made otherwise than it would be today."""
        ...


class Argon2id:
    """The hasher in use."""

    def hash(self, password: bytes) -> str:
        return _argon2().hash(password)

    def verify(self, kept: str, password: bytes) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError

        try:
            return _argon2().verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, kept: str) -> bool:
        return _argon2().check_needs_rehash(kept)


class Passwords:
    """Makes hashes of passwords and checks passwords against them."""

    def __init__(self, *, hasher: Hasher | None = None) -> None:
        self._hasher = hasher or Argon2id()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
        self._waiting = 0

    async def hash(self, password: str, *, name: str = "", field: str = "password") -> str:
        """Return what is kept of a new password of the user `name`.

        Raises `InvalidInput` about `field` where it is too short, too long, or the name.
        """
        check(password, name=name, field=field)
        return await self.rehash(password)

    async def rehash(self, password: str) -> str:
        """Return what is kept of a password that is in use already."""
        content = _bytes(password)
        return await self._do(lambda: self._hasher.hash(content))

    async def verify(self, kept: str | None, password: str) -> bool:
        """Whether `kept` is of this password.

        Where nothing is kept, it takes as long to say no. Raises `RateLimited` where too many
        are asking.
        """
        content = _bytes(password)
        is_right = await self._do(lambda: self._hasher.verify(kept or NOBODYS, content))
        return is_right and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether `kept` should be made anew, now that its password is known."""
        return self._hasher.is_outdated(kept)

    def close(self) -> None:
        """Begin nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _do(self, work: Callable[[], T]) -> T:
        if self._waiting >= AT_ONCE + MOST_WAITING:
            message = "Too many want to log in at this moment. Try again in a few seconds."
            raise RateLimited(message, retry_after=COME_BACK)
        self._waiting += 1
        try:
            # Who is cancelled gives back their place in the line, and a thread only when it is
            # done: those who come and go cannot have more hashes made at once.
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1


def check(password: str, *, name: str = "", field: str = "password") -> None:
    """Raise `InvalidInput` about `field` unless this may be the password of the user `name`."""
    problem = None
    if len(password) < SHORTEST:
        problem = f"A password has {SHORTEST} letters at least."
    elif len(_bytes(password)) > LONGEST:
        problem = f"A password has {LONGEST} bytes at most."
    elif len(set(password)) == 1 or (name and password.casefold().strip() == name.casefold()):
        problem = "This password is guessed at once. Take several words, or let a program make it."
    if problem is not None:
        raise InvalidInput(problem, field=field)


def _bytes(password: str) -> bytes:
    """Return the same for the same letters, however a keyboard has put them together."""
    text = unicodedata.normalize("NFC", password[: 4 * LONGEST])  # more would be too much anyway
    return text.encode(errors="surrogatepass")


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode().rstrip("=")


# Nobody's: for names that there are not, which shall take as long as others.
NOBODYS = (
    f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}"
    f"${_base64(bytes(SALT_SIZE))}${_base64(bytes(HASH_SIZE))}"
)


@cache
def _argon2() -> "PasswordHasher":
    from argon2 import PasswordHasher, Type

    return PasswordHasher(
        time_cost=PASSES,
        memory_cost=MEMORY_KIB,
        parallelism=LANES,
        hash_len=HASH_SIZE,
        salt_len=SALT_SIZE,
        type=Type.ID,
    )
