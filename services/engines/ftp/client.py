"""One FTP session: a login, what the server says of a file, and its bytes.

Data comes by passive connections only, and they go where the control connection goes: the
address in a reply to PASV is a way to have us knock on somebody else's door.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress

import aioftp
from aioftp.common import Code, SSLSessionBoundContext

from services.engines.ftp.errors import is_final, is_unknown, refused, translating
from services.engines.ftp.wire import login_text, read_size, read_time
from services.engines.line import Line
from services.engines.session import Remote
from services.errors import ErrorCode, FetchFailed

BLOCK = 1 << 18
MOST_LINES = 2000  # of replies in one session
LAST_REPLY_SECONDS = 15.0


class Control(aioftp.Client):
    """The control connection, and how data connections are opened.

    Text is latin-1, which takes every byte for itself: names come out as they came in.
    """

    def __init__(self, *, line: Line, tls: ssl.SSLContext | None, seconds: float) -> None:
        super().__init__(encoding="latin-1", socket_timeout=seconds)
        self._line = line
        self._address = ""  # of the server, once it is connected to
        self._tls = tls
        self._lines = 0
        self._is_first = True

    async def parse_response(self) -> tuple[Code, list[str]]:
        self._is_first = True
        return await super().parse_response()

    async def parse_line(self) -> tuple[Code, str]:
        self._lines += 1
        if self._lines > MOST_LINES:
            message = "the server does not stop talking"
            raise ValueError(message)
        code, rest = await super().parse_line()
        if self._is_first and not code.isdigit():  # it would be waited for one that is
            message = f"no reply: {code[:3]}"
            raise ValueError(message)
        self._is_first = False
        return code, rest

    async def dial_data(self) -> socket.socket:
        """Return a socket that is connected to where the server waits for one."""
        await self.command("TYPE I", "200")
        try:
            _, port = await self._do_epsv()
        except aioftp.StatusCodeError as error:
            if not is_unknown(error):
                raise
            _, port = await self._do_pasv()
        return await self._line.open_to(self._address, port)

    async def read_data(
        self, connected: socket.socket
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Return what reads from a data connection, after the reply to RETR.

        Servers shake hands over TLS only then.
        """
        tls = None if self._tls is None else self._same_session(self._tls)
        return await self._wrap(connected, tls)

    async def _open_connection(
        self, host: str, port: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        del host, port  # the line leads there
        connected, self._address = await self._line.open()
        return await self._wrap(connected, self._tls)

    async def _wrap(
        self, connected: socket.socket, tls: ssl.SSLContext | None
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        try:
            return await asyncio.open_connection(
                sock=connected,
                ssl=tls,
                server_hostname=self._line.host if tls is not None else None,
                limit=BLOCK,
            )
        except BaseException:
            connected.close()
            raise

    def _same_session(self, tls: ssl.SSLContext) -> ssl.SSLContext:
        """Return the context with the session of the control connection.

        Servers take it as the proof that both connections are of the same client.
        """
        spoken = self.stream.writer.get_extra_info("ssl_object")
        if spoken is None or spoken.session is None:
            return tls
        return SSLSessionBoundContext(
            ssl.PROTOCOL_TLS_CLIENT, context=spoken.context, session=spoken.session
        )


class FtpSession:
    """A session that is logged in, for one file."""

    def __init__(self, control: Control, host: str, path: str, seconds: float) -> None:
        self._control = control
        self._host = host
        self._path = path
        self._seconds = seconds
        self._data: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def look(self) -> Remote:
        """Ask how large the file is, and how old."""
        with translating(self._host):
            async with asyncio.timeout(self._seconds):
                await self._control.command("TYPE I", "200")
                size = await self._ask("SIZE")
                modified = await self._ask("MDTM")
            known = None if size is None else read_size(size)
        return Remote(known, None if modified is None else read_time(modified))

    async def start(self, at: int) -> int:
        """Have the bytes from `at` on sent; return from where they are, which may be 0."""
        with translating(self._host):
            async with asyncio.timeout(self._seconds):
                connected = await self._control.dial_data()
                try:
                    at = await self._skip(at)
                    await self._control.command(f"RETR {self._path}", "1xx")
                except BaseException:
                    connected.close()
                    raise
                self._data = await self._control.read_data(connected)
        return at

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield the bytes as they come, to the end that the server makes."""
        assert self._data is not None  # noqa: S101 - after `start`
        reader, _ = self._data
        with translating(self._host):
            while chunk := await reader.read(BLOCK):
                yield chunk

    async def finish(self, *, is_whole: bool) -> bool:
        """Hear what the server says of the end; return whether it still listens.

        Where all bytes are known to be there it does not matter: long transfers outlive idle
        control connections.
        """
        self.hang_up()
        try:
            with translating(self._host):
                async with asyncio.timeout(LAST_REPLY_SECONDS):
                    await self._control.command(None, "2xx", "1xx")
        except FetchFailed as error:
            if is_whole:
                return False
            message = f"The transfer broke off. {error.message}"
            raise FetchFailed(message, code=ErrorCode.INCOMPLETE, temporary=True) from error
        return True

    def hang_up(self) -> None:
        """Close the data connection."""
        if self._data is not None:
            self._data[1].close()

    async def _skip(self, at: int) -> int:
        """Have the first `at` bytes left out; return how many are."""
        if at == 0:
            return 0
        try:
            await self._control.command(f"REST {at}", "350")
        except aioftp.StatusCodeError as error:
            if not is_unknown(error):
                raise
            return 0
        return at

    async def _ask(self, command: str) -> str | None:
        """Return what the server says to a question about the file; None if it cannot."""
        try:
            _, lines = await self._control.command(f"{command} {self._path}", "213")
        except aioftp.StatusCodeError as error:
            if is_unknown(error) or (command == "MDTM" and is_final(error)):
                return None
            if is_final(error) and await self._is_folder():
                message = "There is a folder at this path. Give the URL of a file in it."
                raise FetchFailed(message, code=ErrorCode.INVALID_URL, temporary=False) from error
            raise
        return lines[-1]

    async def _is_folder(self) -> bool:
        try:
            await self._control.command(f"CWD {self._path}", "2xx")
        except aioftp.StatusCodeError:
            return False
        return True


@asynccontextmanager
async def logged_in(
    *,
    line: Line,
    path: str,
    tls: ssl.SSLContext | None,
    username: str | None,
    password: str | None,
    seconds: float,
) -> AsyncIterator[FtpSession]:
    """Give a session with a server; `seconds` is how long replies may take."""
    control = Control(line=line, tls=tls, seconds=seconds)
    session = FtpSession(control, line.host, path, seconds)
    try:
        with translating(line.host):
            async with asyncio.timeout(line.seconds + seconds):
                await control.connect(line.host, line.port)
                await _log_in(control, username, password)
                if tls is not None:
                    await control.command("PBSZ 0", "200")
                    await control.command("PROT P", "200")
        yield session
    finally:
        session.hang_up()
        _leave(control)


async def _log_in(control: Control, username: str | None, password: str | None) -> None:
    if username is None:
        await control.login()
        return
    try:
        await control.login(login_text(username), login_text(password or ""))
    except aioftp.StatusCodeError as error:
        failure = refused(error)
        if failure.temporary or failure.code is ErrorCode.LOGIN_REFUSED:
            raise
        message = f"The server refuses the login. {failure.message}"
        raise FetchFailed(message, code=ErrorCode.LOGIN_REFUSED, temporary=False) from error


def _leave(control: Control) -> None:
    """Close the connection; whatever goes wrong with that is of no interest any more."""
    try:
        writer = control.stream.writer
    except ConnectionError:
        return
    with suppress(OSError):
        writer.write(b"QUIT\r\n")
    writer.close()
