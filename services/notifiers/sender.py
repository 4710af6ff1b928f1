"""Sends a message to a service, in a process of its own that can do nothing else.

The library that knows the services is slow to import, waits in threads, and believes every word
of a URL. So it runs beside the server: it is started for one message, told the URL over its
standard input, goes out through the guarded proxy alone, and is killed when its time is over.
"""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import structlog

from services.errors import ErrorCode, FetchFailed, InvalidInput, Unavailable
from services.notifiers.records import Message
from services.outgoing.guard.proxy import GuardedProxy

SEND_SECONDS = 45.0
MOST_AT_ONCE = 4
MOST_WAITING = 64
LONGEST_URL = 4096  # letters
LONGEST_ANSWER = 65_536  # bytes

ROOT = Path(__file__).parents[2]
# The interpreter takes nothing from the environment or the working folder (-I).
START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from services.notifiers.child.main import main; main(sys.argv[1] + '/services')"
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Address:
    """What may be told of a URL: the service, and what may be seen of it."""

    service: str
    shown: str


class Sender:
    """Starts such processes, a few at once."""

    def __init__(self, *, proxy: GuardedProxy, seconds: float = SEND_SECONDS) -> None:
        self._proxy = proxy
        self._seconds = seconds
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)
        self._waiting = 0

    async def check(self, url: str) -> Address:
        """Return what a URL leads to, without going there. Raises `InvalidInput` about `url`."""
        if not 0 < len(url) <= LONGEST_URL or not url.isprintable():
            message = f"A URL has 1 to {LONGEST_URL} letters, none of them a control character."
            raise InvalidInput(message, code=ErrorCode.INVALID_URL, field="url")
        answer = await self._order({"do": "check", "url": url})
        if not answer["ok"]:
            raise InvalidInput(answer["error"], code=ErrorCode.INVALID_URL, field="url")
        return Address(answer["service"], answer["shown"])

    async def send(self, url: str, message: Message) -> None:
        """Send a message, or raise `FetchFailed`."""
        answer = await self._order(
            {
                "do": "send",
                "url": url,
                "title": message.title,
                "body": message.body,
                "level": message.level.value,
            }
        )
        if not answer["ok"]:
            code = answer.get("code")
            known = ErrorCode(code) if code in set(ErrorCode) else ErrorCode.NOT_DELIVERED
            raise FetchFailed(answer["error"], code=known, temporary=True)

    async def _order(self, order: dict[str, Any]) -> dict[str, Any]:
        if self._waiting >= MOST_WAITING:
            message = "Many messages wait to be sent. Try again in a minute."
            raise Unavailable(message)
        self._waiting += 1
        try:
            async with self._turns:
                return await self._run(order)
        finally:
            self._waiting -= 1

    async def _run(self, order: dict[str, Any]) -> dict[str, Any]:
        proxy = [*self._proxy.address, self._proxy.authorization]
        content = orjson.dumps({**order, "proxy": proxy, "seconds": self._seconds})
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-c", START, str(ROOT)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(self._seconds):
                said, _ = await process.communicate(content)
        except TimeoutError as error:
            message = f"The service did not answer within {self._seconds:g} seconds."
            raise FetchFailed(message, code=ErrorCode.TIMED_OUT, temporary=True) from error
        finally:
            await _end(process)
        return _read(said, process.returncode)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _read(said: bytes, status: int | None) -> dict[str, Any]:
    """Return the answer of a process. One that says nothing was ended by its own limits."""
    try:
        answer = orjson.loads(said[:LONGEST_ANSWER])
    except orjson.JSONDecodeError as error:
        log.warning("notifier.process_ended", status=status)
        message = "What speaks to the service ended without an answer."
        raise FetchFailed(message, code=ErrorCode.NOT_DELIVERED, temporary=True) from error
    if not isinstance(answer, dict) or not isinstance(answer.get("ok"), bool):
        message = "What speaks to the service gave no answer that makes sense."
        raise FetchFailed(message, code=ErrorCode.NOT_DELIVERED, temporary=True)
    return answer
