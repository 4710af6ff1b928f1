"""What a part of the server says when something is wrong with it, and when it is well again."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol


class Level(StrEnum):
    """How bad something is."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class Issues(Protocol):
    """Takes what is wrong.

    A `rule` is a word such as `backup.failed`; `subject` tells apart what can be wrong of the same
    kind (the id of a webhook, the name of a plugin). What is about one user's own affairs has that
    owner; what is about the server has none, and is for administrators. Neither of the two fails
    for want of the database: what cannot be written now is written later.
    """

    async def report(
        self,
        rule: str,
        message: str,
        *,
        level: Level,
        subject: str = "",
        owner_id: int | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        """Say that something is wrong. While that is known already, nothing new is told."""
        ...

    async def restore(self, rule: str, subject: str = "") -> None:
        """Say that it is not wrong any more; it need not have been."""
        ...
