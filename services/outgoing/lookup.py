"""Names looked up once, and sockets that lead to nothing but checked addresses."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from ipaddress import ip_address

from aiohappyeyeballs import AddrInfoType, start_connection

from services.errors import ErrorCode, FetchFailed
from services.outgoing.addresses import AddressPolicy
from services.outgoing.urls import is_localhost

LOOKUP_SECONDS = 15.0
SECOND_ADDRESS_SECONDS = 0.25  # RFC 8305: until the next address is tried beside the first


async def look_up(
    policy: AddressPolicy | None,
    host: str,
    port: int,
    family: socket.AddressFamily = socket.AF_UNSPEC,
) -> list[str]:
    """Return the addresses that `host` leads to, numeric.

    Raises `ForbiddenAddress` if one of them may not be reached, and `FetchFailed`. Without a
    policy, they are not checked.
    """
    addresses = await _ask(host, port, family)
    if policy is None:
        return addresses
    if is_localhost(host):
        # The name means every loopback address; allowing one of them is enough.
        allowed = [a for a in addresses if policy.permits(ip_address(a), port)]
        addresses = allowed or addresses
    for address in addresses:
        policy.check(address, port, name=host)
    return addresses


def targets(addresses: Sequence[str], port: int) -> list[AddrInfoType]:
    """Return what a connection to `port` at one of these numeric addresses can be made from."""
    return [
        (
            socket.AF_INET6 if ":" in address else socket.AF_INET,
            socket.SOCK_STREAM,
            socket.IPPROTO_TCP,
            "",
            (address, port, 0, 0) if ":" in address else (address, port),
        )
        for address in addresses
    ]


def gate(policy: AddressPolicy | None) -> Callable[[AddrInfoType], socket.socket]:
    """Return what opens a socket for a connection, if `policy` permits it."""

    def open_socket(target: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = target
        if policy is not None:
            policy.check(str(address[0]), int(address[1]))
        return socket.socket(family, kind, protocol)

    return open_socket


async def connect(
    policy: AddressPolicy | None, addresses: Sequence[str], port: int
) -> socket.socket:
    """Return a socket that is connected to the first of `addresses` that answers.

    It does not block. Raises `ForbiddenAddress` and `OSError`.
    """
    return await start_connection(
        targets(addresses, port),
        happy_eyeballs_delay=SECOND_ADDRESS_SECONDS,
        socket_factory=gate(policy),
    )


async def _ask(host: str, port: int, family: socket.AddressFamily) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(LOOKUP_SECONDS):
            found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError) as error:
        message = f"The name {host} could not be looked up. Check it, and the network."
        raise FetchFailed(message, code=ErrorCode.NAME_NOT_RESOLVED, temporary=True) from error
    return list(dict.fromkeys(str(info[4][0]) for info in found))
