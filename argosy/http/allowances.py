"""Counts requests once it is known who asks, and tells in the headers how it stands."""

import math
from collections.abc import Mapping

from starlette.requests import HTTPConnection
from starlette.types import Scope

from argosy.http.authentication import Authenticator
from services.access.caller import Caller
from services.access.identity import Identity
from services.access.limits.rate_limits import Allowance, Family, RateLimits
from services.errors import Unauthorized
from services.metrics import Metrics


class Allowances:
    """Knows who is at the other end, as `Authenticator` does, and counts what they ask.

    Who has no key that is known is counted by the address; only then are they told so, for
    others at the same address may have one.
    """

    def __init__(
        self, *, authenticator: Authenticator, limits: RateLimits, family: Family, metrics: Metrics
    ) -> None:
        self._authenticator = authenticator
        self._limits = limits
        self._family = family
        self._refused = metrics.rate_limited.labels(family=family.value)

    async def identify(
        self, connection: HTTPConnection, given: Mapping[str, str] | None = None
    ) -> Identity:
        """Return who is at the other end; raise `Unauthorized` or `RateLimited`."""
        try:
            identity = await self._authenticator.identify(connection, given)
        except Unauthorized:
            await self.count(connection, None)
            raise
        await self.count(connection, identity)
        return identity

    async def admit(self, connection: HTTPConnection) -> None:
        """Count one more of whoever is at the other end; raise `RateLimited` if it is too much."""
        await self.count(connection, await self._authenticator.find(connection))

    async def count(self, connection: HTTPConnection, identity: Identity | None) -> None:
        """Count one more, note how it stands, and raise `RateLimited` if it is too much."""
        state = connection.scope["state"]
        allowance = state["allowance"] = await self.tally(identity, state["caller"])
        if allowance is not None and (refusal := allowance.refusal):
            raise refusal

    async def tally(self, identity: Identity | None, caller: Caller) -> Allowance | None:
        """Count one more, and return how it stands."""
        allowance = await self._limits.count(self._family, identity, caller)
        if allowance is not None and allowance.is_over:
            self._refused.inc()
        return allowance


def allowance_of(scope: Scope) -> Allowance | None:
    """Return how it stands with who has sent this, if that is counted."""
    allowance: Allowance | None = scope["state"].get("allowance")
    return allowance


def rate_headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Return the headers that say how it stands; the last is in seconds since 1970."""
    allowance = allowance_of(scope)
    if allowance is None:
        return []
    values = {
        b"x-ratelimit-limit": allowance.limit,
        b"x-ratelimit-remaining": allowance.remaining,
        b"x-ratelimit-reset": math.ceil(allowance.resets_at.timestamp()),
    }
    return [(name, str(value).encode()) for name, value in values.items()]
