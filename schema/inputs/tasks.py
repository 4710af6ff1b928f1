"""What is asked of tasks."""

from datetime import datetime

import strawberry

from schema.inputs.options import DownloadOptionsInput
from schema.types.enums import TaskPriority


@strawberry.input(description="What to download.")
class AddDownloadsInput:
    urls: list[str] = strawberry.field(
        description=(
            "Up to 1,000 http, https, ftp, ftps, ftpes or sftp URLs; each becomes a task. May be "
            "empty where there are metalinks."
        )
    )
    folder: str = strawberry.field(
        default="",
        description="Where below your own folder the files go, such as `films/2026`.",
    )
    metalinks: list[str] | None = strawberry.field(
        default=None,
        description=(
            "Up to 10 documents (metalink 4, RFC 5854, or 3); each file in them becomes a task, "
            "1,000 in all."
        ),
    )
    options: DownloadOptionsInput | None = strawberry.field(
        default=None, description="How to download; the same for all."
    )
    priority: TaskPriority = strawberry.field(
        default=TaskPriority.NORMAL, description="How urgent they are among your own."
    )
    start_at: datetime | None = strawberry.field(
        default=None, description="Not to be started before; null is as soon as possible."
    )
    group_name: str | None = strawberry.field(
        default=None,
        description=(
            "Make one task of this name of all the URLs, with a file for each; they are fetched "
            "one after another. Not with metalinks."
        ),
    )
    idempotency_key: str | None = strawberry.field(
        default=None,
        description=(
            "1 to 255 letters of your own. The same sent again with it within 24 hours gives the "
            "same tasks; something else is a `CONFLICT`."
        ),
    )
    callback_url: str | None = strawberry.field(
        default=None,
        description=(
            "An http or https URL that is told how each task goes: `job.completed`, `job.failed` "
            "and now and then `job.progress`, signed with your `callbackSecret`."
        ),
    )
    force: bool = strawberry.field(
        default=False,
        description=(
            "Fetch what you have fetched already too; else it is `SKIPPED` where the file is still "
            "there and the policy for conflicts is `RENAME` or `SKIP`."
        ),
    )
