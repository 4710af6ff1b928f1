"""What is asked of tasks."""

import strawberry

from schema.inputs.options import DownloadOptionsInput


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


@strawberry.input(description="Which tasks to cancel.")
class CancelTasksInput:
    ids: list[strawberry.ID] = strawberry.field(description="Up to 1,000 ids.")
