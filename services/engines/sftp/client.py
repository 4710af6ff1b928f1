"""One SFTP session: a host key that is believed, a login, and the bytes of a file.

Nothing of this machine's own SSH set-up takes part: no configuration, agent, key or list of
hosts of the user that the server runs as.
"""

import asyncio
import stat
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncssh

from services.engines.line import Line
from services.engines.session import Remote
from services.engines.sftp.errors import refused_key, translating
from services.engines.sftp.known_hosts import KnownHosts
from services.errors import ErrorCode, FetchFailed

BLOCK = 128 << 10  # bytes that are asked for at once; servers may give less
SMALLEST_BLOCK = 16 << 10
AHEAD = 16  # blocks that are asked for before the first has come
LARGEST = 1 << 62  # bytes
GOODBYE_SECONDS = 2.0

# A server has one key of each kind, and shows the kind that is asked for first.
FAMILIES: tuple[tuple[str, ...], ...] = (
    ("ssh-ed25519",),
    ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"),
    ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"),  # the last is the name of the keys
)


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are to the server. `private_key` in the formats of PEM or OpenSSH."""

    username: str | None = None
    password: str | None = None
    private_key: str | None = None

    def key(self) -> asyncssh.SSHKey | None:
        """Return the private key; raise `FetchFailed` where it cannot be read."""
        if self.private_key is None:
            return None
        try:
            # A key under a passphrase is opened with the password that was given.
            return asyncssh.import_private_key(self.private_key, self.password)
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
            message = "The private key cannot be read. Give it whole, in PEM or OpenSSH format."
            raise FetchFailed(message, code=ErrorCode.LOGIN_REFUSED, temporary=False) from error


class Guard(asyncssh.SSHClient):
    """Decides whether a host key is believed, and shows our own key once."""

    def __init__(self, pinned: str | None, known: Sequence[str], key: asyncssh.SSHKey | None):
        self._pinned = pinned
        self._known = known
        self._key = key
        self.shown: asyncssh.SSHKey | None = None

    def validate_host_public_key(
        self, host: str, addr: str, port: int, key: asyncssh.SSHKey
    ) -> bool:
        del host, addr, port
        self.shown = key
        if self._pinned is not None:
            return key.get_fingerprint() == self._pinned
        return not self._known or public_line(key) in self._known

    def public_key_auth_requested(self) -> asyncssh.SSHKey | None:
        key, self._key = self._key, None
        return key


def public_line(key: asyncssh.SSHKey) -> str:
    """Return a public key as a line of OpenSSH has it, without its comment."""
    return " ".join(key.export_public_key("openssh").decode("ascii").split()[:2])


class SftpSession:
    """A session that is logged in, for one file."""

    def __init__(self, host: str, client: asyncssh.SFTPClient, path: bytes, seconds: float) -> None:
        self._host = host
        self._client = client
        self._path = path
        self._seconds = seconds
        self._file: asyncssh.SFTPClientFile | None = None
        self._at = 0
        self._block = BLOCK
        self._ahead = AHEAD
        self._end: int | None = None

    async def look(self) -> Remote:
        """Ask how large the file is, and how old. Links are followed, as the server does."""
        async with self._answering():
            found = await self._client.stat(self._path)
        if found.permissions is not None and not stat.S_ISREG(found.permissions):
            what = "a folder" if stat.S_ISDIR(found.permissions) else "something else than a file"
            message = f"There is {what} at this path. Give the URL of a file."
            raise FetchFailed(message, code=ErrorCode.INVALID_URL, temporary=False)
        if found.size is not None and found.size > LARGEST:
            message = f"{self._host} speaks of {found.size} bytes, which no file has."
            raise FetchFailed(message, code=ErrorCode.BAD_RESPONSE, temporary=True)
        modified = None if found.mtime is None else datetime.fromtimestamp(found.mtime, UTC)
        return Remote(found.size, modified)

    async def start(self, at: int, end: int | None) -> int:
        """Open the file, to read it from `at` on; what is asked for in advance ends at `end`."""
        async with self._answering():
            self._file = await self._client.open(self._path, "rb", block_size=0)
        self._at, self._end = at, end
        return at

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield the bytes in their order, some of them asked for in advance."""
        asked: deque[tuple[int, asyncio.Task[bytes]]] = deque()
        try:
            while chunk := await self._next(asked):
                yield chunk
        finally:
            await _drop(asked)

    async def finish(self, *, is_whole: bool) -> bool:
        """Close the file. There is no reply that speaks of its end."""
        assert self._file is not None  # noqa: S101 - after `start`
        try:
            async with self._answering():
                await self._file.close()
        except FetchFailed:
            if not is_whole:
                raise
            return False
        return True

    @asynccontextmanager
    async def _answering(self) -> AsyncIterator[None]:
        with translating(self._host):
            async with asyncio.timeout(self._seconds):
                yield

    async def _next(self, asked: deque[tuple[int, asyncio.Task[bytes]]]) -> bytes:
        """Return the next bytes, nothing at the end of the file."""
        while not asked or (len(asked) < self._ahead and self._at < (self._end or 0)):
            asked.append((self._at, asyncio.create_task(self._read(self._at, self._block))))
            self._at += self._block
        at, task = asked[0]
        with translating(self._host):
            chunk = await task
        asked.popleft()
        if at + len(chunk) < (asked[0][0] if asked else self._at):
            # What was asked for behind a short block leaves a gap: ask again from here on.
            await _drop(asked)
            self._at = at + len(chunk)
            if len(chunk) < SMALLEST_BLOCK:  # or most of what is asked for would be for nothing
                self._ahead = 1
            self._block = max(SMALLEST_BLOCK, min(self._block, len(chunk)))
        return chunk

    async def _read(self, at: int, count: int) -> bytes:
        assert self._file is not None  # noqa: S101 - after `start`
        # One request without tasks of the library's own, which nobody could wait for.
        chunk: bytes = await self._file.read(count, at)
        if len(chunk) > count:
            message = "more bytes than were asked for"
            raise ValueError(message)
        return chunk


@asynccontextmanager
async def logged_in(
    *,
    line: Line,
    path: bytes,
    login: Login,
    pinned: str | None,
    known_hosts: KnownHosts,
    seconds: float,
) -> AsyncIterator[SftpSession]:
    """Give a session with a server; `pinned` is the only host key believed, if there is one.

    `seconds` is how long the login may take.
    """
    host, port = line.host, line.port
    known = known_hosts.keys(host, port)
    connection, guard = await _connect(line, login, pinned, known, seconds)
    try:
        if pinned is None and not known and guard.shown is not None:
            known_hosts.remember(host, port, public_line(guard.shown))
        with translating(host):
            async with asyncio.timeout(seconds):
                client = await connection.start_sftp_client(path_encoding=None)
        yield SftpSession(host, client, path, seconds)
    finally:
        connection.abort()
        with suppress(OSError, asyncssh.Error):
            async with asyncio.timeout(GOODBYE_SECONDS):
                await connection.wait_closed()


async def _connect(
    line: Line,
    login: Login,
    pinned: str | None,
    known: Sequence[str],
    seconds: float,
) -> tuple[asyncssh.SSHClientConnection, Guard]:
    key = login.key()
    shown: list[str] = []
    for kinds in _to_ask_for(pinned, known):
        guard = Guard(pinned, known, key)
        try:
            with translating(line.host):
                async with asyncio.timeout(line.seconds + seconds):
                    return await _handshake(guard, line, login, kinds), guard
        except FetchFailed as error:
            if not isinstance(error.__cause__, asyncssh.HostKeyNotVerifiable) or not guard.shown:
                raise
            shown.append(guard.shown.get_fingerprint())
    raise refused_key(line.host, dict.fromkeys(shown), pinned)


def _to_ask_for(pinned: str | None, known: Sequence[str]) -> list[list[str]]:
    """Return which kinds of host keys to ask for in which order, a list for each connection."""
    if pinned is not None:  # a fingerprint does not say of what kind its key is
        return [_in_order(family) for family in FAMILIES]
    kinds = {line.split()[0] for line in known}
    return [_in_order(*(family for family in FAMILIES if kinds & set(family)))]


def _in_order(*first: tuple[str, ...]) -> list[str]:
    families = (*first, *(family for family in FAMILIES if family not in first))
    return [kind for family in families for kind in family if kind != "ssh-rsa"]


async def _handshake(
    guard: Guard,
    line: Line,
    login: Login,
    kinds: Sequence[str],
) -> asyncssh.SSHClientConnection:
    connected, _ = await line.open()
    try:
        return await asyncssh.connect(
            line.host,
            line.port,
            sock=connected,
            config=None,
            client_factory=lambda: guard,
            known_hosts=([], [], []),
            server_host_key_algs=list(kinds),
            x509_trusted_certs=None,
            compression_algs=["none"],  # a little of it may stand for more than memory holds
            username=login.username or "anonymous",
            password=login.password,
            client_keys=None,
            preferred_auth=["publickey", "keyboard-interactive", "password"],
            agent_path=None,
            gss_host=None,
            login_timeout=0,  # we have our own
            keepalive_interval=30,
        )
    except BaseException:
        connected.close()
        raise


async def _drop(asked: deque[tuple[int, asyncio.Task[bytes]]]) -> None:
    tasks = [task for _, task in asked]
    asked.clear()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
