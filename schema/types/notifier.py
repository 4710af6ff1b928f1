"""Where users want to be told of alerts."""

from datetime import datetime, time

import strawberry

from schema.types.errors import UserError
from schema.types.payload import ERRORS, MutationPayload
from schema.types.upkeep_enums import AlertLevel
from services import ids
from services.notifiers.quiet import QuietHours as Hours
from services.notifiers.records import Notifier as Record


@strawberry.type(description="Hours in which only what is critical is told.")
class QuietHours:
    from_: time = strawberry.field(name="from", description="When they begin.")
    to: time = strawberry.field(
        description="When they end; on the next day if that is earlier than `from`."
    )
    time_zone: str = strawberry.field(description="Such as `Europe/Vienna`.")

    @classmethod
    def of(cls, hours: Hours) -> "QuietHours":
        return cls(
            from_=time(*divmod(hours.begin, 60)),
            to=time(*divmod(hours.end, 60)),
            time_zone=hours.zone,
        )


@strawberry.type(description="One way to tell a user of alerts.")
class Notifier:
    id: strawberry.ID = strawberry.field(description="`notifier_` and a UUID.")
    user_id: int = strawberry.field(description="The number of the user who is told.")
    name: str = strawberry.field(description="To tell it from others.")
    service: str = strawberry.field(description="What is behind its URL: `E-Mail`, `Telegram`.")
    shown_url: str = strawberry.field(
        description="What may be seen of its URL: `mailto://mail.example/…`. The rest is secret."
    )
    level: AlertLevel = strawberry.field(description="The least that it tells.")
    is_active: bool = strawberry.field(description="Whether it tells anything.")
    tells_restored: bool = strawberry.field(description="Whether it tells what is well again.")
    tells_others: bool = strawberry.field(
        description="Whether it tells an administrator what is wrong with what others have."
    )
    quiet_hours: QuietHours | None = strawberry.field(description="Null: it tells at all hours.")
    digest_seconds: int = strawberry.field(
        description="What comes within so many seconds is told in one message."
    )
    failures: int = strawberry.field(
        description="How often in a row the service did not take a message."
    )
    last_error: str | None = strawberry.field(description="Why not. Null if it did the last time.")
    retry_at: datetime | None = strawberry.field(
        description="When it is tried again, after a failure. Null: as soon as there is something."
    )
    last_sent_at: datetime | None = strawberry.field(
        description="When a message was taken last. Null: not yet."
    )
    created_at: datetime = strawberry.field(description="When it was made.")

    @classmethod
    def of(cls, record: Record) -> "Notifier":
        return cls(
            id=strawberry.ID(ids.show(ids.NOTIFIER, record.id)),
            user_id=record.owner_id,
            name=record.name,
            service=record.service,
            shown_url=record.shown,
            level=record.level,
            is_active=record.is_active,
            tells_restored=record.tells_restored,
            tells_others=record.tells_others,
            quiet_hours=QuietHours.of(record.quiet) if record.quiet else None,
            digest_seconds=record.digest_seconds,
            failures=record.failures,
            last_error=record.last_error,
            retry_at=record.retry_at,
            last_sent_at=record.last_sent_at,
            created_at=record.created_at,
        )


@strawberry.type(description="The notifier that was made, or the reasons why not.")
class CreateNotifierPayload(MutationPayload):
    notifier: Notifier | None = strawberry.field(description="Null where something is wrong.")
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, record: Record) -> "CreateNotifierPayload":
        return cls(notifier=Notifier.of(record), errors=[])


@strawberry.type(description="The notifier as it is now, or the reasons why it was not changed.")
class UpdateNotifierPayload(MutationPayload):
    notifier: Notifier | None = strawberry.field(description="Null where something is wrong.")
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, record: Record) -> "UpdateNotifierPayload":
        return cls(notifier=Notifier.of(record), errors=[])


@strawberry.type(description="The notifier that was deleted, or the reasons why not.")
class DeleteNotifierPayload(MutationPayload):
    notifier: Notifier | None = strawberry.field(
        description="As it was; it is gone. Null where something is wrong."
    )
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, record: Record) -> "DeleteNotifierPayload":
        return cls(notifier=Notifier.of(record), errors=[])


@strawberry.type(description="What came of the message.")
class TestNotifierPayload(MutationPayload):
    notifier: Notifier | None = strawberry.field(
        description="Null where it was not taken; the errors say why."
    )
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, record: Record) -> "TestNotifierPayload":
        return cls(notifier=Notifier.of(record), errors=[])
