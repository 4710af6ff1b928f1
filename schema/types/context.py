"""What every field is given: who asks, the services, and the loaders of this request."""

from dataclasses import dataclass, field
from uuid import UUID

from strawberry.dataloader import DataLoader
from strawberry.types import Info

from services.access.identity import Identity
from services.statistics import Statistics
from services.system import System
from services.tasks.records import File
from services.tasks.speeds import Speeds
from services.tasks.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Services:
    """The services that fields call."""

    version: str
    tasks: Tasks
    speeds: Speeds
    statistics: Statistics
    system: System


class Loaders:
    """Gather what the fields of one request ask for, so that a list costs one query."""

    def __init__(self, services: Services, identity: Identity) -> None:
        self._services = services
        self._identity = identity
        self.files: DataLoader[UUID, list[File]] = DataLoader(load_fn=self._load_files)

    async def _load_files(self, task_ids: list[UUID]) -> list[list[File]]:
        found = await self._services.tasks.files_of(self._identity, task_ids)
        return [found.get(task_id, []) for task_id in task_ids]


@dataclass(frozen=True)
class Context:
    """The surroundings of one operation."""

    identity: Identity
    services: Services
    request_id: str
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "loaders", Loaders(self.services, self.identity))


ContextInfo = Info[Context, None]
