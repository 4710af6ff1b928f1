"""An engine that fetches each file over a session of its own."""

from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from uuid import UUID

from yarl import URL

from services.engines.engine import Fetched, Job
from services.engines.line import Line
from services.engines.session import Session
from services.engines.stream import fetch
from services.engines.unfinished.finish import Hash
from services.engines.unfinished.leftovers import forget, kept_tasks
from services.engines.unfinished.unfinished import Unfinished
from services.files.places import Place
from services.files.space import Space
from services.outgoing.addresses import AddressPolicy
from services.outgoing.hosts import Hosts, key_of
from services.outgoing.proxies import Proxy
from services.outgoing.urls import parse_url


class SingleEngine:
    """What such engines have in common. `hosts` has the caps for each host; by default none."""

    name: str
    schemes: frozenset[str]

    def __init__(
        self,
        *,
        root: Path,
        policy: AddressPolicy,
        hash: Hash = Hash.AFTER,  # noqa: A002 - as the setting is called
        system_proxy: Proxy | None = None,
        space: Space | None = None,
        hosts: Hosts | None = None,
    ) -> None:
        self._root = root
        self._policy = policy
        self.hash = hash
        self._system_proxy = system_proxy
        self._space = space
        self._hosts = Hosts(0, 0) if hosts is None else hosts

    async def close(self) -> None:
        """Nothing is kept open between two jobs."""

    async def fetch(self, job: Job) -> Fetched:
        url = parse_url(job.url, schemes=self.schemes)
        # A session counts as one connection, whatever its protocol opens beside it.
        turn = partial(self._hosts.connection, key_of(url))
        unfinished = Unfinished(self._root, job.task_id, space=self._space)
        try:
            session = partial(self._session, job, url)
            return await fetch(session, turn, unfinished, job, self.hash)
        finally:
            await unfinished.close()

    async def forget(self, task_id: UUID) -> None:
        forget(self._root, task_id)

    async def discard(self, task_id: UUID, place: Place) -> None:
        await Unfinished(self._root, task_id).discard(place)

    async def leftovers(self) -> set[UUID]:
        return set(kept_tasks(self._root))

    def _line(self, job: Job, url: URL) -> Line:
        return Line.of(url, job, policy=self._policy, system_proxy=self._system_proxy)

    def _session(self, job: Job, url: URL) -> AbstractAsyncContextManager[Session]:
        raise NotImplementedError
