"""The SFTP engine."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from yarl import URL

from services.engines.engine import Job
from services.engines.session import Session
from services.engines.sftp.known_hosts import KnownHosts
from services.engines.single import SingleEngine
from services.engines.unfinished.finish import Hash
from services.engines.watch import silence
from services.files.space import Space
from services.outgoing.addresses import AddressPolicy
from services.outgoing.hosts import Hosts
from services.outgoing.proxies import Proxy


class SftpEngine(SingleEngine):
    """Fetches files over sftp. `known_hosts` is the file of the host keys that were seen."""

    name = "sftp"
    schemes = frozenset({"sftp"})

    def __init__(
        self,
        *,
        root: Path,
        policy: AddressPolicy,
        known_hosts: Path,
        hash: Hash = Hash.AFTER,  # noqa: A002 - as the setting is called
        system_proxy: Proxy | None = None,
        space: Space | None = None,
        hosts: Hosts | None = None,
    ) -> None:
        super().__init__(
            root=root, policy=policy, hash=hash, system_proxy=system_proxy, space=space, hosts=hosts
        )
        self._known_hosts = KnownHosts(known_hosts)

    def _session(self, job: Job, url: URL) -> AbstractAsyncContextManager[Session]:
        # asyncssh takes long to import: the first that needs it waits for it.
        from services.engines.sftp.client import Login, logged_in
        from services.engines.sftp.paths import path_of

        secrets = job.secrets
        return logged_in(
            line=self._line(job, url),
            path=path_of(url),
            login=Login(secrets.username, secrets.password, secrets.private_key),
            pinned=secrets.host_key,
            known_hosts=self._known_hosts,
            seconds=silence(job.options.patience),
        )
