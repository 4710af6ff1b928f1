"""The HTTP engine."""

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from services.engines.engine import Fetched, Job
from services.engines.http.unfinished import Unfinished, kept_tasks
from services.files.places import Place
from services.outgoing.addresses import AddressPolicy

if TYPE_CHECKING:
    from services.outgoing.client import OutgoingClient


class HttpEngine:
    """Fetches files over http and https."""

    name = "http"

    def __init__(self, *, root: Path, policy: AddressPolicy, user_agent: str) -> None:
        self._root = root
        self._policy = policy
        self._user_agent = user_agent
        self._client: OutgoingClient | None = None

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def fetch(self, job: Job) -> Fetched:
        # aiohttp takes as long to import as all the rest of the server's start: the first
        # download waits for it, not everybody who starts the server.
        from services.engines.http.transfer import fetch
        from services.outgoing.client import OutgoingClient

        if self._client is None:
            self._client = OutgoingClient(policy=self._policy, user_agent=self._user_agent)
        unfinished = Unfinished(self._root, job.task_id)
        try:
            file = await fetch(self._client, unfinished, job)
        finally:
            await unfinished.close()
        return Fetched(file.name, job.place.path(file.name), file.size, file.sha256)

    async def forget(self, task_id: UUID) -> None:
        Unfinished(self._root, task_id).remove()

    async def discard(self, task_id: UUID, place: Place) -> None:
        await Unfinished(self._root, task_id).discard(place)

    async def leftovers(self) -> set[UUID]:
        return set(kept_tasks(self._root))
