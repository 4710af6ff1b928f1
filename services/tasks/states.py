"""The states of a task, and the moves between them that are legal."""

from enum import StrEnum


class TaskState(StrEnum):
    """Where a task stands."""

    PENDING = "PENDING"  # waits for its turn
    RUNNING = "RUNNING"  # a worker has it
    PAUSED = "PAUSED"  # stopped until somebody resumes it
    RETRYING = "RETRYING"  # failed for now, waits for a time
    WAITING_INPUT = "WAITING_INPUT"  # waits for a person, such as a choice of files
    COMPLETED = "COMPLETED"  # the files lie where they belong
    FAILED = "FAILED"  # given up
    CANCELLED = "CANCELLED"  # somebody wanted it no more
    SKIPPED = "SKIPPED"  # there was nothing to do, and the reason is known


S = TaskState

MOVES: dict[TaskState, frozenset[TaskState]] = {
    S.PENDING: frozenset({S.RUNNING, S.PAUSED, S.CANCELLED, S.SKIPPED}),
    S.RUNNING: frozenset(
        {
            S.PENDING,
            S.PAUSED,
            S.RETRYING,
            S.WAITING_INPUT,
            S.COMPLETED,
            S.FAILED,
            S.CANCELLED,
            S.SKIPPED,
        }
    ),
    S.PAUSED: frozenset({S.PENDING, S.CANCELLED}),
    S.RETRYING: frozenset({S.PENDING, S.RUNNING, S.PAUSED, S.CANCELLED}),
    S.WAITING_INPUT: frozenset({S.PENDING, S.PAUSED, S.CANCELLED, S.FAILED}),
    S.COMPLETED: frozenset(),
    S.FAILED: frozenset({S.PENDING}),
    S.CANCELLED: frozenset({S.PENDING}),
    S.SKIPPED: frozenset({S.PENDING}),
}

FINISHED = frozenset({S.COMPLETED, S.FAILED, S.CANCELLED, S.SKIPPED})
UNFINISHED = frozenset(TaskState) - FINISHED


def may_move(old: TaskState, new: TaskState) -> bool:
    """Whether a task may go from the state `old` to `new`."""
    return new in MOVES[old]


def sources(new: TaskState) -> tuple[TaskState, ...]:
    """Return the states from which a task may go to `new`, in a fixed order."""
    return tuple(state for state in TaskState if may_move(state, new))
