"""How urgent a task is among those of its owner."""

from enum import IntEnum


class Priority(IntEnum):
    """The greater comes first. Between users it counts for nothing: they take turns."""

    LOW = -1
    NORMAL = 0
    HIGH = 1
