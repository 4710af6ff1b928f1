"""What every field is given: who asks, the services, and the loaders of this request."""

from dataclasses import dataclass, field

from strawberry.types import Info

from schema.types.loaders import Loaders
from services.access.caller import Caller
from services.access.identity import Identity
from services.access.keys.key_ring import KeyRing
from services.access.limits.rate_limits import Allowance
from services.access.logins.programs import Programs
from services.access.people.own_account import OwnAccount
from services.access.people.people import People
from services.access.quotas.quotas import Quotas
from services.alerts.desk import AlertDesk
from services.alerts.feed import AlertFeed
from services.alerts.listing import AlertListing
from services.audit.listing import AuditListing
from services.audit.log import AuditLog
from services.backups.backups import Backups
from services.backups.progress import ProgressBoard
from services.backups.restoring.restoring import Restoring
from services.configuration.configuration import Configuration
from services.events.queries import EventQueries
from services.events.tail import Tail
from services.logs.logs import Logs
from services.notifiers.notifiers import Notifiers
from services.plugins.plugins import Plugins
from services.statistics.report import Report
from services.statistics.totals import Statistics
from services.system import System
from services.tasks.changing.changes import Changes
from services.tasks.changing.moving import Moving
from services.tasks.changing.removal import Removal
from services.tasks.changing.updates import Updates
from services.tasks.limits.queue import Queue
from services.tasks.limits.speeds import Speeds
from services.tasks.tasks import Tasks
from services.tasks.telling.board import Board
from services.upkeep.caches import Caches
from services.upkeep.parts import Parts
from services.webhooks.callbacks import Callbacks
from services.webhooks.deliveries import Deliveries
from services.webhooks.webhooks import Webhooks


@dataclass(frozen=True, slots=True)
class Services:
    """The services that fields call."""

    version: str
    tasks: Tasks
    events: EventQueries
    changes: Changes
    removal: Removal
    moving: Moving
    updates: Updates
    queue: Queue
    speeds: Speeds
    statistics: Statistics
    system: System
    keys: KeyRing
    board: Board
    tail: Tail
    audit: AuditLog
    audit_listing: AuditListing
    people: People
    account: OwnAccount
    programs: Programs
    quotas: Quotas
    logs: Logs
    backups: Backups
    backup_board: ProgressBoard
    restoring: Restoring
    notifiers: Notifiers
    report: Report
    plugins: Plugins
    alerts: AlertListing
    alert_desk: AlertDesk
    alert_feed: AlertFeed
    configuration: Configuration
    parts: Parts
    caches: Caches
    webhooks: Webhooks
    deliveries: Deliveries
    callbacks: Callbacks


@dataclass(frozen=True)
class Context:
    """The surroundings of one operation.

    `last_event_id` is what a client of server-sent events got last before its connection broke.
    `allowance` is how much may still be asked, where that is limited.
    """

    identity: Identity
    services: Services
    request_id: str
    caller: Caller
    last_event_id: str | None = None
    allowance: Allowance | None = None
    event_id: str | None = field(init=False, default=None)
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        self._renew("loaders", self._loaders())

    def resume(self, after: str | None) -> str | None:
        """Return where a subscription goes on: what its argument says, else the transport."""
        return self.last_event_id if after is None else after

    def turn_to(self, cursor: str) -> None:
        """Begin with the next value of a subscription; nothing is remembered of the last one."""
        self._renew("event_id", cursor)
        self._renew("loaders", self._loaders())

    def _loaders(self) -> Loaders:
        services = self.services
        return Loaders(self.identity, services.tasks, services.events, services.alerts)

    def _renew(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)  # of all else, nobody may set anything


ContextInfo = Info[Context, None]
