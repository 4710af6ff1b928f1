"""Finished files."""

from datetime import datetime

import strawberry

from schema.types.connection import Connection, connect, cursor, read_cursor
from schema.types.scalars import BigInt
from services import display, ids
from services.tasks.records import File as Record


@strawberry.type(description="A finished file.")
class File:
    id: strawberry.ID = strawberry.field(description="`file_…`")
    name: str = strawberry.field(description="Its name.")
    path: str = strawberry.field(
        description="Where it lies, relative to the download folder: `owner/folder/name`."
    )
    size: str = strawberry.field(description="Its size for people: `2.5 GB`.")
    size_bytes: BigInt = strawberry.field(description="Its size in bytes.")
    sha256: str | None = strawberry.field(description="The SHA-256 of its bytes, in hex.")
    created_at: datetime = strawberry.field(description="When it was finished.")

    @classmethod
    def of(cls, record: Record) -> "File":
        return cls(
            id=strawberry.ID(ids.show(ids.FILE, record.id)),
            name=record.name,
            path=record.path,
            size=display.size(record.size),
            size_bytes=BigInt(record.size),
            sha256=record.sha256,
            created_at=record.created_at,
        )


def file_page(records: list[Record], first: int, after: str | None) -> Connection[File]:
    """Return the page of a task's files that follows the cursor `after`."""
    cursors = [cursor(record.id) for record in records]
    last = read_cursor(after)
    start = 0 if last is None else sum(record.id <= last for record in records)

    async def count() -> int:
        return len(records)

    async def has_others_before() -> bool:
        return start > 0

    page = records[start : start + first]
    return connect(
        [File.of(record) for record in page],
        cursors[start : start + first],
        has_more=len(records) > start + first,
        preceded=has_others_before,
        counted=count,
    )
