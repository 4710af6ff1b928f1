"""A terminal that does not show the `^C` of somebody who presses Ctrl-C."""

import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def quiet_signals() -> Iterator[None]:
    """Keep keys for signals off the screen: what they leave there would shift what is drawn."""
    try:
        terminal = sys.stdin.fileno()
        before = termios.tcgetattr(terminal)
    except (OSError, ValueError, termios.error):  # no terminal
        yield
        return
    wanted = [*before]
    wanted[3] = before[3] & ~termios.ECHOCTL
    termios.tcsetattr(terminal, termios.TCSADRAIN, wanted)
    try:
        yield
    finally:
        with suppress(termios.error):  # it is gone
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)
