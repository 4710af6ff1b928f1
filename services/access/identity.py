"""Who is asking, and what they may do."""

from dataclasses import dataclass
from enum import StrEnum

from services.errors import Forbidden


class Role(StrEnum):
    """What kind of user."""

    ADMIN = "admin"  # sees and does everything, for everybody
    USER = "user"  # sees and does what is their own


class Scope(StrEnum):
    """What a key may be used for."""

    TASKS_READ = "tasks:read"
    TASKS_WRITE = "tasks:write"
    METRICS_READ = "metrics:read"


ALL_SCOPES = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class Identity:
    """A user who has proved who they are, with what their key allows."""

    user_id: int
    user_name: str
    role: Role
    scopes: frozenset[Scope]

    @property
    def is_admin(self) -> bool:
        """Whether they see what others own."""
        return self.role is Role.ADMIN

    def require(self, scope: Scope) -> None:
        """Raise `Forbidden`, naming `scope`, if the key lacks it."""
        if scope not in self.scopes:
            message = f"This key lacks the scope {scope.value}. Make one that has it."
            raise Forbidden(message)

    def may_see(self, owner_id: int) -> bool:
        """Whether what `owner_id` owns is theirs to see."""
        return self.role is Role.ADMIN or owner_id == self.user_id
