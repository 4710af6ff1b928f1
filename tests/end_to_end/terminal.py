"""A command in a terminal, with somebody who reads and types."""

import fcntl
import os
import re
import select
import struct
import subprocess
import termios
import time
from types import TracebackType
from typing import Self

from tests.end_to_end.program import ROOT, Program

ROWS, COLUMNS = 30, 120
PATIENCE_SECONDS = 60.0
CTRL_C = "\x03"
COMMANDS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # to the terminal: colours, moves of the cursor


class Terminal:
    """Runs `argosy` with these arguments in a terminal of its own. Use it in a `with` block."""

    def __init__(self, program: Program, *arguments: str) -> None:
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        # With --ctty it is the command's terminal, and Ctrl-C in it a signal to the command.
        self._process = subprocess.Popen(
            ["setsid", "--ctty", ROOT / "run", *arguments],
            env={**program.environment, "TERM": "xterm-256color", "LANG": "C.UTF-8"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        self.text = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._ours)

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Read until `pattern` is shown, and return the match."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (found := re.search(pattern, self.text)):
            assert self._read(deadline), f"{pattern!r} did not come:\n{self.text[-3000:]}"
        return found

    def type(self, keys: str) -> None:
        """Press these keys."""
        os.write(self._ours, keys.encode())

    def wait(self) -> int:
        """Read to the end, and return the exit status."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._read(deadline):
            pass
        return self._process.wait(PATIENCE_SECONDS)

    def interrupt(self) -> int:
        """Press Ctrl-C until the command ends, and return its exit status.

        Python does not notice one that comes just before it begins to wait for a line.
        """
        for _ in range(int(PATIENCE_SECONDS)):
            self.type(CTRL_C)
            deadline = time.monotonic() + 1
            while self._read(deadline):
                pass
            if time.monotonic() < deadline:
                break
        return self._process.wait(PATIENCE_SECONDS)

    def _read(self, deadline: float) -> bool:
        """Read what has come; return whether more may come before the deadline."""
        ready, _, _ = select.select([self._ours], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            read = os.read(self._ours, 65536)
        except OSError:  # EIO: nobody has the other end any more
            return False
        self.text += COMMANDS.sub("", read.decode(errors="replace"))
        return bool(read)
