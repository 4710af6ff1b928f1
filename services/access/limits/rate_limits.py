"""How much may be asked in a minute."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from limits import RateLimitItemPerMinute

from services.access.caller import Caller
from services.access.identity import CredentialKind, Identity
from services.access.limits.counters import Counters
from services.access.limits.networks import network_of
from services.clock import Clock
from services.errors import RateLimited

# Who has many keys has no more than this many times what one may ask.
MOST_KEYS = 10
# The key that the server lends has who may read its data folder: scripts on the machine itself,
# where each command is a request or a few.
OF_THE_MACHINE = 10


class Family(StrEnum):
    """What is counted together."""

    GRAPHQL = "graphql"  # requests over HTTP
    WS = "ws"  # messages over WebSockets


@dataclass(frozen=True, slots=True)
class Allowance:
    """What may still be asked, and when the count begins anew."""

    limit: int
    used: int
    resets_at: datetime
    resets_in: timedelta

    @property
    def remaining(self) -> int:
        """How much is left."""
        return max(0, self.limit - self.used)

    @property
    def is_over(self) -> bool:
        """Whether more was asked than may be."""
        return self.used > self.limit

    @property
    def refusal(self) -> RateLimited | None:
        """What to tell where more was asked than may be."""
        if not self.is_over:
            return None
        message = (
            f"More than {self.limit} were asked in a minute, which is the most. Wait until "
            "the minute is over."
        )
        return RateLimited(message, retry_after=self.resets_in)


class RateLimits:
    """Counts what is asked, for each key; for who has none, for each address.

    `limits` are those of a minute; 0 is none.
    """

    def __init__(self, *, counters: Counters, clock: Clock, limits: Mapping[Family, int]) -> None:
        self._counters = counters
        self._clock = clock
        self._limits = dict(limits)

    def set(self, family: Family, limit: int) -> None:
        """Have another limit from now on; what was counted in this minute counts."""
        self._limits[family] = limit

    async def count(
        self, family: Family, identity: Identity | None, caller: Caller
    ) -> Allowance | None:
        """Count one more, and return how it stands; None where there is no limit."""
        limit = self._limits[family]
        if not limit:
            return None
        if identity is None or identity.user_id == 0:
            return await self._add(family, limit, "address", network_of(caller.address))
        kind, key = identity.credential.kind, identity.credential.id
        if kind is CredentialKind.SERVER:
            return await self._add(family, limit * OF_THE_MACHINE, "server", str(identity.user_id))
        allowance = await self._add(family, limit, kind.name, str(key))
        if not allowance.is_over:
            of_all = await self._add(family, limit * MOST_KEYS, "user", str(identity.user_id))
            return of_all if of_all.is_over else allowance
        return allowance

    async def _add(self, family: Family, limit: int, *who: str) -> Allowance:
        item = RateLimitItemPerMinute(limit, namespace=f"limit-{family.value}")
        count = await self._counters.add(item, *who)
        resets_at = self._clock.now() + count.resets_in
        return Allowance(count.limit, count.used, resets_at, count.resets_in)
