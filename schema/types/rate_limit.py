"""How much may be asked in a minute."""

from datetime import datetime

import strawberry

from services.access.limits.rate_limits import Allowance


@strawberry.type(description="How much may be asked in a minute with this key, or over this way.")
class RateLimit:
    limit: int = strawberry.field(
        description="Requests in a minute over HTTP; messages in a minute over a WebSocket."
    )
    remaining: int = strawberry.field(description="How many are left, after this one.")
    resets_at: datetime = strawberry.field(description="When the count begins anew.")

    @classmethod
    def of(cls, allowance: Allowance) -> "RateLimit":
        return cls(
            limit=allowance.limit,
            remaining=allowance.remaining,
            resets_at=allowance.resets_at,
        )
