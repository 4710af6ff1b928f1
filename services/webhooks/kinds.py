"""What endpoints are told of: the names of what is sent, and the patterns that ask for them."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from services.errors import InvalidInput
from services.events.kinds import KINDS, EventKind

JOB_COMPLETED = "job.completed"
JOB_FAILED = "job.failed"
JOB_PROGRESS = "job.progress"
DOWNLOAD_COMPLETED = "download.completed"
TEST = "webhook.test"  # asked for by a person; no pattern wants it

# What events are told as besides their own names, in the words of older systems. To those, what
# was there already is done too.
ALSO = {
    EventKind.TASK_COMPLETED.value: (JOB_COMPLETED, DOWNLOAD_COMPLETED),
    EventKind.TASK_SKIPPED.value: (JOB_COMPLETED,),
    EventKind.TASK_FAILED.value: (JOB_FAILED,),
}
CALLBACKS = (JOB_COMPLETED, JOB_FAILED, JOB_PROGRESS)  # what the callback of a task is told

NAMES = (*KINDS, JOB_COMPLETED, JOB_FAILED, JOB_PROGRESS, DOWNLOAD_COMPLETED)
TOPICS = ("task", "job", "download", "alert", "backup", "account")
PATTERNS = frozenset(NAMES) | {f"{topic}.*" for topic in TOPICS}
MOST_PATTERNS = 50


def check_patterns(patterns: Sequence[str]) -> tuple[str, ...]:
    """Return the patterns, each once; raise `InvalidInput` where one asks for nothing known."""
    if not 1 <= len(patterns) <= MOST_PATTERNS:
        message = f"Give 1 to {MOST_PATTERNS} events, such as task.* or job.completed."
        raise InvalidInput(message, field="events")
    for position, pattern in enumerate(patterns):
        if pattern not in PATTERNS:
            known = ", ".join(f"{topic}.*" for topic in TOPICS)
            message = f"{pattern[:60]!r} is no event. Give one by its name, or {known}."
            raise InvalidInput(message, field=f"events.{position}")
    return tuple(dict.fromkeys(patterns))


def wants(patterns: Sequence[str], name: str) -> bool:
    """Whether one of the patterns asks for what has this name."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def names_of(kind: str) -> tuple[str, ...]:
    """Return as what an event of `kind` is told."""
    return (kind, *ALSO.get(kind, ()))


def topic_of(name: str) -> str:
    """Return what something told is about: the word before the point."""
    return name.partition(".")[0]
