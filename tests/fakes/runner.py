"""A runner that does nothing, and remembers what it was told."""

from uuid import UUID

from services.tasks.records import Task, TaskProgress


class FakeRunner:
    """Put what it should say of a running task into `progress`."""

    def __init__(self) -> None:
        self.woken = 0
        self.stopped: list[Task] = []
        self.dropped: list[Task] = []
        self.gave_way: list[UUID] = []
        self.progress: dict[UUID, TaskProgress] = {}

    def wake(self) -> None:
        self.woken += 1

    def stop(self, task: Task) -> None:
        self.stopped.append(task)

    def give_way(self, task_id: UUID) -> None:
        self.gave_way.append(task_id)

    def drop(self, task: Task) -> None:
        self.dropped.append(task)

    def live(self, task_id: UUID) -> TaskProgress | None:
        return self.progress.get(task_id)
