"""Alerts: what is wrong, or was."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

from schema.types.context import ContextInfo
from schema.types.errors import UserError
from schema.types.event import Lagged
from schema.types.node import Node
from schema.types.payload import ERRORS, MutationPayload
from schema.types.scalars import BigInt
from schema.types.upkeep_enums import AlertEventKind, AlertLevel, AlertState
from services import ids
from services.alerts.catalog import docs_of
from services.alerts.feed import level_of
from services.alerts.listing import Summary
from services.alerts.records import Alert as Record
from services.errors import ArgosyError
from services.events.cursors import Place
from services.events.feed import EventUpdate
from services.events.log import Event
from services.store.rows import write_json


@strawberry.type(description="Something else that is known of an alert.")
class AlertDetail:
    name: str = strawberry.field(description="What it is, such as `freeBytes`.")
    value: str = strawberry.field(description="As text; what has parts, as JSON.")


@strawberry.type(
    description=(
        "Something that is wrong, or was. It is raised once, and restored by itself when its "
        "cause is gone; one that was raised by hand ends when somebody acknowledges it."
    )
)
class Alert(Node):
    id: strawberry.ID = strawberry.field(description="`alert_` and a UUID.")
    owner_id: int | None = strawberry.field(
        description="The number of the user whose affair it is. Null for the server's own."
    )
    rule: str = strawberry.field(description="What watches, such as `disk.low`.")
    subject: str = strawberry.field(
        description="What exactly it is about, where there are several; else empty."
    )
    level: AlertLevel = strawberry.field(description="How bad it is, or was at its worst.")
    message: str = strawberry.field(description="For people: what is wrong, as it was seen last.")
    details: list[AlertDetail] = strawberry.field(description="What else is known.")
    occurrences: int = strawberry.field(description="How often it was seen while it was open.")
    state: AlertState = strawberry.field(description="Where it stands.")
    raised_at: datetime = strawberry.field(description="When it was seen first.")
    seen_at: datetime = strawberry.field(description="When it was seen last.")
    restored_at: datetime | None = strawberry.field(
        description="When its cause was gone. Null: it is wrong now."
    )
    acknowledged_at: datetime | None = strawberry.field(
        description="When somebody said that they know. Null: nobody has."
    )
    acknowledged_by: str | None = strawberry.field(description="Who did.")
    docs: str = strawberry.field(
        description="The page of this server that says what to do: `/docs/alerts.md#disklow`."
    )

    @classmethod
    def of(cls, record: Record) -> "Alert":
        return cls(
            id=strawberry.ID(ids.show(ids.ALERT, record.id)),
            owner_id=record.owner_id,
            rule=record.rule,
            subject=record.subject,
            level=record.level,
            message=record.message,
            details=_details(record.details),
            occurrences=record.occurrences,
            state=record.state,
            raised_at=record.raised_at,
            seen_at=record.seen_at,
            restored_at=record.restored_at,
            acknowledged_at=record.acknowledged_at,
            acknowledged_by=record.acknowledged_by,
            docs=docs_of(record.rule),
        )


def _details(details: Mapping[str, object]) -> list[AlertDetail]:
    return [AlertDetail(name=name, value=_text(value)) for name, value in details.items()]


def _text(value: object) -> str:
    return value if isinstance(value, str) else write_json(value)


@strawberry.type(description="An alert in short.")
class RecentAlert:
    id: strawberry.ID = strawberry.field(description="`alert_` and a UUID.")
    level: str = strawberry.field(description="`info`, `warning` or `critical`.")
    message: str = strawberry.field(description="For people: what is wrong.")
    timestamp: datetime = strawberry.field(description="When it was raised.")
    rule: str = strawberry.field(description="What watches, such as `disk.low`.")
    state: AlertState = strawberry.field(description="Where it stands.")

    @classmethod
    def of(cls, record: Record) -> "RecentAlert":
        return cls(
            id=strawberry.ID(ids.show(ids.ALERT, record.id)),
            level=record.level.value,
            message=record.message,
            timestamp=record.raised_at,
            rule=record.rule,
            state=record.state,
        )


@strawberry.type(
    description=(
        "What is wrong now, and what was told last. Administrators see the server's alerts and "
        "everybody's, others their own."
    )
)
class AlertSummary:
    total_alerts: int = strawberry.field(description="How many are not restored.")
    critical_alerts: int = strawberry.field(description="Of these, those that are bad now.")
    warning_alerts: int = strawberry.field(description="Of these, those that will get bad.")
    info_alerts: int = strawberry.field(description="Of these, those that are good to know.")
    recent_alerts: list[RecentAlert] = strawberry.field(
        description="The newest ten, restored or not, the newest first."
    )
    subscribers: int = strawberry.field(
        description="Who is told: those who follow `alerts` at this server, and active notifiers."
    )

    @classmethod
    def of(cls, record: Summary) -> "AlertSummary":
        return cls(
            total_alerts=record.total,
            critical_alerts=record.by_level[AlertLevel.CRITICAL],
            warning_alerts=record.by_level[AlertLevel.WARNING],
            info_alerts=record.by_level[AlertLevel.INFO],
            recent_alerts=[RecentAlert.of(alert) for alert in record.recent],
            subscribers=record.subscribers,
        )


async def _alert(root: strawberry.Parent["AlertEvent"], info: ContextInfo) -> Alert | None:
    record = await info.context.loaders.alert.load(root.key)
    return None if record is None else Alert.of(record)


@strawberry.type(description="A fact that happened to an alert.")
class AlertEvent:
    cursor: str = strawberry.field(description="Its place in the log. Give it as `after`.")
    seq: BigInt = strawberry.field(description="Its number, which grows. Some are left out.")
    kind: AlertEventKind = strawberry.field(description="What happened.")
    alert_id: strawberry.ID = strawberry.field(description="`alert_…`")
    at: datetime = strawberry.field(description="When it happened.")
    rule: str = strawberry.field(description="What watches, such as `disk.low`.")
    subject: str = strawberry.field(description="What exactly it is about; may be empty.")
    level: AlertLevel = strawberry.field(description="How bad it was then.")
    message: str = strawberry.field(description="What was wrong then.")
    key: strawberry.Private[UUID]

    alert: Alert | None = strawberry.field(
        resolver=_alert, description="The alert as it is now. Null if it is forgotten."
    )

    @classmethod
    def of(cls, record: Event, place: Place) -> "AlertEvent":
        data = record.data
        return cls(
            cursor=str(place),
            seq=BigInt(record.seq),
            kind=AlertEventKind(record.kind.value),
            alert_id=strawberry.ID(str(data["alert"])),
            at=record.at,
            rule=str(data["rule"]),
            subject=str(data["subject"]),
            level=level_of(record),
            message=str(data["message"]),
            key=ids.read(ids.ALERT, str(data["alert"]), field="alert"),
        )


@strawberry.type(description="An event, or that some were left out: one of the two.")
class AlertUpdate:
    cursor: str = strawberry.field(description="Where to go on when the connection breaks.")
    event: AlertEvent | None = strawberry.field(description="Null where some were left out.")
    lagged: Lagged | None = strawberry.field(description="Null where none were left out.")

    @classmethod
    def of(cls, record: EventUpdate) -> "AlertUpdate":
        return cls(
            cursor=str(record.place),
            event=AlertEvent.of(record.event, record.place) if record.event else None,
            lagged=Lagged.of(record.lagged) if record.lagged else None,
        )


@strawberry.type(description="The alert that was raised, or the reasons why not.")
class TriggerAlertPayload(MutationPayload):
    success: bool = strawberry.field(description="Whether it was raised.")
    message: str = strawberry.field(description="For people: what was done, or why not.")
    alert: Alert | None = strawberry.field(description="Null where something is wrong.")
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, record: Record) -> "TriggerAlertPayload":
        message = f"An alert of the level {record.level.value} was raised."
        return cls(success=True, message=message, alert=Alert.of(record), errors=[])

    @classmethod
    def failed(cls, errors: Sequence[ArgosyError]) -> Self:
        shown = [UserError.of(error) for error in errors]
        return cls(success=False, message=errors[0].message, alert=None, errors=shown)


@strawberry.type(description="The alert that was acknowledged, or the reasons why not.")
class AcknowledgeAlertPayload(MutationPayload):
    alert: Alert | None = strawberry.field(description="As it is now. Null: something is wrong.")
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, record: Record) -> "AcknowledgeAlertPayload":
        return cls(alert=Alert.of(record), errors=[])
