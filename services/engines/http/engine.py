"""The HTTP engine."""

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from services.engines.engine import Fetched, Job
from services.engines.http.settings import HttpSettings
from services.engines.unfinished.leftovers import forget, kept_tasks
from services.engines.unfinished.together import Together
from services.engines.unfinished.unfinished import Unfinished
from services.files.places import Place
from services.files.space import Space
from services.outgoing.addresses import AddressPolicy

if TYPE_CHECKING:
    from services.engines.http.reception import Tools
    from services.outgoing.visitor import Visitor

REMEMBERED = 1000  # tasks whose cookies are kept from attempt to attempt


class HttpEngine:
    """Fetches files over http and https."""

    name = "http"

    def __init__(
        self,
        *,
        root: Path,
        policy: AddressPolicy,
        user_agent: str,
        settings: HttpSettings | None = None,
        space: Space | None = None,
    ) -> None:
        self._root = root
        self._policy = policy
        self._user_agent = user_agent
        self.settings = settings or HttpSettings()
        self._space = space or Space(root)
        self._tools: Tools | None = None
        self._visitors: dict[UUID, Visitor] = {}

    async def close(self) -> None:
        if self._tools is not None:
            tools, self._tools = self._tools, None  # it may be opened again
            await tools.client.close()

    def limit_hosts(self, most: int, start_rate: float) -> None:
        """Have other caps for each host from now on."""
        self.settings.connections_per_host, self.settings.start_rate = most, start_rate
        if self._tools is not None:
            self._tools.hosts.limit(most, start_rate)

    async def fetch(self, job: Job) -> Fetched:
        # aiohttp takes as long to import as all the rest of the server's start: the first
        # download waits for it, not everybody who starts the server.
        from services.engines.http.transfer import fetch

        tools = self._tools = self._tools or self._make_tools()
        unfinished = Unfinished(self._root, job.task_id, space=self._space)
        try:
            return await fetch(tools, unfinished, job, self._visitor(job))
        finally:
            await unfinished.close()

    async def forget(self, task_id: UUID) -> None:
        self._visitors.pop(task_id, None)
        forget(self._root, task_id)

    async def discard(self, task_id: UUID, place: Place) -> None:
        self._visitors.pop(task_id, None)
        await Unfinished(self._root, task_id).discard(place)

    async def leftovers(self) -> set[UUID]:
        return set(kept_tasks(self._root))

    def _make_tools(self) -> "Tools":
        from services.engines.http.body import BUFFER
        from services.engines.http.reception import Tools
        from services.outgoing.client import OutgoingClient
        from services.outgoing.hosts import Hosts

        settings = self.settings
        return Tools(
            client=OutgoingClient(
                policy=self._policy,
                user_agent=self._user_agent,
                system_proxy=settings.system_proxy,
            ),
            hosts=Hosts(settings.connections_per_host, settings.start_rate),
            settings=settings,
            buffer=memoryview(bytearray(BUFFER)),
            together=Together(),
        )

    def _visitor(self, job: Job) -> "Visitor":
        """Return who this task is to servers: with the cookies of its earlier attempts."""
        from services.engines.http.asking import visitor_of

        visitor = self._visitors.pop(job.task_id, None) or visitor_of(job)
        self._visitors[job.task_id] = visitor
        while len(self._visitors) > REMEMBERED:
            del self._visitors[next(iter(self._visitors))]
        return visitor
