"""A second server, of our own making, for what OpenSSH does not do when asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from services.engines.options import Options, Patience, Secrets
from services.engines.sftp.engine import SftpEngine
from services.errors import ErrorCode, FetchFailed
from tests.fakes.meter import WatchedMeter
from tests.integration.services.engines.sftp.fetching import a_job, failing, finished_files
from tests.integration.services.engines.sftp.serving import BODY, new_key

ALICE = Secrets(username="alice", password="grün")
HALF = 1_000_000


class Doorman(asyncssh.SSHServer):
    """Lets Alice in."""

    def begin_auth(self, username: str) -> bool:
        del username
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (ALICE.username, ALICE.password)


class Interviewer(asyncssh.SSHServer):
    """Lets Alice in who answers a question, as servers with PAM do."""

    def begin_auth(self, username: str) -> bool:
        return username == ALICE.username

    def password_auth_supported(self) -> bool:
        return False

    def kbdint_auth_supported(self) -> bool:
        return True

    def get_kbdint_challenge(
        self, username: str, lang: str, submethods: str
    ) -> tuple[str, str, str, list[tuple[str, bool]]]:
        del username, lang, submethods
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, username: str, responses: list[str]) -> bool:
        return (username, responses) == (ALICE.username, [ALICE.password])


class OddFiles(asyncssh.SFTPServer):
    """Gives bytes from memory: `most` at once, and nothing more from `stop` on until let go."""

    body = BODY
    most: int | None = None
    stop: int | None = None
    extra = 0

    def __init__(self, channel: Any) -> None:
        super().__init__(channel)
        self.go_on = asyncio.Event()

    def stat(self, path: bytes) -> asyncssh.SFTPAttrs:
        del path
        return asyncssh.SFTPAttrs(size=len(BODY), permissions=0o100644, atime=0, mtime=0)

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        del path, pflags, attrs
        return object()

    def close(self, file_obj: object) -> None:
        del file_obj

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:  # type: ignore[override]
        del file_obj
        if self.stop is not None and offset >= self.stop:
            await self.go_on.wait()
        return self.body[offset:][: min(size, self.most or size) + self.extra]


@asynccontextmanager
async def serving(
    files: type[OddFiles], doorman: type[asyncssh.SSHServer] = Doorman
) -> AsyncIterator[str]:
    """Give the URL of a file on a server with these."""
    acceptor = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=doorman,
        server_host_keys=[new_key()],
        sftp_factory=files,
    )
    async with acceptor:
        yield f"sftp://127.0.0.1:{acceptor.get_port()}/a.bin"


@pytest.mark.parametrize("doorman", [Doorman, Interviewer])
async def test_password_is_taken(
    engine: SftpEngine, root: Path, doorman: type[asyncssh.SSHServer]
) -> None:
    async with serving(OddFiles, doorman) as url:
        await engine.fetch(a_job(url, ALICE))

    assert finished_files(root) == {"alice/films/a.bin": BODY}


async def test_wrong_password_is_refused_for_good(engine: SftpEngine) -> None:
    async with serving(OddFiles) as url:
        error = await failing(engine, url, Secrets(username="alice", password="x"))

    assert (error.code, error.temporary) == (ErrorCode.LOGIN_REFUSED, False)


@pytest.mark.parametrize("most", [50_000, 32_768])
async def test_small_answers_make_a_whole_file(engine: SftpEngine, root: Path, most: int) -> None:
    class Few(OddFiles):
        pass

    Few.most = most
    async with serving(Few) as url:
        await engine.fetch(a_job(url, ALICE))

    assert finished_files(root) == {"alice/films/a.bin": BODY}


async def test_larger_answers_than_asked_for_are_no_file(engine: SftpEngine, root: Path) -> None:
    class More(OddFiles):
        extra = 10

    async with serving(More) as url:
        error = await failing(engine, url, ALICE)

    assert error.code is ErrorCode.BAD_RESPONSE
    assert finished_files(root) == {}


async def test_short_file_is_incomplete(engine: SftpEngine, root: Path) -> None:
    class Short(OddFiles):
        body = BODY[:HALF]

    async with serving(Short) as url:
        error = await failing(engine, url, ALICE)

    assert (error.code, error.temporary) == (ErrorCode.INCOMPLETE, True)
    assert error.message == "1000000 of 2000000 bytes came, then the transfer ended."
    assert finished_files(root) == {}


async def test_stalled_server_is_left_and_what_came_is_kept(engine: SftpEngine, root: Path) -> None:
    class Stalled(OddFiles):
        stop = HALF

    meter = WatchedMeter(HALF)
    async with serving(Stalled) as url:
        options = Options(patience=Patience(silence=0.3))
        with pytest.raises(FetchFailed) as caught:
            await engine.fetch(a_job(url, ALICE, meter=meter, options=options))

    assert (caught.value.code, caught.value.temporary) == (ErrorCode.TIMED_OUT, True)
    assert caught.value.message == "Nothing came for 0.3 seconds."
    assert HALF <= meter.received < len(BODY)
    assert finished_files(root) == {}
