"""Writes lines to the files from a thread of its own: nobody waits for a disk.

What it does not get written in time, because the disk is slow or full, is left out and counted.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue

from services.logs.files import LogFiles

MOST_WAITING = 4 * 1024 * 1024  # bytes
BATCH = 64 * 1024  # bytes that are written at once
AGAIN_SECONDS = 5.0  # after the disk took nothing
END_SECONDS = 2.0


class LogWriter:
    """Takes lines from any thread. `lose` is told how many were left out."""

    def __init__(self, files: LogFiles, lose: Callable[[int], None]) -> None:
        self._files = files
        self._lose = lose
        # It can be put into while it is being put into, which a line told by a finalizer does.
        self._waiting: SimpleQueue[bytes | threading.Event | None] = SimpleQueue()
        self._offered = 0  # bytes; the difference of the two is what waits
        self._taken = 0
        self._again_at = 0.0
        self._thread = threading.Thread(target=self._run, name="log writer", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def offer(self, line: bytes) -> None:
        """Have a line written, unless too much waits already."""
        if self._offered - self._taken > MOST_WAITING:
            self._lose(1)
            return
        self._offered += len(line)
        self._waiting.put(line)

    async def flushed(self, seconds: float) -> bool:
        """Wait until what was offered before is written or left out, but no longer than that."""
        if not self._thread.is_alive():
            return True
        done = threading.Event()
        self._waiting.put(done)
        return await asyncio.to_thread(done.wait, seconds)

    async def close(self) -> None:
        """Write what waits, and stop; a disk that hangs is not waited for."""
        self._waiting.put(None)
        if self._thread.is_alive():
            await asyncio.to_thread(self._thread.join, END_SECONDS)

    def _run(self) -> None:
        is_over = False
        while not is_over:
            lines: list[bytes] = []
            size = 0
            told: list[threading.Event] = []
            item = self._waiting.get()
            while True:
                if item is None:
                    is_over = True
                elif isinstance(item, threading.Event):
                    told.append(item)
                else:
                    lines.append(item)
                    size += len(item) + 1
                if is_over or told or size >= BATCH:
                    break
                try:
                    item = self._waiting.get_nowait()
                except Empty:
                    break
            self._write(lines)
            for event in told:
                event.set()
        self._files.close()

    def _write(self, lines: list[bytes]) -> None:
        if not lines:
            return
        self._taken += sum(map(len, lines))
        if time.monotonic() < self._again_at:
            self._lose(len(lines))
            return
        try:
            self._files.append(lines)
        except OSError:
            self._lose(len(lines))
            self._again_at = time.monotonic() + AGAIN_SECONDS
