"""Loaders: what the fields of one request ask for one by one is read together."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Generic, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from services.access.identity import Identity
from services.alerts.listing import AlertListing
from services.alerts.records import Alert
from services.events.queries import EventQueries
from services.paging.pages import Page
from services.tasks.listing.parts import Parts, Start
from services.tasks.listing.queries import TaskQueries
from services.tasks.records import File, Task

T = TypeVar("T")


class PartLoaders(Generic[T]):
    """Read what belongs to tasks: each kind of question is one statement for all tasks."""

    def __init__(self, identity: Identity, parts: Parts[T]) -> None:
        self._identity = identity
        self._parts = parts
        self._pages = DataLoader(load_fn=self._load_pages)
        self._begun = DataLoader(load_fn=self._load_begun)
        self.counts = DataLoader(load_fn=self._load_counts)

    def start(self, after: str | None) -> Start | None:
        """Return the place that a cursor names; raise `InvalidInput` if it is of another list."""
        return self._parts.start(after)

    async def page(self, task_id: UUID, first: int, start: Start | None) -> Page[T]:
        """Return the page of a task that begins behind a place."""
        return await self._pages.load((task_id, first, start))

    async def has_before(self, task_id: UUID, start: Start | None) -> bool:
        """Return whether a task has some up to a place."""
        return start is not None and await self._begun.load((task_id, start))

    async def _load_pages(self, keys: list[tuple[UUID, int, Start | None]]) -> list[Page[T]]:
        found: dict[tuple[UUID, int, Start | None], Page[T]] = {}
        for (first, start), task_ids in _grouped([(k[0], k[1:]) for k in keys]).items():
            pages = await self._parts.pages(self._identity, task_ids, first, start)
            found |= {(task_id, first, start): page for task_id, page in pages.items()}
        return [found.get(key) or Page([], [], has_more=False) for key in keys]

    async def _load_begun(self, keys: list[tuple[UUID, Start]]) -> list[bool]:
        begun: set[tuple[UUID, Start]] = set()
        for start, task_ids in _grouped(keys).items():
            found = await self._parts.begun(self._identity, task_ids, start)
            begun |= {(task_id, start) for task_id in found}
        return [key in begun for key in keys]

    async def _load_counts(self, task_ids: list[UUID]) -> list[int]:
        counts = await self._parts.counts(self._identity, task_ids)
        return [counts.get(task_id, 0) for task_id in task_ids]


class Loaders:
    """Those of one request."""

    def __init__(
        self, identity: Identity, tasks: TaskQueries, events: EventQueries, alerts: AlertListing
    ) -> None:
        self._identity = identity
        self._queries = tasks
        self._alerts = alerts
        self.files = PartLoaders(identity, tasks.files)
        self.attempts = PartLoaders(identity, tasks.attempts)
        self.events = PartLoaders(identity, events.of_tasks)
        self.task = DataLoader(load_fn=self._load_tasks)
        self.file = DataLoader(load_fn=self._load_files)
        self.alert = DataLoader(load_fn=self._load_alerts)
        self.owner_name = DataLoader(load_fn=self._load_owner_names)

    async def _load_tasks(self, task_ids: list[UUID]) -> list[Task | None]:
        found = await self._queries.get_some(self._identity, task_ids)
        return [found.get(task_id) for task_id in task_ids]

    async def _load_files(self, file_ids: list[UUID]) -> list[File | None]:
        found = await self._queries.get_files(self._identity, file_ids)
        return [found.get(file_id) for file_id in file_ids]

    async def _load_alerts(self, alert_ids: list[UUID]) -> list[Alert | None]:
        found = await self._alerts.get_some(self._identity, alert_ids)
        return [found.get(alert_id) for alert_id in alert_ids]

    async def _load_owner_names(self, owner_ids: list[int]) -> list[str]:
        names = await self._queries.owner_names(owner_ids)
        return [names[owner_id] for owner_id in owner_ids]


K = TypeVar("K")


def _grouped(keys: Sequence[tuple[UUID, K]]) -> dict[K, list[UUID]]:
    """Return the ids of tasks by what else stands in their keys."""
    groups: defaultdict[K, list[UUID]] = defaultdict(list)
    for task_id, rest in keys:
        groups[rest].append(task_id)
    return groups
