"""Wrong logins are counted, so that nobody can try passwords for long.

Each attempt counts, however many of them one request makes, and whether or not there is such a
user. Who is refused is not counted further: a lock ends by itself.
"""

import math
from hashlib import blake2b

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute

from services.access.limits.counters import Count, Counters
from services.access.limits.networks import network_of
from services.errors import RateLimited

FAST = RateLimitItemPerMinute(5, namespace="attempts-fast")  # at one account, from one address
SLOW = RateLimitItemPerHour(20, namespace="attempts-slow")  # the same
FROM_ADDRESS = RateLimitItemPerHour(50, namespace="attempts-from")
AT_ACCOUNT = RateLimitItemPerHour(100, namespace="attempts-at")
# From where somebody has logged in, strangers elsewhere cannot lock them out.
KNOWN = RateLimitItemPerDay(1, 30, namespace="attempts-known")


class Attempts:
    """Counts attempts at accounts.

    `counters` may lose the oldest of many. `known` has only what right passwords put there, so
    that a flood of wrong ones cannot push it out.
    """

    def __init__(self, *, counters: Counters, known: Counters) -> None:
        self._counters = counters
        self._known = known

    async def count(self, name: str, address: str) -> None:
        """Count an attempt at the account `name` before it is looked at.

        Raises `RateLimited` when there were too many: the attempt is then not to be looked at.
        """
        account, caller = _account(name), network_of(address)
        # First: who tries many names is kept from filling the counters until older ones go.
        if (from_here := await self._counters.read(FROM_ADDRESS, caller)).is_over:
            raise _refusal(from_here)
        await self._add(FAST, account, caller)
        await self._add(SLOW, account, caller)
        await self._add(FROM_ADDRESS, caller)
        if not (await self._known.read(KNOWN, account, caller)).used:
            await self._add(AT_ACCOUNT, account)

    async def forgive(self, name: str, address: str) -> None:
        """Begin anew for this account at this address, whose password (and code) was right.

        Of the address and of the account, only this one attempt is taken back: else somebody's
        own right password would open the way to more wrong ones at others.
        """
        account, caller = _account(name), network_of(address)
        await self._counters.forget(FAST, account, caller)
        await self._counters.forget(SLOW, account, caller)
        await self._take_back(FROM_ADDRESS, caller)
        if (await self._known.add(KNOWN, account, caller)).used == 1:
            await self._take_back(AT_ACCOUNT, account)

    async def _add(self, item: RateLimitItem, *who: str) -> None:
        count = await self._counters.add(item, *who)
        if count.is_over:
            raise _refusal(count)

    async def _take_back(self, item: RateLimitItem, *who: str) -> None:
        if (await self._counters.read(item, *who)).used:
            await self._counters.add(item, *who, amount=-1)


def _refusal(count: Count) -> RateLimited:
    seconds = max(1, math.ceil(count.resets_in.total_seconds()))
    message = f"There were too many wrong logins. Try again in {seconds} seconds."
    return RateLimited(message, retry_after=count.resets_in)


def _account(name: str) -> str:
    """Return what stands for the account: short, whatever somebody sends as a name."""
    return blake2b(name.strip().casefold().encode("utf-8", "replace"), digest_size=16).hexdigest()
