"""An FTP server that does what it is told, right or wrong, and hears every command."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field

from tests.fakes.door import Door


@dataclass
class Script:
    """One file and how it is served; `replies` go before what the server would say itself.

    A reply is the whole line (that to "" is the greeting), nothing for silence, or None for
    hanging up. `body` is sent from the byte that REST named, only the first `cut` bytes of it;
    with `holds`, the rest comes when the server lets go.
    """

    body: bytes = b""
    size: int | None = None  # where it is not that of the body
    modified: str = "20261120101112"
    replies: dict[str, str | None] = field(default_factory=dict)
    cut: int | None = None
    holds: bool = False
    mended: bytes | None = None  # the body from the second time on
    is_endless: bool = False  # the body comes again and again
    pause: float = 0.0  # seconds between two signs of a reply
    ignores_rest: bool = False  # it says that it skips, and does not
    last: str | None = "226 Done."
    passive_address: str = "127,0,0,1"  # what a reply to PASV says
    injected: str = ""  # said behind the reply to AUTH, in the clear


class FtpServer(Door):
    """Serves one script on 127.0.0.1, to one client after the other. With `tls`, AUTH is known."""

    def __init__(self, script: Script, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__()
        self.script = script
        self.tls = tls
        self.heard: list[str] = []
        self.sent = 0  # bytes of the file
        self.at_once = 0  # conversations that there were at the same time, at the most
        self._present = 0
        self._released = asyncio.Event()

    def heard_of(self, verb: str) -> list[str]:
        """Return the commands with this verb."""
        return [command for command in self.heard if command.split(" ")[0] == verb]

    def let_go(self) -> None:
        """Send what a script holds back."""
        self._released.set()

    async def released(self) -> None:
        await self._released.wait()

    def url(self, path: str = "/a.bin", *, scheme: str = "ftp", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._present += 1
        self.at_once = max(self.at_once, self._present)
        try:
            await _Talk(self, reader, writer).run()
        finally:
            self._present -= 1


class _Talk:
    """One control connection."""

    def __init__(
        self, server: FtpServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._at = 0
        self._is_over = False
        self._plain: asyncio.BaseProtocol | None = None  # what was spoken to before TLS
        self._is_secured = False  # the data too
        self._writers: list[asyncio.StreamWriter] = []
        self._data: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()
        self._door: asyncio.Server | None = None

    async def run(self) -> None:
        try:
            await self._say(self._server.script.replies.get("", "220 Hello."))
            while line := await self._reader.readline():
                command = line.decode("latin-1").rstrip("\r\n")
                self._server.heard.append(command)
                await self._obey(command)
        finally:
            self._is_over = True
            if self._door is not None:
                self._door.close()
            for writer in self._writers:  # all of them before this may be cut off
                writer.close()
            try:
                for writer in self._writers:
                    with suppress(OSError):
                        await writer.wait_closed()
            finally:
                if self._plain is not None:  # nobody else tells those who wait for its end
                    self._plain.connection_lost(None)

    async def _obey(self, command: str) -> None:
        script, (verb, _, argument) = self._server.script, command.partition(" ")
        if verb in script.replies:
            await self._say(script.replies[verb])
        elif verb in {"EPSV", "PASV"}:
            await self._say(await self._open_door(verb))
        elif verb == "RETR":
            await self._send()
        elif verb == "AUTH" and self._server.tls is not None:
            await self._say("234 Go ahead." + script.injected)
            await self._secure(self._server.tls)
        else:
            if verb == "REST":
                self._at = 0 if script.ignores_rest else int(argument)
            self._is_secured |= command == "PROT P"
            await self._say(_usual_reply(script, verb))

    async def _secure(self, tls: ssl.SSLContext) -> None:
        loop = asyncio.get_running_loop()
        self._plain = self._writer.transport.get_protocol()
        self._reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(self._reader)
        transport = await loop.start_tls(
            self._writer.transport, protocol, tls, server_side=True, ssl_handshake_timeout=5
        )
        if transport is None:
            raise _GoneError
        protocol.connection_made(transport)
        self._writer = asyncio.StreamWriter(transport, protocol, self._reader, loop)
        self._writers.append(self._writer)

    async def _open_door(self, verb: str) -> str:
        if self._door is not None:
            self._door.close()
        tls = self._server.tls if self._is_secured else None
        self._door = await asyncio.start_server(self._take, "127.0.0.1", 0, ssl=tls)
        port = int(self._door.sockets[0].getsockname()[1])
        if verb == "EPSV":
            return f"229 Entering (|||{port}|)"
        high, low = divmod(port, 256)
        return f"227 Entering ({self._server.script.passive_address},{high},{low})"

    def _take(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_over:
            writer.close()
        self._writers.append(writer)
        self._data.put_nowait(writer)

    async def _send(self) -> None:
        script = self._server.script
        await self._say("150 Here it comes.")
        writer = await self._data.get()
        left, self._at = script.body[self._at :], 0
        try:
            await self._give(writer, left[: script.cut])
            while script.is_endless:
                await self._give(writer, script.body)
            if script.holds:
                await self._wait()
                await self._give(writer, left[script.cut :])
            writer.close()
            await writer.wait_closed()
        except ConnectionError:
            await self._say("426 You hung up.")
        else:
            await self._say(script.last)
        finally:
            script.body, script.mended = script.mended or script.body, None

    async def _give(self, writer: asyncio.StreamWriter, part: bytes) -> None:
        writer.write(part)
        await writer.drain()
        self._server.sent += len(part)

    async def _wait(self) -> None:
        """Wait until the rest may go, or until the client has gone."""
        gone = asyncio.create_task(self._reader.readline())
        released = asyncio.create_task(self._server.released())
        try:
            await asyncio.wait({gone, released}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            left = not released.done()
            for task in (gone, released):
                task.cancel()
            await asyncio.gather(gone, released, return_exceptions=True)
        if left:
            raise _GoneError

    async def _say(self, reply: str | None) -> None:
        if reply is None:
            raise _GoneError
        if reply == "":
            return
        said = reply.encode("latin-1") + b"\r\n"
        step = 1 if self._server.script.pause else len(said)
        for at in range(0, len(said), step):
            self._writer.write(said[at : at + step])
            await self._writer.drain()
            await asyncio.sleep(self._server.script.pause)


class _GoneError(OSError):
    """One of the two has hung up."""


def _usual_reply(script: Script, verb: str) -> str:
    size = len(script.body) if script.size is None else script.size
    replies = {
        "USER": "331 Password?",
        "PASS": "230 Welcome.",
        "TYPE": "200 Type set.",
        "PBSZ": "200 As you like.",
        "PROT": "200 As you like.",
        "SIZE": f"213 {size}",
        "MDTM": f"213 {script.modified}",
        "REST": "350 Restarting.",
    }
    return replies.get(verb, "502 What?")
