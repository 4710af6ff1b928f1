"""The files of tasks."""

from datetime import datetime

import strawberry

from schema.types.enums import TaskState
from schema.types.errors import TaskError
from schema.types.node import Node
from schema.types.scalars import URL, BigInt
from services import display, ids
from services.tasks.records import File as Record


@strawberry.type(description="A file of a task.")
class File(Node):
    id: strawberry.ID = strawberry.field(description="`file_…`")
    name: str = strawberry.field(description="Its name.")
    path: str = strawberry.field(
        description=(
            "Where it lies, relative to the download folder: `owner/folder/name`. Empty until it "
            "lies there."
        )
    )
    url: URL | None = strawberry.field(
        description="Where it comes from, in a group. Null elsewhere: it comes from the task's URL."
    )
    state: TaskState = strawberry.field(description="Where it stands.")
    error: TaskError | None = strawberry.field(description="What went wrong with it, if anything.")
    size: str = strawberry.field(description="Its size for people: `2.5 GB`.")
    size_bytes: BigInt = strawberry.field(description="Its size in bytes.")
    sha256: str | None = strawberry.field(description="The SHA-256 of its bytes, in hex.")
    created_at: datetime = strawberry.field(
        description="When it was finished; in a group that waits for it, when the group was added."
    )

    @classmethod
    def of(cls, record: Record) -> "File":
        return cls(
            id=strawberry.ID(ids.show(ids.FILE, record.id)),
            name=record.name,
            path=record.path,
            url=None if record.url is None else URL(record.url),
            state=record.state,
            error=TaskError.of(record),
            size=display.size(record.size),
            size_bytes=BigInt(record.size),
            sha256=record.sha256,
            created_at=record.created_at,
        )
