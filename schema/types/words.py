"""The words that older systems use for the states of a task."""

from services.tasks.states import TaskState

STATUS = {
    TaskState.PENDING: "queued",
    TaskState.RETRYING: "queued",
    TaskState.RUNNING: "active",
    TaskState.PAUSED: "paused",
    TaskState.WAITING_INPUT: "paused",
    TaskState.COMPLETED: "completed",
    TaskState.SKIPPED: "skipped",
    TaskState.FAILED: "failed",
    TaskState.CANCELLED: "cancelled",
}
