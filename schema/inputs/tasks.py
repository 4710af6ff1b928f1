"""What is asked of tasks."""

import strawberry


@strawberry.input(description="What to download.")
class AddDownloadsInput:
    urls: list[str] = strawberry.field(
        description="Up to 1,000 http or https URLs; each becomes a task."
    )
    folder: str = strawberry.field(
        default="",
        description="Where below your own folder the files go, such as `films/2026`.",
    )


@strawberry.input(description="Which tasks to cancel.")
class CancelTasksInput:
    ids: list[strawberry.ID] = strawberry.field(description="Up to 1,000 ids.")
