"""The ways to fetch."""

from argosy.settings import Settings
from argosy.version import VERSION
from services.engines.engine import Engine
from services.engines.ftp.engine import FtpEngine
from services.engines.http.engine import HttpEngine
from services.engines.http.settings import HttpSettings
from services.engines.sftp.engine import SftpEngine
from services.files.space import Space
from services.outgoing.addresses import AddressPolicy
from services.outgoing.hosts import Hosts

USER_AGENT = f"Argosy/{VERSION}"


def make_engines(
    settings: Settings, policy: AddressPolicy, space: Space, hosts: Hosts
) -> dict[str, Engine]:
    """Return every way to fetch, by its name."""
    root, hashing, proxy = settings.downloads, settings.hash, settings.proxy
    http = HttpSettings(
        hash=hashing,
        connections=settings.max_connections_per_download,
        connections_per_host=settings.max_connections_per_host,
        start_rate=settings.start_rate_per_host,
        system_proxy=proxy,
    )
    engines: list[Engine] = [
        HttpEngine(root=root, policy=policy, user_agent=USER_AGENT, settings=http, space=space),
        FtpEngine(
            root=root, policy=policy, hash=hashing, system_proxy=proxy, space=space, hosts=hosts
        ),
        SftpEngine(
            root=root,
            policy=policy,
            known_hosts=settings.data_dir / "known_hosts",
            hash=hashing,
            system_proxy=proxy,
            space=space,
            hosts=hosts,
        ),
    ]
    return {engine.name: engine for engine in engines}
