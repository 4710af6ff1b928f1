"""A gate that whoever replaces the whole database closes behind them for the moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from services.errors import Unavailable

_PASSES: ContextVar[object] = ContextVar("passes the gate")


class Gate:
    """Lets all writes through, or only those of who holds it, and of what they have started."""

    def __init__(self) -> None:
        self._holder: object = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let nobody else through. What waits behind the gate already is not kept from going on."""
        mine = object()
        self._holder = mine
        before = _PASSES.set(mine)
        try:
            yield
        finally:
            _PASSES.reset(before)
            self._holder = None

    def check(self) -> None:
        """Raise `Unavailable` for whoever may not pass now."""
        if self._holder is not None and _PASSES.get(None) is not self._holder:
            message = "A backup is being restored, and nothing is taken now. Ask again in a minute."
            raise Unavailable(message)
