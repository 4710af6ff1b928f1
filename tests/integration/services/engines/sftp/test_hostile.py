"""What an SFTP server can do to whoever fetches from it, and all that may come of that.

Of each case there are the outcome, what lies in the place, and what is kept for another attempt.
"""

import asyncio
import hashlib
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncssh
import pytest

from services.engines.options import Algorithm, Options, Patience, Pieces, Secrets
from services.engines.sftp.engine import SftpEngine
from services.errors import ArgosyError, ErrorCode
from services.outgoing.addresses import AddressPolicy, AllowedNetwork
from services.outgoing.hosts import Hosts
from tests.fakes.door import Door
from tests.integration.services.engines.sftp.fetching import TASK_ID, a_job, finished_files
from tests.integration.services.engines.sftp.serving import BODY, new_key

ALICE = Secrets(username="alice", password="wonderland")
HASTY = Options(patience=Patience(connect=0.5, silence=0.4))
SIZE = len(BODY)
HALF = 1_000_000
FINAL, AGAIN = False, True
FILE = 0o100644
NO = "No."
KEY = new_key()


@dataclass
class Wrong:
    """What a server does wrong with one file. `body` is what it has, whatever it says."""

    body: bytes = BODY
    says: asyncssh.SFTPAttrs = field(
        default_factory=lambda: asyncssh.SFTPAttrs(size=SIZE, permissions=FILE, atime=0, mtime=1)
    )
    opens: Exception | None = None
    closes: Exception | None = None
    reads: Callable[[int, bytes], Awaitable[bytes]] | None = None  # at that byte, in place of this


def attributes(**more: Any) -> asyncssh.SFTPAttrs:
    usual = {"size": SIZE, "permissions": FILE, "atime": 0, "mtime": 1}
    return asyncssh.SFTPAttrs(**{**usual, **more})


class WrongFiles(asyncssh.SFTPServer):
    """One file, at every path."""

    wrong: Wrong

    def stat(self, path: bytes) -> asyncssh.SFTPAttrs:
        del path
        return self.wrong.says

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        del path, pflags, attrs
        if self.wrong.opens is not None:
            raise self.wrong.opens
        return object()

    def close(self, file_obj: object) -> None:
        del file_obj
        if self.wrong.closes is not None:
            raise self.wrong.closes

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:  # type: ignore[override]
        del file_obj
        right = self.wrong.body[offset : offset + size]
        return right if self.wrong.reads is None else await self.wrong.reads(offset, right)


class Doorman(asyncssh.SSHServer):
    """Lets Alice in, and counts who is there at once."""

    present = 0
    most = 0

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        del conn
        type(self).present += 1
        type(self).most = max(self.most, self.present)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        type(self).present -= 1

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (ALICE.username, ALICE.password)


@asynccontextmanager
async def serving(wrong: Wrong, doorman: type[asyncssh.SSHServer] = Doorman) -> AsyncIterator[str]:
    """Give the URL of the file."""

    class Files(WrongFiles):
        pass

    Files.wrong = wrong
    acceptor = await asyncssh.listen(
        "127.0.0.1", 0, server_factory=doorman, server_host_keys=[KEY], sftp_factory=Files
    )
    async with acceptor:
        yield f"sftp://127.0.0.1:{acceptor.get_port()}/a.bin"


@dataclass(frozen=True)
class Case:
    """One thing that a server does wrong. It ends with the file, or with `code`.

    `message` begins the sentence; what is kept for another attempt are `kept` bytes at the most,
    all of them right.
    """

    name: str
    wrong: Wrong
    code: ErrorCode | None = None
    temporary: bool = AGAIN
    message: str = ""
    kept: int = 0


async def nothing(_: int, __: bytes) -> bytes:
    return b""


async def too_much(_: int, right: bytes) -> bytes:
    return right + b"!"


async def never(at: int, right: bytes) -> bytes:
    if at >= HALF:
        await asyncio.Event().wait()
    return right


async def refused(at: int, right: bytes) -> bytes:
    if at >= HALF:
        raise asyncssh.SFTPFailure("\x1b[31mDisk\x07 " + "x" * 5000)
    return right


async def forbidden(at: int, right: bytes) -> bytes:
    del at, right
    raise asyncssh.SFTPPermissionDenied(NO)


BAD, LATE, SHORT = ErrorCode.BAD_RESPONSE, ErrorCode.TIMED_OUT, ErrorCode.INCOMPLETE
INVALID, REFUSED = ErrorCode.INVALID_URL, ErrorCode.LOGIN_REFUSED
CASES = [
    Case("nothing for ever", Wrong(reads=nothing), SHORT, message=f"0 of {SIZE} bytes came"),
    Case("more than asked for", Wrong(reads=too_much), BAD, message="127.0.0.1 does not answer as"),
    Case("silent in the middle", Wrong(reads=never), LATE, message="Nothing came for", kept=SIZE),
    Case(
        "failing in the middle",
        Wrong(reads=refused),
        BAD,
        message=f"127.0.0.1 does not give the file: [31mDisk {'x' * 50}",
        kept=SIZE,
    ),
    Case("no right to read", Wrong(reads=forbidden), REFUSED, FINAL, "127.0.0.1 does not let this"),
    Case(
        "no right to open",
        Wrong(opens=asyncssh.SFTPPermissionDenied(NO)),
        REFUSED,
        FINAL,
        "127.0.0.1 does not let this login read the file.",
    ),
    Case(
        "gone before it is opened",
        Wrong(opens=asyncssh.SFTPNoSuchFile(NO)),
        ErrorCode.NOT_FOUND,
        FINAL,
        "127.0.0.1 has no file at this path. Check the link.",
    ),
    Case("shrinking", Wrong(BODY[:HALF]), SHORT, message=f"{HALF} of {SIZE} bytes", kept=HALF),
    Case("growing", Wrong(BODY + b"!"), BAD, message=f"The server sent more than the {SIZE} bytes"),
    Case(
        "folder", Wrong(says=attributes(permissions=0o040755)), INVALID, FINAL, "There is a folder"
    ),
    Case(
        "pipe", Wrong(says=attributes(permissions=0o010644)), INVALID, FINAL, "There is something"
    ),
    Case("device", Wrong(says=attributes(permissions=0o020644)), INVALID, FINAL, "There is some"),
    Case("socket", Wrong(says=attributes(permissions=0o140644)), INVALID, FINAL, "There is some"),
    Case("no kind", Wrong(says=attributes(permissions=None))),
    Case("no size", Wrong(says=attributes(size=None))),
    Case("no time", Wrong(says=attributes(atime=None, mtime=None))),
    Case("last of all times", Wrong(says=attributes(mtime=(1 << 32) - 1))),
    Case("no attributes", Wrong(says=asyncssh.SFTPAttrs())),
    Case(
        "empty, it says", Wrong(says=attributes(size=0)), BAD, message="The server sent more than"
    ),
    Case(
        "size of 4 EiB",
        Wrong(says=attributes(size=1 << 62)),
        ErrorCode.DISK_FULL,
        FINAL,
        f"The file has {1 << 62} bytes, more than the whole disk.",
    ),
    Case(
        "size beyond all",
        Wrong(says=attributes(size=(1 << 64) - 1)),
        BAD,
        message=f"127.0.0.1 speaks of {(1 << 64) - 1} bytes, which no file has.",
    ),
    Case("failing at the end", Wrong(closes=asyncssh.SFTPFailure(NO))),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_server_gets_no_further(engine: SftpEngine, root: Path, case: Case) -> None:
    outcome: object
    async with serving(case.wrong) as url:
        try:
            outcome = await engine.fetch(a_job(url, ALICE, options=patience(case.code)))
        except ArgosyError as error:
            outcome = error

    check(outcome, case)
    assert finished_files(root) == ({} if case.code else {"alice/films/a.bin": BODY})
    assert BODY.startswith(kept := kept_bytes(root))
    assert len(kept) <= case.kept


async def test_small_answers_are_asked_for_one_after_another(
    engine: SftpEngine, root: Path
) -> None:
    asked: list[int] = []

    async def little(at: int, right: bytes) -> bytes:
        asked.append(at)
        return right[:5000]

    async with serving(Wrong(reads=little)) as url:
        await engine.fetch(a_job(url, ALICE))

    assert finished_files(root) == {"alice/films/a.bin": BODY}
    assert len(asked) < 2 * SIZE / 5000


async def test_only_bad_pieces_are_fetched_again(engine: SftpEngine, root: Path) -> None:
    length = 100_000
    wrong: set[int] = {2, 7}
    asked: list[int] = []

    async def damaged(at: int, right: bytes) -> bytes:
        asked.append(len(right))
        spoiled = bytearray(right)
        for piece in [piece for piece in wrong if at <= piece * length < at + len(right)]:
            spoiled[piece * length - at] ^= 1
            wrong.discard(piece)
        return bytes(spoiled)

    digests = tuple(
        hashlib.sha256(BODY[at : at + length]).hexdigest() for at in range(0, SIZE, length)
    )
    options = Options(pieces=Pieces(Algorithm.SHA256, length, digests))
    async with serving(Wrong(reads=damaged)) as url:
        await engine.fetch(a_job(url, ALICE, options=options))

    assert finished_files(root) == {"alice/films/a.bin": BODY}
    assert sum(asked) < SIZE + 4 * (128 << 10)


async def test_sessions_wait_for_each_other(root: Path, known_hosts: Path) -> None:
    class Counting(Doorman):
        present = most = 0

    policy = AddressPolicy([AllowedNetwork.parse("127.0.0.1")])
    engine = SftpEngine(root=root, policy=policy, known_hosts=known_hosts, hosts=Hosts(2, 0))
    async with serving(Wrong(), Counting) as url:
        jobs = [replace(a_job(url, ALICE), task_id=UUID(int=number)) for number in range(5)]
        await asyncio.gather(*map(engine.fetch, jobs))

    assert len(finished_files(root)) == 5
    assert Counting.most == 2


class Raw(Door):
    """Says these bytes, again and again if `is_endless`, and then nothing."""

    def __init__(self, content: bytes, *, is_endless: bool = False) -> None:
        super().__init__()
        self._content = content
        self._is_endless = is_endless
        self.said = 0

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(self._content)
            await writer.drain()
            self.said += len(self._content)
            await asyncio.sleep(0)
            if not self._is_endless:
                break
        while await reader.read(65_536):
            pass


HELLO = b"SSH-2.0-Wrong\r\n"


@dataclass(frozen=True)
class Opening:
    """What is said before there is a session, how often, and the code that comes of it."""

    name: str
    content: bytes
    code: ErrorCode
    is_endless: bool = False


BROKEN = ErrorCode.CONNECTION_FAILED
OPENINGS = [
    Opening("silence", b"", LATE),
    Opening("half a line", b"SSH-2.0-", LATE),
    Opening("key exchange that stalls", HELLO, LATE),
    Opening("old protocol", b"SSH-1.5-Old\r\n", BROKEN),
    Opening("endless lines", b"Welcome.\r\n" * 1000, BROKEN, is_endless=True),
    Opening("endless line", b"x" * 10_000, BROKEN, is_endless=True),
    Opening("giant version", b"SSH-2.0-" + b"x" * 5000 + b"\r\n", BROKEN),
    Opening("version of no letters", b"SSH-2.0-\xff\xfe\r\n", BAD),
    Opening("giant packet", HELLO + struct.pack(">I", 0xFFFFFFFF) + bytes(10_000), BROKEN),
    Opening("packet of nothing", HELLO + bytes(64), BAD),
    Opening("packet of ones", HELLO + struct.pack(">I", 12) + b"\xff" * 12, BAD),
    Opening("hello for ever", HELLO * 1000, BROKEN, is_endless=True),
]


@pytest.mark.parametrize("opening", OPENINGS, ids=lambda opening: opening.name)
async def test_no_session_comes_about(
    engine: SftpEngine, root: Path, known_hosts: Path, opening: Opening
) -> None:
    async with Raw(opening.content, is_endless=opening.is_endless) as server:
        url = f"sftp://127.0.0.1:{server.port}/a.bin"
        with pytest.raises(ArgosyError) as caught:
            await engine.fetch(a_job(url, ALICE, options=patience(opening.code)))

    assert (caught.value.code, getattr(caught.value, "temporary", None)) == (opening.code, True)
    assert server.said < 64 << 20
    assert [path for path in root.rglob("*") if path.is_file()] == []
    assert not known_hosts.exists()


def patience(code: ErrorCode | None) -> Options:
    """Return little of it where the time is to run out."""
    return HASTY if code is LATE else Options()


def check(outcome: object, case: Case) -> None:
    assert getattr(outcome, "code", None) == case.code
    if isinstance(outcome, ArgosyError):
        assert outcome.message.startswith(case.message)
        assert len(outcome.message) < 400
        assert getattr(outcome, "temporary", AGAIN) == case.temporary


def kept_bytes(root: Path) -> bytes:
    """Return what lies there for another attempt."""
    part = root / f".incomplete/task_{TASK_ID}.part"
    return part.read_bytes() if part.exists() else b""
