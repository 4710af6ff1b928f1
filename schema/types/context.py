"""What every field is given: who asks, the services, and the loaders of this request."""

from dataclasses import dataclass, field

from strawberry.types import Info

from schema.types.loaders import Loaders
from services.access.identity import Identity
from services.events.queries import EventQueries
from services.statistics import Statistics
from services.system import System
from services.tasks.speeds import Speeds
from services.tasks.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Services:
    """The services that fields call."""

    version: str
    tasks: Tasks
    events: EventQueries
    speeds: Speeds
    statistics: Statistics
    system: System


@dataclass(frozen=True)
class Context:
    """The surroundings of one operation."""

    identity: Identity
    services: Services
    request_id: str
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "loaders", Loaders(self.identity, self.services.tasks, self.services.events)
        )


ContextInfo = Info[Context, None]
