"""How a task reaches its server, where it speaks another protocol than HTTP."""

import socket
from dataclasses import dataclass

from yarl import URL

from services.engines.engine import Job
from services.engines.proxies import proxy_for
from services.outgoing.addresses import AddressPolicy
from services.outgoing.dial import DIAL_SECONDS, dial
from services.outgoing.lookup import look_up
from services.outgoing.proxies import Proxy
from services.outgoing.routes import Route
from services.outgoing.urls import check_host, port_of


@dataclass(frozen=True, slots=True)
class Line:
    """The way to one server. Every connection is to an address that `policy` permits.

    `host` is in ASCII, as DNS has it.
    """

    host: str
    port: int
    policy: AddressPolicy
    route: Route
    system_proxy: Proxy | None
    seconds: float

    @classmethod
    def of(cls, url: URL, job: Job, *, policy: AddressPolicy, system_proxy: Proxy | None) -> "Line":
        """Return the way to the server of `url`; raise `ForbiddenAddress` where it says so."""
        host, port = url.raw_host or "", port_of(url)
        check_host(host, port, policy)
        route = Route(proxy=proxy_for(job))
        return cls(
            host, port, policy, route, system_proxy, job.options.patience.connect or DIAL_SECONDS
        )

    async def open(self) -> tuple[socket.socket, str]:
        """Return a connected socket, and the numeric address that it leads to."""
        if self.route.proxy is not None:
            address = (await look_up(self.policy, self.host, self.port))[0]
            return await self.open_to(address, self.port), address
        connected = await self.open_to(self.host, self.port)
        return connected, str(connected.getpeername()[0])

    async def open_to(self, host: str, port: int) -> socket.socket:
        """Return a socket that is connected to another port, in the same way."""
        return await dial(
            self.policy,
            host,
            port,
            route=self.route,
            system_proxy=self.system_proxy,
            seconds=self.seconds,
            name=self.host,
        )
