"""The steps of a restore, in their order. Whatever ends it at one of them, nothing is half done."""

from collections.abc import Callable
from enum import StrEnum


class Step(StrEnum):
    """What is about to be done."""

    EXTRACTING = "extracting"  # the archive, into a folder of its own
    STAGING = "staging"  # a database as it was then
    LOADING = "loading"  # rows into it
    MIGRATING = "migrating"  # it, to this version
    STOPPING = "stopping"  # whoever writes
    SAVING = "saving"  # a backup of now
    SWAPPING = "swapping"  # the rows: a transaction begins
    EMPTIED = "emptied"  # in the transaction, nothing is left
    FILLED = "filled"  # in the transaction, all is there
    SWAPPED = "swapped"  # the transaction is durable: from here on it is the restored database
    STARTING = "starting"  # all that was stopped
    DONE = "done"


# Called at each step, from whatever thread. What it raises ends the restore.
Tell = Callable[[Step], None]


def tell_nobody(_step: Step) -> None:
    """For whoever does not want to know."""
