"""A runner that does nothing, and remembers what it was told."""

from uuid import UUID

from services.tasks.records import Task, TaskProgress


class FakeRunner:
    """Put what it should say of a running task into `progress`."""

    def __init__(self) -> None:
        self.woken = 0
        self.dropped: list[Task] = []
        self.progress: dict[UUID, TaskProgress] = {}

    def wake(self) -> None:
        self.woken += 1

    def drop(self, task: Task) -> None:
        self.dropped.append(task)

    def live(self, task_id: UUID) -> TaskProgress | None:
        return self.progress.get(task_id)
