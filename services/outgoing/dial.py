"""Plain connections for what speaks another protocol than HTTP."""

import asyncio
import socket

from services.errors import ErrorCode, FetchFailed
from services.outgoing.addresses import AddressPolicy
from services.outgoing.lookup import connect, look_up
from services.outgoing.proxies import Proxy, proxy_of
from services.outgoing.routes import DIRECT, Route
from services.outgoing.tunnel import tunnel

DIAL_SECONDS = 30.0


async def dial(
    policy: AddressPolicy,
    host: str,
    port: int,
    *,
    route: Route = DIRECT,
    system_proxy: Proxy | None = None,
    seconds: float = DIAL_SECONDS,
    name: str | None = None,
) -> socket.socket:
    """Return a socket that is connected to `port` at `host`; it does not block.

    The name is looked up once, and the connection goes to an address that was checked. Where
    `host` is an address already, `name` is by what it is known.
    Raises `ForbiddenAddress` and `FetchFailed`.
    """
    proxy = proxy_of(route, system_proxy)
    addresses = await look_up(policy, host, port)
    if proxy is not None and not proxy.around.covers(name or host, addresses):
        return await tunnel(policy, proxy, addresses, port, seconds=seconds)
    try:
        async with asyncio.timeout(seconds):
            return await connect(policy, addresses, port)
    except TimeoutError as error:
        message = f"{host} did not answer in time."
        raise FetchFailed(message, code=ErrorCode.TIMED_OUT, temporary=True) from error
    except OSError as error:
        message = f"No connection to {host}. It may be different later."
        raise FetchFailed(message, code=ErrorCode.CONNECTION_FAILED, temporary=True) from error
