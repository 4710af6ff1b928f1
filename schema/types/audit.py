"""The audit log."""

from collections.abc import Iterator
from datetime import datetime

import strawberry

from schema.types.scalars import BigInt
from services.audit.entries import AuditEntry as Record


@strawberry.type(description="Something else that is known of an entry.")
class AuditDetail:
    name: str = strawberry.field(
        description="What it is; `given` are the names of what the input of a mutation held."
    )
    value: str = strawberry.field(description="As text; several with commas between them.")


@strawberry.type(description="Something that somebody did, or tried.")
class AuditEntry:
    number: BigInt = strawberry.field(description="Its number, which grows. Some are left out.")
    at: datetime = strawberry.field(description="When it was done.")
    actor_id: int | None = strawberry.field(
        description="Of the user who did it. Null where nobody had proved who they are."
    )
    actor_name: str = strawberry.field(
        description="The user's name then; for who has no `actorId`, whom they gave out to be."
    )
    credential: str = strawberry.field(
        description="With what they had proved it: `key argosy_Ab3dEf`. Empty for nothing."
    )
    address: str = strawberry.field(description="From where. Empty on the server's machine.")
    action: str = strawberry.field(description="The name of the mutation, or what else it was.")
    outcome: str = strawberry.field(description="`OK`, or the code of the first error.")
    targets: list[str] = strawberry.field(
        description=(
            "The ids of what it was done to, the first 100; of those to which nothing was done, "
            "the first 5."
        )
    )
    target_count: int = strawberry.field(description="How many targets there were.")
    details: list[AuditDetail] = strawberry.field(
        description="What else is known. No secret is among it."
    )
    request_id: str = strawberry.field(
        description="The `requestId` of the answer, which is in the server's log too."
    )

    @classmethod
    def of(cls, record: Record) -> "AuditEntry":
        return cls(
            number=BigInt(record.id),
            at=record.at,
            actor_id=record.actor_id,
            actor_name=record.actor_name,
            credential=record.credential,
            address=record.address,
            action=record.action,
            outcome=record.outcome,
            targets=list(record.targets),
            target_count=record.target_count,
            details=[AuditDetail(name=n, value=v) for n, v in _details(record)],
            request_id=record.request_id,
        )


def _details(record: Record) -> Iterator[tuple[str, str]]:
    for name, value in record.shown_details.items():
        values = value if isinstance(value, list) else [value]
        yield name, ", ".join(_text(one) for one in values)


def _text(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)
