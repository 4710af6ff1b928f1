"""The kinds of events."""

from enum import StrEnum


class EventKind(StrEnum):
    """What happened."""

    TASK_ADDED = "task.added"
    TASK_QUEUED = "task.queued"  # given back: it waits for its turn again
    TASK_STARTED = "task.started"
    TASK_PAUSED = "task.paused"
    TASK_RETRYING = "task.retrying"
    TASK_COMPLETED = "task.completed"
    TASK_FAILED = "task.failed"
    TASK_CANCELLED = "task.cancelled"
    TASK_SKIPPED = "task.skipped"
    TASK_CHANGED = "task.changed"  # its priority, place, options or time
    TASK_REMOVED = "task.removed"
    TASK_RESTORED = "task.restored"
