"""What is asked of notifiers."""

from datetime import time

import strawberry

from schema.types.upkeep_enums import AlertLevel
from services.notifiers.quiet import QuietHours, quiet_hours
from services.notifiers.wishes import NotifierChange, NotifierWish

URL_HELP = (
    "Where to: a URL of apprise, such as `mailto://…`, `ntfy://…`, `tgram://…` or `json://…`, up "
    "to 4,096 letters. It is a secret, and nobody can read it again."
)
LEVEL_HELP = "The least that is told."
DIGEST_HELP = "What comes within so many seconds is told in one message: 0 to 86,400."
OTHERS_HELP = "Also tell what is wrong with what others have. For administrators."


@strawberry.input(description="Hours in which only what is critical is told.")
class QuietHoursInput:
    from_: time = strawberry.field(name="from", description="When they begin: `22:00:00`.")
    to: time = strawberry.field(
        description="When they end; on the next day if that is earlier than `from`."
    )
    time_zone: str = strawberry.field(default="UTC", description="Such as `Europe/Vienna`.")

    def hours(self) -> QuietHours:
        return quiet_hours(self.from_, self.to, self.time_zone)


@strawberry.input(description="A notifier to make for whoever asks.")
class CreateNotifierInput:
    name: str = strawberry.field(description="1 to 64 letters, to tell it from others.")
    url: str = strawberry.field(description=URL_HELP)
    level: AlertLevel = strawberry.field(default=AlertLevel.WARNING, description=LEVEL_HELP)
    quiet_hours: QuietHoursInput | None = strawberry.field(
        default=None, description="What comes then waits until they end. Null: at all hours."
    )
    digest_seconds: int = strawberry.field(default=30, description=DIGEST_HELP)
    is_active: bool = strawberry.field(default=True, description="Whether it tells anything.")
    tells_restored: bool = strawberry.field(
        default=True, description="Also tell what is well again."
    )
    tells_others: bool = strawberry.field(default=False, description=OTHERS_HELP)
    idempotency_key: str | None = strawberry.field(
        default=None,
        description=(
            "1 to 255 letters of your own. The same sent again with it within 24 hours makes no "
            "second notifier, and gives the first; something else is a `CONFLICT`."
        ),
    )

    def wish(self) -> NotifierWish:
        return NotifierWish(
            name=self.name,
            url=self.url,
            level=self.level,
            quiet=self.quiet_hours.hours() if self.quiet_hours else None,
            digest_seconds=self.digest_seconds,
            is_active=self.is_active,
            tells_restored=self.tells_restored,
            tells_others=self.tells_others,
        )


@strawberry.input(description="A notifier to change, and in what. What is null stays as it is.")
class UpdateNotifierInput:
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str | None = strawberry.field(default=None, description="1 to 64 letters.")
    url: str | None = strawberry.field(default=None, description=URL_HELP)
    level: AlertLevel | None = strawberry.field(default=None, description=LEVEL_HELP)
    quiet_hours: QuietHoursInput | None = strawberry.field(
        default=None, description="What comes then waits until they end."
    )
    never_quiet: bool = strawberry.field(default=False, description="True ends its quiet hours.")
    digest_seconds: int | None = strawberry.field(default=None, description=DIGEST_HELP)
    is_active: bool | None = strawberry.field(
        default=None, description="False also forgets what it was still to tell."
    )
    tells_restored: bool | None = strawberry.field(
        default=None, description="Also tell what is well again."
    )
    tells_others: bool | None = strawberry.field(default=None, description=OTHERS_HELP)

    def change(self) -> NotifierChange:
        return NotifierChange(
            name=self.name,
            url=self.url,
            level=self.level,
            quiet=self.quiet_hours.hours() if self.quiet_hours else None,
            is_never_quiet=self.never_quiet,
            digest_seconds=self.digest_seconds,
            is_active=self.is_active,
            tells_restored=self.tells_restored,
            tells_others=self.tells_others,
        )


@strawberry.input(description="A notifier to delete.")
class DeleteNotifierInput:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.input(description="A notifier to try.")
class TestNotifierInput:
    id: strawberry.ID = strawberry.field(description="Its id.")
