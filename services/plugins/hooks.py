"""What a plugin may be called for, and what it may be given, by name."""

from collections.abc import Mapping
from enum import StrEnum

PROJECT = "argosy"

Facts = Mapping[str, object]


class Hook(StrEnum):
    """A hook by the name that the function has in the plugin, and that its manifest lists."""

    TASK_CREATED = "task_created"
    BEFORE_FETCH = "before_fetch"
    PROGRESS = "progress"
    COMPLETED = "completed"
    FAILED = "failed"
    ALERT_RAISED = "alert_raised"
    BACKUP_MADE = "backup_made"
    LOOK_AT_FILE = "look_at_file"
    READ_FILE = "read_file"


# An engine has both of these; they are called for what its manifest claims.
ENGINE_HOOKS = frozenset({Hook.LOOK_AT_FILE, Hook.READ_FILE})


class Permission(StrEnum):
    """What a plugin is given beside the bare facts, if it asks and is granted it."""

    NETWORK = "network"  # requests through the server's own client
    TASKS = "tasks"  # the whole URLs of tasks, with what is secret in them
    FILES = "files"  # where on the disk finished files lie
