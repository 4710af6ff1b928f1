"""Who is asking, and what they may do."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.errors import Forbidden


class Role(StrEnum):
    """What kind of user."""

    ADMIN = "admin"  # sees and does everything, for everybody
    USER = "user"  # sees and does what is their own


class Scope(StrEnum):
    """What a key may be used for."""

    TASKS_READ = "tasks:read"
    TASKS_WRITE = "tasks:write"
    ACCOUNTS_READ = "accounts:read"
    ACCOUNTS_WRITE = "accounts:write"
    BACKUPS_WRITE = "backups:write"
    PLUGINS_WRITE = "plugins:write"
    USERS_READ = "users:read"
    USERS_WRITE = "users:write"
    CONFIG_READ = "config:read"
    CONFIG_WRITE = "config:write"
    METRICS_READ = "metrics:read"
    LOGS_READ = "logs:read"
    AUDIT_READ = "audit:read"
    ALERTS_READ = "alerts:read"
    ALERTS_WRITE = "alerts:write"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"


ALL_SCOPES = frozenset(Scope)
# They are about the server, or about everybody, whatever a key may be used for.
ADMIN_SCOPES = frozenset(
    {
        Scope.BACKUPS_WRITE,
        Scope.PLUGINS_WRITE,
        Scope.CONFIG_READ,
        Scope.CONFIG_WRITE,
        Scope.AUDIT_READ,
    }
)
EVERY_SCOPE = "*"  # in storage: all that there are, and that there will be


def scopes_of(role: Role) -> frozenset[Scope]:
    """Return the scopes that are of use to users of that role."""
    return ALL_SCOPES if role is Role.ADMIN else ALL_SCOPES - ADMIN_SCOPES


def read_scopes(words: Iterable[str]) -> frozenset[Scope]:
    """Return the scopes that storage names; those of another version are left away."""
    given = frozenset(words)
    return (
        ALL_SCOPES
        if EVERY_SCOPE in given
        else frozenset(scope for scope in Scope if scope in given)
    )


def write_scopes(scopes: Iterable[Scope]) -> list[str]:
    """Return how storage names `scopes`."""
    given = frozenset(scopes)
    return [EVERY_SCOPE] if given == ALL_SCOPES else sorted(scope.value for scope in given)


class CredentialKind(StrEnum):
    """With what somebody has proved who they are."""

    KEY = "key"  # an access key
    SESSION = "session"  # the cookie of a browser that logged in
    ACCESS = "access token"  # the short-lived one of a program that logged in
    NOTHING = "nothing"  # they have proved nothing, and may do next to nothing
    SERVER = "server"  # a key that the server lends the command line on its machine


@dataclass(frozen=True, slots=True)
class Credential:
    """What somebody has proved with who they are.

    `id` is that of the key, or of the session that a cookie or an access token belongs to.
    `label` may be shown: the first letters of a key.
    """

    kind: CredentialKind
    id: UUID | None = None
    label: str = ""
    expires_at: datetime | None = None

    @property
    def is_of_session(self) -> bool:
        """Whether it is of a session, which can be ended."""
        return self.kind in {CredentialKind.SESSION, CredentialKind.ACCESS}

    def __str__(self) -> str:
        return f"{self.kind.value} {self.label}".strip()


LENT = Credential(CredentialKind.SERVER)


@dataclass(frozen=True, slots=True)
class Identity:
    """A user who has proved who they are, with what their key allows."""

    user_id: int
    user_name: str
    role: Role
    scopes: frozenset[Scope]
    credential: Credential = field(default=LENT, compare=False)
    tier: str = field(default="unlimited", compare=False)

    @property
    def is_admin(self) -> bool:
        """Whether they see what others own."""
        return self.role is Role.ADMIN

    def require(self, scope: Scope) -> None:
        """Raise `Forbidden`, naming `scope`, if the key lacks it, or the role does."""
        if scope not in scopes_of(self.role):
            message = f"Only administrators have the scope {scope.value}. Ask one of them."
            raise Forbidden(message)
        if scope not in self.scopes:
            message = f"This {self._what} lacks the scope {scope.value}. Take one that has it."
            raise Forbidden(message)

    def require_all_of(self, role: Role) -> None:
        """Raise `Forbidden` for the first scope that somebody of that role has and the key lacks.

        Who may log in as somebody, or have somebody made who is more, is as good as they.
        """
        for scope in sorted(scopes_of(role)):
            self.require(scope)

    def require_admin(self) -> None:
        """Raise `Forbidden` unless they are an administrator."""
        if not self.is_admin:
            message = "Only administrators may do this. Ask one of them."
            raise Forbidden(message)

    @property
    def _what(self) -> str:
        return "key" if self.credential.kind is CredentialKind.SERVER else self.credential.kind

    def may_see(self, owner_id: int | None) -> bool:
        """Whether what `owner_id` owns is theirs to see; what nobody owns is administrators'."""
        return self.role is Role.ADMIN or owner_id == self.user_id


ANONYMOUS = Identity(0, "", Role.USER, frozenset(), Credential(CredentialKind.NOTHING))
