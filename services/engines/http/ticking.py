"""A look at how things go, many times a second, as long as a block lasts."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

TICK = 0.05  # seconds
LATER_TICK = 0.25
EARLY = 2.0  # seconds during which it is `TICK`


@contextmanager
def ticking(look: Callable[[float], None]) -> Iterator[None]:
    """Call `look` with the loop's time, often at first; a short block costs nothing."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    handle: asyncio.TimerHandle

    def tick() -> None:
        nonlocal handle
        now = loop.time()
        handle = loop.call_later(TICK if now - began < EARLY else LATER_TICK, tick)
        look(now)

    handle = loop.call_later(TICK, tick)
    try:
        yield
    finally:
        handle.cancel()
