"""Connections that are kept for the next request, apart for each route they go."""

import ssl
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from socket import AF_UNSPEC, AI_NUMERICHOST, AI_NUMERICSERV, IPPROTO_TCP, AddressFamily
from typing import Any
from weakref import WeakSet

import aiohttp
from aiohappyeyeballs import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler

from services.outgoing.addresses import AddressPolicy
from services.outgoing.certificates import client_tls
from services.outgoing.lookup import gate, look_up, targets
from services.outgoing.proxies import Proxy, proxy_of
from services.outgoing.refusals import translated
from services.outgoing.routes import DIRECT, Route
from services.outgoing.tunnel import tunnel

CONNECT_SECONDS = 30.0
READ_BUFFER = 64 << 10
IDLE_SESSIONS = 32  # beside the one that goes straight to the host


class CheckedResolver(AbstractResolver):
    """Looks names up, and gives no address that may not be reached."""

    def __init__(self, policy: AddressPolicy) -> None:
        self._policy = policy

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AF_UNSPEC
    ) -> list[ResolveResult]:
        addresses = await look_up(self._policy, host, port, family)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=target[0],
                proto=IPPROTO_TCP,
                flags=AI_NUMERICHOST | AI_NUMERICSERV,
            )
            for address, target in zip(addresses, targets(addresses, port), strict=True)
        ]

    async def close(self) -> None:
        """Nothing is kept open."""


class Connector(aiohttp.TCPConnector):
    """Connects to checked addresses, through a proxy if there is one."""

    def __init__(
        self,
        policy: AddressPolicy,
        *,
        proxy: Proxy | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(
            resolver=CheckedResolver(policy),
            use_dns_cache=False,
            socket_factory=gate(policy),
            limit=0,
            ssl=tls or True,
        )
        self._policy = policy
        self._proxy = proxy
        self._made_for: WeakSet[aiohttp.ClientRequest] = WeakSet()

    async def once(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        """Keep the HTTP library from asking a second time by itself.

        It does where a connection ends without an answer. That makes sense for one that was
        kept, which the server may have closed long ago, and not for one that was made for this
        request.
        """
        try:
            return await handler(request)
        except aiohttp.ClientConnectorError:
            raise
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
            if request not in self._made_for:
                raise
            raise translated(error, request.url.host or "") from error

    async def _wrap_create_connection(
        self,
        *args: Any,
        addr_infos: list[AddrInfoType],
        req: aiohttp.ClientRequest,
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - as it is called
        **kwargs: Any,
    ) -> tuple[Any, ResponseHandler]:
        self._made_for.add(req)
        # Here the name has been looked up and checked, and TLS has not begun: the last place
        # where a proxy can be put in between without being told the name.
        addresses = [str(info[4][0]) for info in addr_infos]
        proxy = self._proxy
        if proxy is None or proxy.around.covers(req.url.raw_host or "", addresses):
            return await super()._wrap_create_connection(
                *args, addr_infos=addr_infos, req=req, timeout=timeout, **kwargs
            )
        port = int(addr_infos[0][4][1])
        seconds = timeout.sock_connect or CONNECT_SECONDS
        connection = await tunnel(self._policy, proxy, addresses, port, seconds=seconds)
        try:
            return await self._wrap_existing_connection(
                *args, req=req, timeout=timeout, sock=connection, **kwargs
            )
        except BaseException:
            connection.close()
            raise


@dataclass(slots=True)
class _Kept:
    session: aiohttp.ClientSession
    users: int = 0


class Sessions:
    """One session for each route; those that nobody uses are closed, the oldest first."""

    def __init__(
        self, *, policy: AddressPolicy, user_agent: str, system_proxy: Proxy | None
    ) -> None:
        self._policy = policy
        self._user_agent = user_agent
        self._system_proxy = system_proxy
        self._kept: OrderedDict[Route, _Kept] = OrderedDict()

    async def close(self) -> None:
        """Close all of them."""
        while self._kept:
            _, kept = self._kept.popitem()
            await kept.session.close()

    @asynccontextmanager
    async def session(self, route: Route) -> AsyncIterator[aiohttp.ClientSession]:
        """Give the session of `route`; its connections live as long as the block at least.

        Raises `FetchFailed` where the proxy of the server is asked for and there is none.
        """
        kept = self._kept.get(route)
        if kept is None:
            kept = self._kept[route] = _Kept(self._open(route))
        self._kept.move_to_end(route)
        kept.users += 1
        try:
            yield kept.session
        finally:
            kept.users -= 1
            await self._tidy()

    def _open(self, route: Route) -> aiohttp.ClientSession:
        proxy = proxy_of(route, self._system_proxy)
        tls = client_tls(route.certificate, route.private_key) if route.certificate else None
        connector = Connector(self._policy, proxy=proxy, tls=tls)
        return aiohttp.ClientSession(
            connector=connector,
            middlewares=(connector.once,),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self._user_agent},
            auto_decompress=False,
            trust_env=False,
            read_bufsize=READ_BUFFER,
        )

    async def _tidy(self) -> None:
        idle = [route for route, kept in self._kept.items() if not kept.users and route != DIRECT]
        # All are taken out before the first wait: nobody finds one that is being closed.
        surplus = [self._kept.pop(route) for route in idle[: max(0, len(idle) - IDLE_SESSIONS)]]
        for kept in surplus:
            await kept.session.close()
