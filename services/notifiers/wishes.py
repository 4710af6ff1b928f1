"""What somebody wants of a notifier, checked."""

from dataclasses import dataclass, field

from services.alerts.issues import Level
from services.errors import InvalidInput
from services.notifiers.quiet import QuietHours
from services.store.rows import write_json

LONGEST_NAME = 64
LONGEST_DIGEST = 24 * 3600  # seconds


@dataclass(frozen=True, slots=True)
class NotifierWish:
    """A notifier to make. Its URL is a secret."""

    name: str
    url: str = field(repr=False)
    level: Level = Level.WARNING
    quiet: QuietHours | None = None
    digest_seconds: int = 30
    is_active: bool = True
    tells_restored: bool = True
    tells_others: bool = False

    def content(self) -> bytes:
        """Return what tells this wish from others."""
        quiet = self.quiet and (self.quiet.begin, self.quiet.end, self.quiet.zone)
        told = (self.is_active, self.tells_restored, self.tells_others)
        rest = (self.name, self.url, self.level.value, quiet, self.digest_seconds, *told)
        return write_json(["createNotifier", *rest]).encode()


@dataclass(frozen=True, slots=True)
class NotifierChange:
    """A change of one; what is None stays as it is."""

    name: str | None = None
    url: str | None = field(default=None, repr=False)
    level: Level | None = None
    quiet: QuietHours | None = None
    is_never_quiet: bool = False
    digest_seconds: int | None = None
    is_active: bool | None = None
    tells_restored: bool | None = None
    tells_others: bool | None = None

    def columns(self) -> dict[str, object]:
        """Return what is to be written, but for the URL."""
        columns = {
            "name": self.name,
            "level": None if self.level is None else self.level.value,
            "digest_seconds": self.digest_seconds,
            "is_active": self.is_active,
            "tells_restored": self.tells_restored,
            "tells_others": self.tells_others,
        }
        found: dict[str, object] = {n: value for n, value in columns.items() if value is not None}
        if self.quiet or self.is_never_quiet:
            found |= quiet_columns(self.quiet)
        return found


def quiet_columns(quiet: QuietHours | None) -> dict[str, object]:
    """Return how quiet hours are stored."""
    if quiet is None:
        return {"quiet_from": None, "quiet_until": None, "time_zone": "UTC"}
    return {"quiet_from": quiet.begin, "quiet_until": quiet.end, "time_zone": quiet.zone}


def check(wish: NotifierWish | NotifierChange, *, is_admin: bool) -> None:
    """Raise `InvalidInput` where a wish makes no sense."""
    if wish.name is not None and not (
        wish.name.strip() and len(wish.name) <= LONGEST_NAME and wish.name.isprintable()
    ):
        message = f"The name of a notifier has 1 to {LONGEST_NAME} letters, without line ends."
        raise InvalidInput(message, field="name")
    if wish.digest_seconds is not None and not 0 <= wish.digest_seconds <= LONGEST_DIGEST:
        message = f"Give 0 to {LONGEST_DIGEST} seconds."
        raise InvalidInput(message, field="digestSeconds")
    if wish.tells_others and not is_admin:
        message = "Only administrators are told of what others have; leave tellsOthers away."
        raise InvalidInput(message, field="tellsOthers")
    if isinstance(wish, NotifierChange) and wish.quiet and wish.is_never_quiet:
        message = "Give quietHours, or neverQuiet, and not both."
        raise InvalidInput(message, field="neverQuiet")
