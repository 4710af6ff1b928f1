"""An FTP server that does what it is told, right or wrong, and hears every command."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self


@dataclass
class Script:
    """One file and how it is served; `replies` go before what the server would say itself.

    A reply is the whole line, or None for hanging up. `body` is sent from the byte that REST
    named, only the first `cut` bytes of it; with `holds`, the rest comes when the server lets go.
    """

    body: bytes = b""
    size: int | None = None  # where it is not that of the body
    modified: str = "20261120101112"
    replies: dict[str, str | None] = field(default_factory=dict)
    cut: int | None = None
    holds: bool = False
    last: str = "226 Done."
    passive_address: str = "127,0,0,1"  # what a reply to PASV says


class FtpServer:
    """Serves one script on 127.0.0.1, to one client after the other."""

    port: int  # from the start of the `async with` block on

    def __init__(self, script: Script) -> None:
        self.script = script
        self.heard: list[str] = []
        self.sent = 0  # bytes of the file
        self._released = asyncio.Event()
        self._talks: set[asyncio.Task[None]] = set()

    def heard_of(self, verb: str) -> list[str]:
        """Return the commands with this verb."""
        return [command for command in self.heard if command.split(" ")[0] == verb]

    def let_go(self) -> None:
        """Send what a script holds back."""
        self._released.set()

    async def released(self) -> None:
        await self._released.wait()

    def url(self, path: str = "/a.bin") -> str:
        return f"ftp://127.0.0.1:{self.port}{path}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await self._server.wait_closed()

    def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.create_task(_Talk(self, reader, writer).run())
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)


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
        self._writers = [writer]
        self._data: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()
        self._door: asyncio.Server | None = None

    async def run(self) -> None:
        try:
            await self._say(self._server.script.replies.get("", "220 Hello."))
            while line := await self._reader.readline():
                command = line.decode("latin-1").rstrip("\r\n")
                self._server.heard.append(command)
                await self._obey(command)
        except ConnectionError:
            pass  # the client has gone
        finally:
            self._is_over = True
            if self._door is not None:
                self._door.close()
            for writer in self._writers:
                writer.close()
                with suppress(ConnectionError):
                    await writer.wait_closed()

    async def _obey(self, command: str) -> None:
        script, (verb, _, argument) = self._server.script, command.partition(" ")
        if verb in script.replies:
            await self._say(script.replies[verb])
        elif verb in {"EPSV", "PASV"}:
            await self._say(await self._open_door(verb))
        elif verb == "RETR":
            await self._send()
        else:
            if verb == "REST":
                self._at = int(argument)
            await self._say(_usual_reply(script, verb))

    async def _open_door(self, verb: str) -> str:
        self._door = await asyncio.start_server(self._take, "127.0.0.1", 0)
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
        left = script.body[self._at :]
        await self._give(writer, left[: script.cut])
        if script.holds:
            await self._wait()
            await self._give(writer, left[script.cut :])
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        await self._say(script.last)

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
            raise ConnectionResetError

    async def _say(self, reply: str | None) -> None:
        if reply is None:
            raise ConnectionResetError
        self._writer.write(reply.encode("latin-1") + b"\r\n")
        await self._writer.drain()


def _usual_reply(script: Script, verb: str) -> str:
    size = len(script.body) if script.size is None else script.size
    replies = {
        "USER": "331 Password?",
        "PASS": "230 Welcome.",
        "TYPE": "200 Type set.",
        "SIZE": f"213 {size}",
        "MDTM": f"213 {script.modified}",
        "REST": "350 Restarting.",
    }
    return replies.get(verb, "502 What?")
