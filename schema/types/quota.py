"""What a user may use, and what is left of it."""

from datetime import datetime

import strawberry

from schema.types.scalars import BigInt
from services.access.quotas.quotas import Quota as Record
from services.access.quotas.quotas import Use


@strawberry.type(description="One quota.")
class QuotaUse:
    limit: BigInt | None = strawberry.field(description="Null if there is no limit.")
    used: BigInt = strawberry.field(description="May be more than the limit, if that was lowered.")
    remaining: BigInt | None = strawberry.field(description="Null if there is no limit.")
    resets_at: datetime | None = strawberry.field(
        description="When it begins anew: the next midnight of UTC. Null for what is no day's."
    )

    @classmethod
    def of(cls, use: Use) -> "QuotaUse":
        return cls(
            limit=None if use.limit is None else BigInt(use.limit),
            used=BigInt(use.used),
            remaining=None if use.remaining is None else BigInt(use.remaining),
            resets_at=use.resets_at,
        )


@strawberry.type(description="What a user's tier allows, and what they have used of it.")
class Quota:
    tier: str = strawberry.field(
        description=(
            "The tier's name. Where the settings do not have it any more, all limits are 0 and "
            "nothing new is taken on."
        )
    )
    downloads_per_day: QuotaUse = strawberry.field(
        description="Downloads that were added today, removed ones too. Of a group, each file."
    )
    bytes_per_day: QuotaUse = strawberry.field(
        description="Bytes that came in today, whatever became of them; up to a second old."
    )
    tasks_at_once: QuotaUse = strawberry.field(description="Tasks that are not finished.")
    stored_bytes: QuotaUse = strawberry.field(
        description="Bytes of files that lie there, and of what is on its way."
    )

    @classmethod
    def of(cls, record: Record) -> "Quota":
        return cls(
            tier=record.tier,
            downloads_per_day=QuotaUse.of(record.downloads_per_day),
            bytes_per_day=QuotaUse.of(record.bytes_per_day),
            tasks_at_once=QuotaUse.of(record.tasks_at_once),
            stored_bytes=QuotaUse.of(record.stored_bytes),
        )
