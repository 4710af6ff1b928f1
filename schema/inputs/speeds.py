"""What is asked of speed limits."""

import strawberry

from schema.types.enums import Limited
from schema.types.scalars import BigInt


@strawberry.input(description="A speed limit to set or to lift.")
class SetSpeedLimitInput:
    of: Limited = strawberry.field(description="What it is of.")
    id: strawberry.ID | None = strawberry.field(
        default=None, description="Of the task, or the number of the user; none for the server."
    )
    bytes_per_second: BigInt | None = strawberry.field(
        default=None, description="1 or more; null lifts the limit."
    )
