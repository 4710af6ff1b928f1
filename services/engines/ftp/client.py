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
from aioftp.common import Code, SSLSessionBoundContext, ThrottleStreamIO

from services.engines.ftp.errors import (
    is_final,
    is_goodbye,
    is_unknown,
    no_tls,
    refused,
    translating,
)
from services.engines.ftp.wire import login_text, read_epsv, read_pasv, read_size, read_time
from services.engines.line import Line
from services.engines.session import Remote
from services.errors import ErrorCode, FetchFailed

BLOCK = 1 << 18
MOST_LINES = 2000  # of replies in one session
MOST_LETTERS = 1 << 20  # in them
LONGEST_LINE = 8192  # bytes
LAST_REPLY_SECONDS = 15.0
ANYBODY = ("anonymous", "anon@")


class Control(aioftp.Client):
    """The control connection, and how data connections are opened.

    Text is latin-1, which takes every byte for itself: names come out as they came in.
    """

    def __init__(self, *, line: Line, tls: ssl.SSLContext | None, seconds: float) -> None:
        super().__init__(encoding="latin-1", socket_timeout=seconds)
        self._line = line
        self._address = ""  # of the server, once it is connected to
        self._tls = tls  # from the first byte on, or from `secure` on
        self._plain: ThrottleStreamIO | None = None  # what TLS was asked for in
        self._lines = 0
        self._letters = 0

    async def parse_response(self) -> tuple[Code, list[str]]:
        """Read a reply. One of several lines ends with the code that it began with.

        What stands between these is text, numbers at the start of a line too (RFC 959, 4.2).
        """
        code, rest = await self.parse_line()
        if len(code) != 3 or not code.isascii() or not code.isdigit():
            message = f"no reply: {code}"
            raise ValueError(message)
        lines = [rest]
        is_last = not rest.startswith("-")
        while not is_last:
            begin, rest = await self.parse_line()
            is_last = begin == code and not rest.startswith("-")
            lines.append(rest if begin == code else f"{begin}{rest}")
        return code, lines

    async def parse_line(self) -> tuple[Code, str]:
        code, rest = await super().parse_line()
        self._lines += 1
        self._letters += len(rest)
        if self._lines > MOST_LINES or self._letters > MOST_LETTERS:
            message = "the server does not stop talking"
            raise ValueError(message)
        return code, rest

    async def secure(self, tls: ssl.SSLContext) -> None:
        """Ask for TLS (RFC 4217), from here on and for the data; raise `FetchFailed` without it.

        What was said behind the reply in the clear may be from anybody: it is never read.
        """
        try:
            await self.command("AUTH TLS", "234")
        except aioftp.StatusCodeError as error:
            if is_final(error):
                raise no_tls(self._line.host, error) from error
            raise
        # A writer that is let go of closes its connection, and TLS goes over this one's.
        self._plain = self.stream
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=LONGEST_LINE)
        protocol = asyncio.StreamReaderProtocol(reader)
        transport = await loop.start_tls(
            self._plain.writer.transport, protocol, tls, server_hostname=self._line.host
        )
        if transport is None:  # it was closed meanwhile
            raise ConnectionResetError
        protocol.connection_made(transport)
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        self._stream = ThrottleStreamIO(
            reader, writer, throttles={"_": self.throttle}, timeout=self.socket_timeout
        )
        self._tls = tls

    async def dial_data(self) -> socket.socket:
        """Return a socket that is connected to where the server waits for one."""
        await self.command("TYPE I", "200")
        try:
            _, lines = await self.command("EPSV", "229")
            port = read_epsv(lines[-1])
        except aioftp.StatusCodeError as error:
            if not is_unknown(error):
                raise
            _, lines = await self.command("PASV", "227")
            port = read_pasv(lines[-1])
        return await self._line.open_to(self._address, port)

    async def read_data(
        self, connected: socket.socket
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Return what reads from a data connection, after the reply to RETR.

        Servers shake hands over TLS only then.
        """
        tls = None if self._tls is None else self._same_session(self._tls)
        return await self._wrap(connected, tls, BLOCK)

    async def _open_connection(
        self, host: str, port: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        del host, port  # the line leads there
        connected, self._address = await self._line.open()
        return await self._wrap(connected, self._tls, LONGEST_LINE)

    async def _wrap(
        self, connected: socket.socket, tls: ssl.SSLContext | None, limit: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        try:
            return await asyncio.open_connection(
                sock=connected,
                ssl=tls,
                server_hostname=self._line.host if tls is not None else None,
                limit=limit,
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

    async def start(self, at: int, end: int | None) -> int:
        """Have the bytes from `at` on sent; return from where they are, which may be 0."""
        del end  # FTP knows no other end than that of the file
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
        control connections, and who hangs up before the end hears of that.
        """
        self.hang_up()
        try:
            with translating(self._host):
                async with asyncio.timeout(min(LAST_REPLY_SECONDS, self._seconds)):
                    await self._control.command(None, "2xx", "1xx")
        except FetchFailed as error:
            if is_whole:
                return isinstance(error.__cause__, aioftp.StatusCodeError) and not is_goodbye(
                    error.__cause__
                )
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
    asks_for_tls: bool,
    username: str | None,
    password: str | None,
    seconds: float,
) -> AsyncIterator[FtpSession]:
    """Give a session with a server; `seconds` is how long replies may take.

    With `asks_for_tls`, it begins in the clear, and nothing is said there but that.
    """
    control = Control(line=line, tls=None if asks_for_tls else tls, seconds=seconds)
    session = FtpSession(control, line.host, path, seconds)
    try:
        with translating(line.host):
            async with asyncio.timeout(line.seconds + seconds):
                await control.connect(line.host, line.port)
                if tls is not None and asks_for_tls:
                    await control.secure(tls)
                await _log_in(control, username, password)
                if tls is not None:
                    await control.command("PBSZ 0", "200")
                    await control.command("PROT P", "200")
        yield session
    finally:
        session.hang_up()
        _leave(control)


async def _log_in(control: Control, username: str | None, password: str | None) -> None:
    name, secret = (username, password or "") if username is not None else ANYBODY
    try:
        code, _ = await control.command(f"USER {login_text(name)}", ("230", "331"))
        if code == "331":
            await control.command(f"PASS {login_text(secret)}", ("230", "202"), censor_after=5)
    except aioftp.StatusCodeError as error:
        failure = refused(error)
        if failure.temporary or failure.code in {ErrorCode.LOGIN_REFUSED, ErrorCode.TLS_FAILED}:
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
