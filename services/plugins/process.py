"""One process of a plugin, as the server holds it: started, called, watched, ended.

The process is never trusted to answer: each wait has an end, and at that end it is killed, with
all that it has started.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from services.plugins.frames import CHUNK, HEAD, BadFrame, Message, pack, read_head, unpack
from services.plugins.output import Output

PROGRAM = "services.plugins.child.main"
ROOT = Path(__file__).parents[2]
REAP_SECONDS = 5.0
OUTPUT_LIMIT = 64 << 10  # bytes of a line; longer ones are cut
OUTPUT_SECONDS = 0.1  # between so many bytes and the next
COST = 500  # bytes that to read some is worth
PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ")  # of the environment: nothing that may be secret


class PluginFailed(Exception):
    """A hook did not do what it should. `kind` says in which way, `trace` where."""

    outcome = "error"

    def __init__(self, message: str, *, kind: str = "", trace: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind
        self.trace = trace


class PluginHung(PluginFailed):
    """A hook took longer than it may; its process is gone."""

    outcome = "timeout"


class PluginDied(PluginFailed):
    """The process ended in the middle of a call."""

    outcome = "died"


@dataclass(frozen=True, slots=True)
class Launch:
    """What a process is started with."""

    name: str
    file: str | None
    module: str | None
    hooks: tuple[str, ...]
    memory: int  # bytes of address space
    settings: Mapping[str, Any]
    state: Mapping[str, Any]

    def message(self) -> Message:
        """Return what the process is told first."""
        return {
            "call": "load",
            "arguments": {
                "name": self.name,
                "file": self.file,
                "module": self.module,
                "hooks": list(self.hooks),
                "memory": self.memory,
                "settings": dict(self.settings),
                "state": dict(self.state),
            },
        }


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]
# Does what the plugin asks for; raises `Refusal`.
Serve = Callable[[str, Mapping[str, Any]], Awaitable[Any]]


class Refusal(Exception):
    """What a plugin asked for is not done; the message is for the plugin."""


class PluginProcess:
    """A process that is there. Belongs to the loop that started it; one call at a time."""

    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        line: Ends,
        printed: Ends,
        serve: Serve,
        output: Output,
    ) -> None:
        self.process = process
        self._reader, self._writer = line
        self._printed, self._printed_writer = printed
        self._serve = serve
        self._output = output
        self._listening = asyncio.create_task(self._listen(), name=f"output of {output.name}")

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self.process.pid

    async def call(self, hook: str, arguments: Mapping[str, Any], seconds: float) -> Any:
        """Call a hook and return its result. Raises `PluginFailed`; see its kinds.

        After `PluginHung` and `PluginDied` there is no process any more.
        """
        async with self._bounded(hook, seconds):
            await self._send({"call": hook, "arguments": dict(arguments)})
            while True:
                kind, body = await self._receive()
                if kind == CHUNK:
                    reason = "bytes come where nobody asked for any"
                    raise BadFrame(reason)
                message = unpack(body)
                if "result" in message:
                    return message["result"]
                await self._attend(message)
        raise AssertionError

    async def read(
        self, arguments: Mapping[str, Any], seconds: float
    ) -> AsyncGenerator[bytes, None]:
        """Call the hook `read_file` and yield what it yields; between two, `seconds` at most."""
        async with self._bounded("read_file", seconds):
            await self._send({"call": "read_file", "arguments": dict(arguments)})
        while True:
            async with self._bounded("read_file", seconds):
                kind, body = await self._receive()
                message = unpack(body) if kind != CHUNK else None
                if message is not None and "result" not in message:
                    await self._attend(message)
                    continue
            if message is not None:
                return
            yield body

    async def load(self, launch: Launch, seconds: float) -> None:
        """Bring in the plugin. Raises `PluginFailed`."""
        await self.call("load", launch.message()["arguments"], seconds)

    async def close(self) -> None:
        """End the process, and all that it has started."""
        self._kill()
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        for writer in (self._writer, self._printed_writer):
            writer.close()
        with suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self.process.wait, REAP_SECONDS)

    def _kill(self) -> None:
        # It leads a session of its own; the number cannot be another's before it is reaped.
        if self.process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def _bounded(self, hook: str, seconds: float) -> "_Bounded":
        return _Bounded(self, hook, seconds)

    async def _send(self, message: Message) -> None:
        self._writer.write(pack(message))
        await self._writer.drain()

    async def _receive(self) -> tuple[bytes, bytes]:
        size, kind = read_head(await self._reader.readexactly(HEAD.size))
        return kind, await self._reader.readexactly(size)

    async def _attend(self, message: Message) -> None:
        """Take what comes beside the result: an error, a log line, or a question."""
        if "error" in message:
            raise PluginFailed(
                str(message.get("message", "")),
                kind=str(message["error"]),
                trace=str(message.get("trace", "")),
            )
        if "log" in message:
            self._output.tell(str(message["log"]), str(message.get("message", "")))
            return
        if "ask" not in message or not isinstance(message.get("arguments"), dict):
            reason = "what comes is no message"
            raise BadFrame(reason)
        try:
            answer = {"answer": await self._serve(str(message["ask"]), message["arguments"])}
        except Refusal as refusal:
            answer = {"refused": str(refusal)}
        await self._send(answer)

    async def _listen(self) -> None:
        """Take what the plugin prints. One that prints without end waits for us."""
        rest, taken = b"", 0
        with suppress(ConnectionError):
            while chunk := await self._printed.read(OUTPUT_LIMIT):
                *lines, rest = (rest + chunk).split(b"\n")
                self._output.print_all(lines)
                if len(rest) > OUTPUT_LIMIT:
                    self._output.print(rest)
                    rest = b""
                taken += len(chunk) + COST
                if taken > OUTPUT_LIMIT:
                    taken = 0
                    await asyncio.sleep(OUTPUT_SECONDS)
        self._output.print(rest)

    async def died(self) -> str:
        """Return in words how the process ended, whose line is closed."""
        self._kill()
        try:
            status = await asyncio.to_thread(self.process.wait, REAP_SECONDS)
        except subprocess.TimeoutExpired:
            return "it does not end"
        if status < 0:
            with suppress(ValueError):
                return f"it was ended by {signal.Signals(-status).name}"
        return f"it ended with status {status}"


class _Bounded:
    """Puts an end to a call that takes too long, and says what became of the process."""

    def __init__(self, process: PluginProcess, hook: str, seconds: float) -> None:
        self._process = process
        self._hook = hook
        self._seconds = seconds
        self._timeout = asyncio.timeout(seconds)

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            await self._timeout.__aexit__(kind, error, trace)
        except TimeoutError as late:
            await self._process.close()
            message = f"{self._hook} took longer than {self._seconds:g} seconds."
            raise PluginHung(message) from late
        if isinstance(error, BadFrame):
            await self._process.close()
            message = f"{self._hook}: {error}."
            raise PluginDied(message) from error
        if isinstance(error, EOFError | ConnectionError):
            how = await self._process.died()
            await self._process.close()
            message = f"Its process is gone while it did {self._hook}: {how}."
            raise PluginDied(message) from error


async def start(launch: Launch, serve: Serve, output: Output, seconds: float) -> PluginProcess:
    """Start a process with a plugin in it. Raises `PluginFailed`."""
    ours, theirs = socket.socketpair()
    printed, prints = socket.socketpair()
    try:
        process = await _spawned(theirs, prints)
    except BaseException as error:
        ours.close()
        printed.close()
        if not isinstance(error, OSError):
            raise
        message = f"No process can be started: {error.strerror}."
        raise PluginFailed(message) from error
    finally:
        theirs.close()
        prints.close()
    started: PluginProcess | None = None
    try:
        line = await asyncio.open_connection(sock=ours)
        listened = await asyncio.open_connection(sock=printed, limit=OUTPUT_LIMIT)
        started = PluginProcess(process, line, listened, serve, output)
        await started.load(launch, seconds)
    except BaseException:
        await (started.close() if started else _end(process))
        raise
    return started


async def _spawned(line: socket.socket, prints: socket.socket) -> "subprocess.Popen[bytes]":
    """Start the process in a thread. Whoever is cancelled meanwhile leaves none behind."""
    spawning = asyncio.create_task(asyncio.to_thread(_spawn, line, prints), name="plugin start")
    try:
        return await asyncio.shield(spawning)
    except asyncio.CancelledError:
        with suppress(OSError):
            await _end(await spawning)
        raise


async def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    await asyncio.to_thread(process.wait, REAP_SECONDS)


def _spawn(line: socket.socket, prints: socket.socket) -> "subprocess.Popen[bytes]":
    number = line.fileno()
    given = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return subprocess.Popen(  # noqa: S603 - our own program, and no word from outside
        [sys.executable, "-P", "-B", "-u", "-X", "utf8", "-m", PROGRAM, str(number)],
        stdin=subprocess.DEVNULL,
        stdout=prints.fileno(),
        stderr=prints.fileno(),
        cwd="/",
        env={**given, "PYTHONPATH": str(ROOT), "MALLOC_ARENA_MAX": "2"},
        pass_fds=(number,),
        start_new_session=True,
    )
