"""The kinds of events, and what they are about."""

from enum import StrEnum


class EventKind(StrEnum):
    """What happened to a task."""

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


class ServerEventKind(StrEnum):
    """What happened that is about no task."""

    ALERT_RAISED = "alert.raised"
    ALERT_RESTORED = "alert.restored"  # its cause is gone
    ALERT_ACKNOWLEDGED = "alert.acknowledged"
    BACKUP_COMPLETED = "backup.completed"
    BACKUP_FAILED = "backup.failed"
    BACKUP_RESTORED = "backup.restored"


Kind = EventKind | ServerEventKind


class Topic(StrEnum):
    """What events are about: the word before the point in their kinds."""

    TASKS = "task"
    ALERTS = "alert"
    BACKUPS = "backup"

    @property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of events that are about this."""
        return frozenset(kind for kind in KINDS.values() if topic_of(kind) is self)


KINDS: dict[str, Kind] = {
    kind.value: kind for words in (EventKind, ServerEventKind) for kind in words
}


def topic_of(kind: Kind) -> Topic:
    """Return what events of `kind` are about."""
    return Topic(kind.value.partition(".")[0])
