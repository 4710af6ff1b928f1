"""The FTP engine: plain, or with TLS from the first byte on."""

import ssl
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from uuid import UUID

from services.engines.engine import Fetched, Job
from services.engines.line import Line
from services.engines.session import Session
from services.engines.stream import fetch
from services.engines.unfinished.finish import Hash
from services.engines.unfinished.unfinished import Unfinished, forget, kept_tasks
from services.engines.watch import SILENCE_SECONDS
from services.files.places import Place
from services.files.space import Space
from services.outgoing.addresses import AddressPolicy
from services.outgoing.urls import parse_url

SCHEMES = frozenset({"ftp", "ftps"})


class FtpEngine:
    """Fetches files over ftp and ftps (TLS from the start; the certificate is always checked)."""

    name = "ftp"

    def __init__(
        self,
        *,
        root: Path,
        policy: AddressPolicy,
        hash: Hash = Hash.AFTER,  # noqa: A002 - as the setting is called
        system_proxy: str | None = None,
        space: Space | None = None,
    ) -> None:
        self._root = root
        self._policy = policy
        self._hash = hash
        self._system_proxy = system_proxy
        self._space = space

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
        # aioftp is imported by the first that needs it, not by everybody who starts the server.
        from services.engines.ftp.client import logged_in
        from services.engines.ftp.wire import path_of

        url = parse_url(job.url, schemes=SCHEMES)
        return logged_in(
            line=Line.of(url, job, policy=self._policy, system_proxy=self._system_proxy),
            path=path_of(url),
            tls=ssl.create_default_context() if url.scheme == "ftps" else None,
            username=job.secrets.username,
            password=job.secrets.password,
            seconds=job.options.patience.silence or SILENCE_SECONDS,
        )
