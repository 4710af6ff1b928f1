"""The parts of the server, and what is kept to be quicker."""

from collections.abc import Sequence
from datetime import datetime

import strawberry

from schema.types.errors import UserError
from schema.types.payload import ERRORS
from schema.types.setting_enums import ServiceState
from services.errors import ArgosyError
from services.upkeep.caches import Cleared
from services.upkeep.parts import PartStatus


@strawberry.type(description="A part of the server that can be restarted by itself.")
class Service:
    name: str = strawberry.field(description="For `restartService`.")
    title: str = strawberry.field(description="What it does.")
    state: ServiceState = strawberry.field(description="How it is.")
    since: datetime = strawberry.field(description="Since when, as far as somebody looked.")
    restarts: int = strawberry.field(description="How often it was restarted by hand.")
    last_error: str | None = strawberry.field(
        description="Why it did not come up the last time. Null if it did."
    )
    is_restartable: bool = strawberry.field(description="Whether `restartService` takes it.")

    @classmethod
    def of(cls, status: PartStatus) -> "Service":
        return cls(
            name=status.name,
            title=status.title,
            state=status.state,
            since=status.since,
            restarts=status.restarts,
            last_error=status.last_error,
            is_restartable=True,
        )


@strawberry.type(description="Whether a part was restarted.")
class RestartServicePayload:
    success: bool = strawberry.field(description="Whether it is up again.")
    message: str = strawberry.field(description="For people.")
    service: Service | None = strawberry.field(
        description="As it is now. Null where something is wrong."
    )
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, status: PartStatus) -> "RestartServicePayload":
        message = f"{status.name} was restarted."
        return cls(success=True, message=message, service=Service.of(status), errors=[])

    @classmethod
    def failed(cls, errors: Sequence[ArgosyError]) -> "RestartServicePayload":
        told = [UserError.of(error) for error in errors]
        return cls(success=False, message=errors[0].message, service=None, errors=told)


@strawberry.type(description="How many entries of a cache went.")
class ClearedCache:
    name: str = strawberry.field(description="Which cache.")
    cleared_items: int = strawberry.field(description="How many entries it had.")


@strawberry.type(description="What was forgotten.")
class ClearCachePayload:
    success: bool = strawberry.field(description="Whether it was done.")
    message: str = strawberry.field(description="For people.")
    cleared_items: int = strawberry.field(description="How many entries went, of all caches.")
    caches: list[ClearedCache] = strawberry.field(description="How many of each.")
    errors: list[UserError] = strawberry.field(description=ERRORS)

    @classmethod
    def of(cls, cleared: list[Cleared]) -> "ClearCachePayload":
        count = sum(each.entries for each in cleared)
        told = ", ".join(f"{each.name} {each.entries:,}" for each in cleared)
        return cls(
            success=True,
            message=f"{count:,} {'entry' if count == 1 else 'entries'} cleared: {told}.",
            cleared_items=count,
            caches=[ClearedCache(name=c.name, cleared_items=c.entries) for c in cleared],
            errors=[],
        )

    @classmethod
    def failed(cls, errors: Sequence[ArgosyError]) -> "ClearCachePayload":
        told = [UserError.of(error) for error in errors]
        return cls(
            success=False, message=errors[0].message, cleared_items=0, caches=[], errors=told
        )
