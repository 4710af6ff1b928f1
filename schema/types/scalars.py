"""The scalars that GraphQL does not bring."""

from datetime import UTC, datetime
from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

BigInt = NewType("BigInt", int)
URL = NewType("URL", str)


def _read_big_int(value: Any) -> int:
    """Take an integer, or the decimal text of one; `true` is no number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and len(value) <= 40:
        digits = value.removeprefix("-")
        if digits.isascii() and digits.isdigit():
            return int(value)
    message = f"BigInt cannot represent {value!r:.60}: give an integer, or its digits as text."
    raise GraphQLError(message)


def _write_date_time(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _read_date_time(value: Any) -> datetime:
    """Take ISO 8601 with a zone."""
    try:
        time = datetime.fromisoformat(value)
        if time.tzinfo is not None:
            return time.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):  # the last at the ends of the calendar
        pass
    message = (
        f"DateTime cannot represent {value!r:.60}: give a time with its zone, such as "
        "2026-02-06T10:30:00Z."
    )
    raise GraphQLError(message)


def _read_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    message = f"URL cannot represent {value!r:.60}: give text."
    raise GraphQLError(message)


SCALARS: dict[object, ScalarDefinition] = {
    BigInt: strawberry.scalar(
        name="BigInt",
        description=(
            "An integer of any size, mostly bytes. Given as a JSON number; taken as a number or "
            "as decimal digits in a string."
        ),
        serialize=int,
        parse_value=_read_big_int,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="A time in ISO 8601, given in UTC: `2026-02-06T10:30:00.000Z`.",
        serialize=_write_date_time,
        parse_value=_read_date_time,
        specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
    ),
    URL: strawberry.scalar(
        name="URL",
        description="An absolute URL (RFC 3986).",
        serialize=str,
        parse_value=_read_text,
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3986",
    ),
}
