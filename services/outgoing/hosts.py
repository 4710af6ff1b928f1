"""How many connections a host gets from all tasks together, and how fast they begin.

A task has a right to its first connection, and waits for it in order. More of them for the
same file are extras: they begin only where nobody waits, and give way to those who do.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial

from yarl import URL

from services.outgoing.urls import port_of

LONGEST_REST = 3600.0  # seconds

Now = Callable[[], float]


def key_of(url: URL) -> str:
    """Return by what a host is known here: its name and port."""
    return f"{(url.host or '').rstrip('.').lower()}:{port_of(url)}"


class Lease:
    """A connection that may be open until it is released."""

    __slots__ = ("_host", "_revoke", "is_revoked")

    def __init__(self, host: "_Host", revoke: Callable[[], None] | None = None) -> None:
        self._host = host
        self._revoke = revoke
        self.is_revoked = False

    @property
    def is_extra(self) -> bool:
        """Whether it gives way to those who have none."""
        return self._revoke is not None

    def release(self) -> None:
        """Say that the connection is closed, or no longer used. Doing it twice does no harm."""
        self._host.take_back(self)

    def tell(self) -> None:
        """Tell the holder to release it soon."""
        if self._revoke is not None and self._host.knows(self):
            self._revoke()


class NoRoom(Exception):
    """An extra connection may not begin now."""


class Turn:
    """The one connection that a task, or an extra of it, has at a time, wherever it goes.

    A request that is redirected gives back its connection to the one host before it asks for
    one to the other: so nobody waits with something in hand that others wait for. With
    `revoke`, it is an extra.
    """

    def __init__(self, hosts: "Hosts", *, revoke: Callable[[], None] | None = None) -> None:
        self.key: str | None = None  # of the host that it is at
        self.is_waiting = False
        self._hosts = hosts
        self._revoke = revoke
        self._lease: Lease | None = None

    async def go(self, url: URL) -> None:
        """Have a connection to the host of `url`, and to no other.

        Raises `NoRoom` where an extra may not begin; others wait.
        """
        if self._revoke is not None:
            if not self.try_go(url):
                raise NoRoom
        elif self._leaves_for(key := key_of(url)):
            self.is_waiting = True
            try:
                self._lease = await self._hosts.wait(key)
            finally:
                self.is_waiting = False

    def try_go(self, url: URL) -> bool:
        """Do the same for an extra; return whether it may begin."""
        key = key_of(url)
        if self._leaves_for(key) and self._revoke is not None:
            self._lease = self._hosts.try_connection(key, revoke=self._revoke)
        return self._lease is not None

    def release(self) -> None:
        """Have no connection any more."""
        if self._lease is not None:
            self._lease.release()
            self._lease = None

    def _leaves_for(self, key: str) -> bool:
        """Give back what is held, unless that is a connection to the host `key`."""
        if self._lease is not None and self.key == key:
            return False
        self.release()
        self.key = key
        return True


class Hosts:
    """The caps for each host. Belongs to one loop.

    `most` connections at once, and `start_rate` new ones a second, of which as many as that
    may begin at once after a pause; 0 is no limit. `now` gives seconds, by default the loop's.
    """

    def __init__(self, most: int, start_rate: float, *, now: Now | None = None) -> None:
        self._most = most
        self._start_rate = start_rate
        self._now = now
        self._hosts: dict[str, _Host] = {}

    def __len__(self) -> int:
        """Return of how many hosts something has to be remembered."""
        return len(self._hosts)

    async def wait(self, key: str) -> Lease:
        """Return a connection to the host `key` when it is this one's turn."""
        return await self._host(key).wait()

    @asynccontextmanager
    async def connection(self, key: str) -> AsyncIterator[Lease]:
        """Wait for a connection to the host `key`, and hold it for the block."""
        lease = await self.wait(key)
        try:
            yield lease
        finally:
            lease.release()

    def try_connection(self, key: str, *, revoke: Callable[[], None]) -> Lease | None:
        """Return an extra connection to the host `key`, if it may begin now.

        `revoke` is called when somebody else has a better right to it: release it then.
        """
        host = self._host(key)
        lease = host.lend(revoke)
        host.tidy()
        return lease

    def rest(self, key: str, seconds: float) -> None:
        """Let nobody begin at the host `key` for so many seconds, at most `LONGEST_REST`."""
        self._host(key).rest(min(seconds, LONGEST_REST))

    def limit(self, most: int, start_rate: float) -> None:
        """Have other caps from now on. What is open stays open."""
        self._most, self._start_rate = most, start_rate
        for host in list(self._hosts.values()):
            host.limit(most, start_rate)

    def _host(self, key: str) -> "_Host":
        if key not in self._hosts:
            now = self._now or asyncio.get_running_loop().time
            forget = partial(self._hosts.pop, key, None)
            self._hosts[key] = _Host(self._most, self._start_rate, now, forget)
        return self._hosts[key]


class _Host:
    """One host: who holds a connection, who waits, and when the next may begin."""

    def __init__(self, most: int, rate: float, now: Now, forget: Callable[[], object]) -> None:
        self._most = most
        self._rate = rate
        self._now = now
        self._forget = forget
        self._held: list[Lease] = []  # the newest last
        self._waiting: deque[asyncio.Future[Lease]] = deque()
        self._burst = max(1.0, rate)
        self._ready = self._burst  # how many may begin, as of `_at`
        self._at = now()
        self._rests_until = self._at
        self._timer: asyncio.TimerHandle | None = None

    async def wait(self) -> Lease:
        """Return a connection when it is this one's turn."""
        turn: asyncio.Future[Lease] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._serve()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                turn.result().release()  # it came too late to be taken
            with suppress(ValueError):
                self._waiting.remove(turn)
            self._serve()
            raise

    def lend(self, revoke: Callable[[], None]) -> Lease | None:
        """Return a connection if nobody has a better right to it and it may begin now."""
        if self._waiting or not self._has_room() or self._pause() > 0:
            return None
        return self._give(Lease(self, revoke))

    def rest(self, seconds: float) -> None:
        """Let nobody begin for that long."""
        self._rests_until = max(self._rests_until, self._now() + seconds)
        self._serve()

    def limit(self, most: int, rate: float) -> None:
        """Have other caps from now on, and serve whoever waits by them."""
        self._ready = min(self._refilled(), max(1.0, rate)) if self._rate else max(1.0, rate)
        self._at = self._now()
        self._most, self._rate, self._burst = most, rate, max(1.0, rate)
        self._serve()

    def take_back(self, lease: Lease) -> None:
        """Let somebody else have the place of `lease`."""
        if lease in self._held:
            self._held.remove(lease)
            self._serve()

    def knows(self, lease: Lease) -> bool:
        """Whether `lease` has not been released."""
        return lease in self._held

    def tidy(self) -> None:
        """Forget this host when there is nothing to remember of it; else look again later."""
        if self._held or self._waiting:
            return
        full = (self._burst - self._refilled()) / self._rate if self._rate else 0.0
        left = max(full, self._rests_until - self._now())
        if left > 0:
            self._serve_in(left)
        else:
            self._stop_timer()
            self._forget()

    def _serve(self) -> None:
        """Give connections to those who wait, as many as may begin now."""
        while self._waiting:
            if self._waiting[0].done():  # whoever waited has gone
                self._waiting.popleft()
            elif (pause := self._pause()) > 0:
                self._serve_in(pause)
                return
            elif self._has_room():
                self._waiting.popleft().set_result(self._give(Lease(self)))
            else:
                self._make_room()
                return
        self.tidy()

    def _give(self, lease: Lease) -> Lease:
        if self._rate:
            self._ready = self._refilled() - 1
            self._at = self._now()
        self._held.append(lease)
        return lease

    def _has_room(self) -> bool:
        return not self._most or len(self._held) < self._most

    def _make_room(self) -> None:
        """Revoke the newest extras, one for each who waits."""
        missing = len(self._waiting) - sum(lease.is_revoked for lease in self._held)
        extras = [lease for lease in self._held if lease.is_extra and not lease.is_revoked]
        for lease in extras[::-1][: max(0, missing)]:
            lease.is_revoked = True
            # Not at once: the holder may release it there and then, and we are counting.
            asyncio.get_running_loop().call_soon(lease.tell)

    def _pause(self) -> float:
        """Return for how many seconds nobody may begin."""
        rest = self._rests_until - self._now()
        if not self._rate:
            return rest
        return max(rest, (1 - self._refilled()) / self._rate)

    def _refilled(self) -> float:
        passed = max(0.0, self._now() - self._at)
        return min(self._burst, self._ready + passed * self._rate)

    def _serve_in(self, seconds: float) -> None:
        self._stop_timer()
        # A little later, so that no rounding makes it come too early.
        self._timer = asyncio.get_running_loop().call_later(seconds + 0.001, self._serve)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
