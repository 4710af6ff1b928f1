"""The log of the server."""

from datetime import datetime
from uuid import UUID

import strawberry

from schema.types.errors import UserError
from schema.types.event import Lagged
from schema.types.payload import ERRORS, MutationPayload
from schema.types.scalars import BigInt
from schema.types.upkeep_enums import LogLevel
from services import display, ids
from services.access.identity import Identity
from services.events.cursors import Place
from services.logs.following import LineUpdate
from services.logs.lines import LogLine as Record
from services.logs.logs import LogStats


@strawberry.type(description="Something else that a line of the log tells.")
class LogField:
    name: str = strawberry.field(description="What it is.")
    value: str = strawberry.field(description="As text, or as JSON where it is no text.")


@strawberry.type(description="A line of the log. Secrets are taken out before it is kept.")
class LogLine:
    cursor: str = strawberry.field(description="Its place in the log. Give it as `after`.")
    seq: BigInt = strawberry.field(description="Its number, which grows. Most are left out.")
    at: datetime = strawberry.field(description="When it was told.")
    level: LogLevel = strawberry.field(description="How important it is.")
    event: str = strawberry.field(description="What happened, for programs: `task.failed`.")
    message: str = strawberry.field(description="The same for people, with what belongs to it.")
    logger: str = strawberry.field(description="The part of the server that tells it.")
    task_id: strawberry.ID | None = strawberry.field(
        description="`task_…`. Null where it is about no task."
    )
    request_id: str | None = strawberry.field(
        description="The `requestId` of the request that led to it. Null where none did."
    )
    fields: list[LogField] = strawberry.field(
        description="What else it tells. Where our own code failed is told to administrators."
    )

    @classmethod
    def of(cls, record: Record, place: Place, identity: Identity) -> "LogLine":
        everything = identity.is_admin
        return cls(
            cursor=str(place),
            seq=BigInt(record.seq),
            at=record.at,
            level=record.level,
            event=record.event,
            message=record.summary,
            logger=record.logger,
            task_id=None if record.task_id is None else _task(record.task_id),
            request_id=record.request_id,
            fields=[
                LogField(name=name, value=value)
                for name, value in record.fields(everything=everything).items()
            ],
        )


def _task(task_id: UUID) -> strawberry.ID:
    return strawberry.ID(ids.show(ids.TASK, task_id))


@strawberry.type(description="A line of the log, or that some were left out: one of the two.")
class LogUpdate:
    cursor: str = strawberry.field(description="Where to go on when the connection breaks.")
    line: LogLine | None = strawberry.field(description="Null where some were left out.")
    lagged: Lagged | None = strawberry.field(description="Null where none were left out.")

    @classmethod
    def of(cls, record: LineUpdate, identity: Identity) -> "LogUpdate":
        line = record.line
        return cls(
            cursor=str(record.place),
            line=LogLine.of(line, record.place, identity) if line else None,
            lagged=Lagged.of(record.lagged) if record.lagged else None,
        )


@strawberry.type(description="How much was logged, ever, by all servers that share the database.")
class LoggerStats:
    total_logs: BigInt = strawberry.field(description="Lines of any level.")
    error_count: BigInt = strawberry.field(description="Lines of the level ERROR.")
    warning_count: BigInt = strawberry.field(description="Lines of the level WARNING.")
    info_count: BigInt = strawberry.field(description="Lines of the level INFO.")
    critical_count: BigInt = strawberry.field(description="Lines of the level CRITICAL.")
    success_count: BigInt = strawberry.field(description="Lines of the level SUCCESS.")
    debug_count: BigInt = strawberry.field(description="Lines of the level DEBUG.")
    recent_errors: list[str] = strawberry.field(
        description="The last ten errors of this server, the newest first: `… at 10:25:00` (UTC)."
    )
    log_file_size: str = strawberry.field(
        description="Of this server's log files together, for people: `12.5 MB`."
    )
    log_file_bytes: BigInt = strawberry.field(description="The same in bytes.")
    lost_count: BigInt = strawberry.field(
        description="Lines that this server's disk did not take since the start."
    )
    level: LogLevel = strawberry.field(description="From which level on this server logs.")

    @classmethod
    def of(cls, record: LogStats) -> "LoggerStats":
        counts = {level: BigInt(count) for level, count in record.counts.items()}
        return cls(
            total_logs=BigInt(record.total),
            error_count=counts[LogLevel.ERROR],
            warning_count=counts[LogLevel.WARNING],
            info_count=counts[LogLevel.INFO],
            critical_count=counts[LogLevel.CRITICAL],
            success_count=counts[LogLevel.SUCCESS],
            debug_count=counts[LogLevel.DEBUG],
            recent_errors=[f"{line.summary} at {line.at:%H:%M:%S}" for line in record.errors],
            log_file_size=display.size(record.file_bytes),
            log_file_bytes=BigInt(record.file_bytes),
            lost_count=BigInt(record.lost),
            level=record.level,
        )


@strawberry.type(description="From which level on lines are logged now.")
class SetLogLevelPayload(MutationPayload):
    level: LogLevel | None = strawberry.field(description="The level. Null if there are errors.")
    errors: list[UserError] = strawberry.field(description=ERRORS)
