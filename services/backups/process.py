"""Has orders done by a process of their own: a busy one here would make every request wait."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import structlog

from services.backups.child.orders import Order
from services.backups.progress import Phase
from services.errors import Unavailable

ROOT = Path(__file__).parents[2]
PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv.pop()); "
    "from services.backups.child.__main__ import main; main()"
)
LONGEST_LINE = 16 << 20  # bytes: a result has the manifest
SILENCE_SECONDS = 600  # after which it hangs

log = structlog.get_logger(__name__)


async def do(order: Order, told: Callable[[Phase, float], None]) -> dict[str, Any]:
    """Return the result of an order; raise `Unavailable` with the reason where there is none.

    `told` is called with the phase, and the percentage of the whole. The process is ended when
    this is cancelled, and ends by itself when this process does.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-c", PROGRAM, str(ROOT)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=LONGEST_LINE,
        start_new_session=True,  # Ctrl-C in a terminal is for this process alone
    )
    assert process.stdin is not None  # noqa: S101 - for the types
    assert process.stdout is not None  # noqa: S101
    try:
        process.stdin.write(orjson.dumps(order.to_json(), option=orjson.OPT_APPEND_NEWLINE))
        return await _result(process.stdout, told)
    finally:
        if process.returncode is None:
            process.stdin.close()  # then it ends
            await _ended(process)


async def _result(
    lines: asyncio.StreamReader, told: Callable[[Phase, float], None]
) -> dict[str, Any]:
    last = "it ended without a word"
    while True:
        try:
            line = await asyncio.wait_for(lines.readline(), SILENCE_SECONDS)
        except TimeoutError as error:
            message = f"The backup did not go on for {SILENCE_SECONDS} seconds. Look at the disk."
            raise Unavailable(message) from error
        if not line:
            log.error("backups.process_ended", last=last)
            message = f"The process that makes backups failed: {last}"
            raise Unavailable(message)
        try:
            said = orjson.loads(line)
        except ValueError:
            last = line.decode(errors="replace").strip()[:500] or last
            continue
        if "failed" in said:
            raise Unavailable(said["failed"])
        if "result" in said:
            return dict(said["result"])
        told(Phase(said["phase"]), said["percent"])


async def _ended(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    # It cannot refuse to end, unless the disk holds it.
    waiting = asyncio.ensure_future(process.wait())
    await asyncio.wait([waiting], timeout=10)
