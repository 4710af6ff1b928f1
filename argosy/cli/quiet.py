"""A terminal that does not show the `^C` of somebody who presses Ctrl-C."""

import os
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def quiet_signals() -> Iterator[None]:
    """Keep keys for signals off the screen: what they leave there would shift what is drawn."""
    terminal = _own_terminal()
    if terminal is None:
        yield
        return
    before = termios.tcgetattr(terminal)
    quiet = [*before]
    quiet[3] = before[3] & ~termios.ECHOCTL
    termios.tcsetattr(terminal, termios.TCSADRAIN, quiet)
    try:
        yield
    finally:
        if _own_terminal() is not None:
            with suppress(termios.error):  # it is gone
                termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _own_terminal() -> int | None:
    """Return the terminal that is drawn on, if this process is in front of it.

    Who changes a terminal from the background is stopped by it.
    """
    try:
        terminal = sys.stdout.fileno()
        return terminal if os.tcgetpgrp(terminal) == os.getpgrp() else None
    except (OSError, ValueError):  # none, or somebody else's
        return None
