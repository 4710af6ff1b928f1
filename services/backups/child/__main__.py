"""The process: one order on standard input, progress and a result on standard output.

It ends when its standard input does: whoever gave the order is gone then.
"""

import errno
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import orjson

from services.backups.child.checking import check
from services.backups.child.making import make
from services.backups.child.orders import CheckOrder, MakeOrder, Order, read_order
from services.backups.progress import Phase
from services.errors import ArgosyError

NICE = 15
TELL_SECONDS = 0.1
FULL = "The disk is full. Make room, or choose another folder with ARGOSY_BACKUP_DIR."


class Teller:
    """Tells how far it is, not too often."""

    def __init__(self) -> None:
        self._last = 0.0
        self._phase: Phase | None = None

    def __call__(self, phase: Phase, percent: float) -> None:
        now = time.monotonic()
        if phase is not self._phase or now - self._last >= TELL_SECONDS:
            self._phase, self._last = phase, now
            say({"phase": phase.value, "percent": round(percent, 1)})


def say(content: dict[str, object]) -> None:
    """Write one line."""
    sys.stdout.buffer.write(orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()


def run(order: Order, tell: Callable[[Phase, float], None]) -> dict[str, object]:
    """Do what was ordered and return what came of it."""
    match order:
        case CheckOrder():
            return {"problems": check(order, tell)}
        case MakeOrder():
            made = make(order, tell)
            return {**asdict(made), "manifest": made.manifest.to_json()}


def reason(error: BaseException) -> str:
    """Return what to tell of an error."""
    if isinstance(error, ArgosyError):
        return error.message
    is_full = isinstance(error, sqlite3.OperationalError) and "full" in str(error)
    if is_full or (isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}):
        return FULL
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename or 'the archive'}. Look at the folder."
    return f"{type(error).__name__}: {error}"


def main() -> None:
    """Do the order on standard input."""
    os.umask(0o077)
    os.nice(NICE)
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))  # it takes nobody's turn
    order = read_order(orjson.loads(sys.stdin.buffer.readline()))
    threading.Thread(target=_end_with_input, name="standard input", daemon=True).start()
    try:
        result: dict[str, Any] = {"result": run(order, Teller())}
    except Exception as error:  # noqa: BLE001 - it is told to whoever gave the order
        result = {"failed": reason(error)}
    say(result)


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
