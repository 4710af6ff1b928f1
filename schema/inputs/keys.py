"""What is asked of access keys."""

from datetime import datetime

import strawberry

from services.access.keys.key_ring import KeyWish


@strawberry.input(description="A key to make for whoever asks.")
class CreateApiKeyInput:
    name: str = strawberry.field(
        description="1 to 64 letters, to tell it from others: `laptop`, `backup script`."
    )
    scopes: list[str] | None = strawberry.field(
        default=None,
        description=(
            "What it may be used for, such as `tasks:read`. Up to 50, and nothing that you may not "
            "do yourself with what you ask with; all that you may do if none are given."
        ),
    )
    expires_at: datetime | None = strawberry.field(
        default=None, description="From then on it is good for nothing; null is never."
    )
    idempotency_key: str | None = strawberry.field(
        default=None,
        description=(
            "1 to 255 letters of your own. The same sent again with it within 24 hours makes no "
            "second key, and gives the first one without its value; something else is a `CONFLICT`."
        ),
    )

    def wish(self) -> KeyWish:
        return KeyWish(self.name, self.scopes, self.expires_at)


@strawberry.input(description="A key to take away.")
class RevokeApiKeyInput:
    id: strawberry.ID = strawberry.field(description="`key_…`; a bare UUID is taken too.")
