"""A row of the table: one thing that can be asked, and what each caller is answered."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from services.access.identity import Scope
from services.access.people.users import User
from tests.contracts.ownership.answers import Expected
from tests.integration.http.running import Running


class Caller(StrEnum):
    """Who asks."""

    OWNER = "owner"
    OTHER = "other"  # another user
    ADMIN = "admin"
    ANONYMOUS = "anonymous"
    UNSCOPED = "unscoped"  # the owner, with a key that lacks the scope


@dataclass(slots=True)
class World:
    """A server, the people of one case, and what the owner has. Nobody else has anything."""

    argosy: Running
    caller: Caller
    owner: User
    other: User
    admin: User
    key: str | None  # of the caller
    owners_key: str
    traces: list[str] = field(default_factory=list)

    @property
    def word(self) -> str:
        """A word for what the caller makes: one that betrays the owner where it is theirs."""
        is_owner = self.caller in {Caller.OWNER, Caller.UNSCOPED}
        return self.owner.name if is_owner else "plain"


Values = Mapping[str, Any]
Ask = Callable[[World], Awaitable[Values]]


class Absently(Protocol):
    """Makes of what is asked the same about what does not exist."""

    def __call__(self, values: Values) -> Values: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing that can be asked. Each caller has an answer; there is none by default.

    `ask` makes what there is to ask for, and returns the arguments. `about` says in which way the
    field is asked where it stands in the table more than once.
    """

    field: str
    scope: Scope | None
    owner: Expected
    other: Expected
    admin: Expected
    anonymous: Expected
    unscoped: Expected
    ask: Ask
    about: str = ""
    on: str | None = None

    def __str__(self) -> str:
        return f"{self.field} {self.about}".strip()

    def expected(self, caller: Caller) -> Expected:
        """Return what this caller is answered."""
        answers: dict[Caller, Expected] = {
            Caller.OWNER: self.owner,
            Caller.OTHER: self.other,
            Caller.ADMIN: self.admin,
            Caller.ANONYMOUS: self.anonymous,
            Caller.UNSCOPED: self.unscoped,
        }
        return answers[caller]
