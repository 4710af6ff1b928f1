"""Who is told of what happens now.

State is conflated: a subscriber who is slow gets the newest value, never an old one, and
never holds more than one. Publishing never waits.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar
from uuid import UUID

T = TypeVar("T")


class Feed(Generic[T]):
    """What one subscriber has not taken yet: the newest value, or nothing."""

    def __init__(self) -> None:
        self._newest: list[T] = []
        self._wake = asyncio.Event()

    def offer(self, value: T) -> None:
        """Replace what was not taken yet by `value`."""
        self._newest = [value]
        self._wake.set()

    async def values(self) -> AsyncGenerator[T, None]:
        """Yield the newest value whenever there is one that was not taken yet."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            (value,) = self._newest
            yield value


class Channel(Generic[T]):
    """States of one kind, each about one thing with an id. Lives in one process."""

    def __init__(self) -> None:
        self._feeds: defaultdict[UUID, set[Feed[T]]] = defaultdict(set)
        self._taps: set[Callable[[T], None]] = set()

    def publish(self, about: UUID, value: T) -> None:
        """Offer `value` to everybody who follows `about`, and to those who hear all."""
        for feed in self._feeds.get(about, ()):
            feed.offer(value)
        for tap in self._taps:
            tap(value)

    @contextmanager
    def follow(self, about: UUID) -> Iterator[Feed[T]]:
        """Give what is published about `about` from now on."""
        feed: Feed[T] = Feed()
        self._feeds[about].add(feed)
        try:
            yield feed
        finally:
            self._feeds[about].discard(feed)
            if not self._feeds[about]:
                del self._feeds[about]

    @contextmanager
    def tap(self, call: Callable[[T], None]) -> Iterator[None]:
        """Call `call` with all that is published from now on. It must be quick, and not fail."""
        self._taps.add(call)
        try:
            yield
        finally:
            self._taps.discard(call)

    @property
    def followed(self) -> Collection[UUID]:
        """The ids of what somebody follows."""
        return self._feeds.keys()

    @property
    def followers(self) -> int:
        """How many feeds and taps there are."""
        return sum(len(feeds) for feeds in self._feeds.values()) + len(self._taps)
