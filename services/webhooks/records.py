"""Endpoints, what is told to them, and each try, as the rest of the program sees them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from services.store.rows import Row, read_id, read_json, read_time, read_time_or_none
from services.webhooks.conditions import Conditions, read_conditions

CALLBACKS_SPACE = UUID("5c1f2c6e-9d51-4b0e-8f6a-2d1c5b7a9e10")  # of the ids of what stands for them


class DeliveryState(StrEnum):
    """What has become of a delivery."""

    WAITING = "WAITING"  # to be sent, or to be sent again
    DELIVERED = "DELIVERED"  # the receiver has taken it
    GIVEN_UP = "GIVEN_UP"  # it was tried for as long as it may be
    CANCELLED = "CANCELLED"  # its endpoint was switched off


@dataclass(frozen=True, slots=True)
class Webhook:
    """An endpoint. Its URL, headers and secrets are sealed; `shown_url` may be seen."""

    id: UUID
    owner_id: int
    name: str
    shown_url: str
    events: tuple[str, ...]
    conditions: Conditions
    has_headers: bool
    is_active: bool
    previous_until: datetime | None
    failing_since: datetime | None
    disabled_because: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing that is told to one endpoint, and how far that has come."""

    number: int
    message: UUID
    webhook_id: UUID
    owner_id: int
    task_id: UUID | None
    event: str
    body: str
    state: DeliveryState
    tries: int
    created_at: datetime
    due_at: datetime
    ended_at: datetime | None
    is_callback: bool


@dataclass(frozen=True, slots=True)
class Try:
    """One try: what was sent and answered, or why nothing was. Nothing in it is secret."""

    number: int
    at: datetime
    milliseconds: int
    request_headers: Mapping[str, str]
    status: int | None
    answer_headers: Mapping[str, str]
    answer: str | None
    error: str | None


def callbacks_id(owner_id: int) -> UUID:
    """Return the id of what stands for the callbacks of a user's tasks."""
    return uuid5(CALLBACKS_SPACE, str(owner_id))


def bound_url(webhook_id: UUID) -> str:
    """Return what the sealed URL of an endpoint is bound to."""
    return f"webhook url:{webhook_id}"


def bound_headers(webhook_id: UUID) -> str:
    """Return what the sealed headers of an endpoint are bound to."""
    return f"webhook headers:{webhook_id}"


def bound_secret(webhook_id: UUID) -> str:
    """Return what the sealed secrets of an endpoint are bound to."""
    return f"webhook secret:{webhook_id}"


def bound_callback(task_id: UUID) -> str:
    """Return what the sealed callback of a task is bound to."""
    return f"callback:{task_id}"


def read_webhook(row: Row) -> Webhook:
    """Return the endpoint in a row of the table."""
    return Webhook(
        id=read_id(row["id"]),
        owner_id=row["owner_id"],
        name=row["name"],
        shown_url=row["shown"],
        events=tuple(read_json(row["events"])),
        conditions=read_conditions(read_json(row["conditions"])),
        has_headers=row["headers"] is not None,
        is_active=bool(row["is_active"]),
        previous_until=read_time_or_none(row["previous_until"]),
        failing_since=read_time_or_none(row["failing_since"]),
        disabled_because=row["disabled_because"],
        created_at=read_time(row["created_at"]),
        updated_at=read_time(row["updated_at"]),
    )


def read_delivery(row: Row) -> Delivery:
    """Return the delivery in a row of the table."""
    return Delivery(
        number=row["id"],
        message=read_id(row["message"]),
        webhook_id=read_id(row["webhook_id"]),
        owner_id=row["owner_id"],
        task_id=None if row["task_id"] is None else read_id(row["task_id"]),
        event=row["event"],
        body=row["body"],
        state=DeliveryState(row["state"]),
        tries=row["tries"],
        created_at=read_time(row["created_at"]),
        due_at=read_time(row["due_at"]),
        ended_at=read_time_or_none(row["ended_at"]),
        is_callback=row["url"] is not None,
    )


def read_try(row: Row) -> Try:
    """Return the try in a row of the table."""
    return Try(
        number=row["number"],
        at=read_time(row["at"]),
        milliseconds=row["milliseconds"],
        request_headers=read_json(row["request_headers"]),
        status=row["status"],
        answer_headers=read_json(row["answer_headers"]),
        answer=row["answer"],
        error=row["error"],
    )
