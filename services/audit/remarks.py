"""What is learnt while somebody does something, for the entry that is written when it is done.

Whoever writes the entry knows who asked and what; that it was Alice who gave a wrong password,
only the place knows that looked for her.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(slots=True)
class Remarks:
    """Who it was, as far as is known by now, and what else is worth knowing."""

    user_id: int | None = None
    user_name: str = ""
    details: dict[str, object] = field(default_factory=dict)
    targets: list[str] = field(default_factory=list)


_current: ContextVar[Remarks | None] = ContextVar("audit_remarks", default=None)


@contextmanager
def remarking() -> Iterator[Remarks]:
    """Give what is remarked on from here to the end."""
    remarks = Remarks()
    mark = _current.set(remarks)
    try:
        yield remarks
    finally:
        _current.reset(mark)


def remark_user(user_id: int, name: str) -> None:
    """Say whom somebody gives out to be who has no identity yet: a user that there is."""
    if (remarks := _current.get()) is not None:
        remarks.user_id, remarks.user_name = user_id, name


def remark(*targets: str, **details: object) -> None:
    """Say what else is worth knowing, and no secret; `targets` are ids as users see them."""
    if (remarks := _current.get()) is not None:
        remarks.targets += targets
        remarks.details |= details
