"""Which of a list are asked for."""

from datetime import datetime

import strawberry

from schema.types.enums import FileKind, TaskState
from services.tasks.listing.filters import EVERYTHING
from services.tasks.listing.filters import TaskFilter as Wanted


@strawberry.input(
    description=(
        "Which tasks. All that is given must hold. In the orders `CREATED_NEWEST` and "
        "`CREATED_OLDEST` a page costs the same however many tasks there are, with one of "
        "`states`, `isFinished`, `hosts` and `kinds`, and with times of creation."
    )
)
class TaskFilter:
    states: list[TaskState] | None = strawberry.field(
        default=None, description="In one of these. Up to 9; an empty list lets nothing through."
    )
    kinds: list[FileKind] | None = strawberry.field(
        default=None, description="Of one of these. Up to 4; an empty list lets nothing through."
    )
    engines: list[str] | None = strawberry.field(
        default=None, description="Fetched by one of these: `http`, `ftp`, `sftp`. Up to 20."
    )
    hosts: list[str] | None = strawberry.field(
        default=None, description="Whose URL has one of these hosts: `example.com`. Up to 20."
    )
    text: str | None = strawberry.field(
        default=None,
        description=(
            "What the name or the URL has in it, in up to 200 letters; letters from a to z have no "
            "case. Rows are looked at one by one: where few match among very many, that takes time."
        ),
    )
    created_from: datetime | None = strawberry.field(
        default=None, description="Added then or later."
    )
    created_to: datetime | None = strawberry.field(default=None, description="Added before that.")
    finished_from: datetime | None = strawberry.field(
        default=None, description="Finished then or later."
    )
    finished_to: datetime | None = strawberry.field(
        default=None, description="Finished before that."
    )
    owner_id: int | None = strawberry.field(
        default=None, description="Of this user. For administrators; others get `FORBIDDEN`."
    )
    is_finished: bool | None = strawberry.field(
        default=None, description="Whether nothing more will happen to them by themselves."
    )


def wanted_tasks(given: TaskFilter | None) -> Wanted:
    """Return which tasks an argument asks for."""
    if given is None:
        return EVERYTHING
    return Wanted(
        states=given.states,
        kinds=given.kinds,
        engines=given.engines,
        hosts=given.hosts,
        text=given.text,
        created_from=given.created_from,
        created_to=given.created_to,
        finished_from=given.finished_from,
        finished_to=given.finished_to,
        owner_id=given.owner_id,
        is_finished=given.is_finished,
    )
