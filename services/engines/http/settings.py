"""How the operator has set up the HTTP engine."""

from dataclasses import dataclass

from services.engines.unfinished.finish import Hash
from services.outgoing.proxies import Proxy


@dataclass(slots=True)
class HttpSettings:
    """Limits and habits. `start_rate` is new connections a second to one host; 0 is off.

    `hash` and `connections` may be set at any time, and hold for what begins then.
    """

    hash: Hash = Hash.AFTER
    connections: int = 8  # at most so many at once for one file
    connections_per_host: int = 16  # and for all files from one host
    start_rate: float = 50.0
    system_proxy: Proxy | None = None
