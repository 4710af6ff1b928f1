"""The SFTP engine."""

from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from uuid import UUID

from services.engines.engine import Fetched, Job
from services.engines.line import Line
from services.engines.session import Session
from services.engines.sftp.known_hosts import KnownHosts
from services.engines.stream import fetch
from services.engines.unfinished.finish import Hash
from services.engines.unfinished.unfinished import Unfinished, forget, kept_tasks
from services.engines.watch import SILENCE_SECONDS
from services.files.places import Place
from services.files.space import Space
from services.outgoing.addresses import AddressPolicy
from services.outgoing.urls import parse_url

SCHEMES = frozenset({"sftp"})


class SftpEngine:
    """Fetches files over sftp. `known_hosts` is the file of the host keys that were seen."""

    name = "sftp"

    def __init__(
        self,
        *,
        root: Path,
        policy: AddressPolicy,
        known_hosts: Path,
        hash: Hash = Hash.AFTER,  # noqa: A002 - as the setting is called
        system_proxy: str | None = None,
        space: Space | None = None,
    ) -> None:
        self._root = root
        self._policy = policy
        self._hash = hash
        self._system_proxy = system_proxy
        self._space = space
        self._known_hosts = KnownHosts(known_hosts)

    async def close(self) -> None:
        """Nothing is kept open between two jobs."""

    async def fetch(self, job: Job) -> Fetched:
        unfinished = Unfinished(self._root, job.task_id, space=self._space)
        try:
            return await fetch(partial(self._session, job), unfinished, job, self._hash)
        finally:
            await unfinished.close()

    async def forget(self, task_id: UUID) -> None:
        forget(self._root, task_id)

    async def discard(self, task_id: UUID, place: Place) -> None:
        await Unfinished(self._root, task_id).discard(place)

    async def leftovers(self) -> set[UUID]:
        return set(kept_tasks(self._root))

    def _session(self, job: Job) -> AbstractAsyncContextManager[Session]:
        # asyncssh takes long to import: the first that needs it waits for it.
        from services.engines.sftp.client import Login, logged_in
        from services.engines.sftp.paths import path_of

        url, secrets = parse_url(job.url, schemes=SCHEMES), job.secrets
        return logged_in(
            line=Line.of(url, job, policy=self._policy, system_proxy=self._system_proxy),
            path=path_of(url),
            login=Login(secrets.username, secrets.password, secrets.private_key),
            pinned=secrets.host_key,
            known_hosts=self._known_hosts,
            seconds=job.options.patience.silence or SILENCE_SECONDS,
        )
