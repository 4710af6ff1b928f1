"""Connections through a proxy, which is given the address that was checked here."""

import asyncio
import socket
import ssl
from base64 import b64encode
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from services.errors import ErrorCode, FetchFailed
from services.outgoing.addresses import AddressPolicy
from services.outgoing.lookup import connect, look_up
from services.outgoing.proxies import Proxy
from services.outgoing.secured import secured

if TYPE_CHECKING:
    from python_socks.async_.asyncio import Proxy as Socks

MOST_ADDRESSES = 3  # of one host that a proxy is asked for, one after another
LONGEST_HEAD = 16_384  # bytes
REFUSED_LOGINS = frozenset({401, 407})


async def tunnel(
    policy: AddressPolicy, proxy: Proxy, addresses: Sequence[str], port: int, *, seconds: float
) -> socket.socket:
    """Return a socket that leads through `proxy` to `port` at one of `addresses`.

    It does not block. Raises `ForbiddenAddress`, and `FetchFailed` with `PROXY_FAILED`.
    """
    try:
        async with asyncio.timeout(seconds):
            return await _tunnel(policy, proxy, addresses, port)
    except TimeoutError as error:
        message = f"The proxy {proxy.host} did not answer in time."
        raise _failed(message) from error


async def _tunnel(
    policy: AddressPolicy, proxy: Proxy, addresses: Sequence[str], port: int
) -> socket.socket:
    ways = await _ways(policy, proxy)
    last: FetchFailed | None = None
    for address in addresses[:MOST_ADDRESSES]:
        policy.check(address, port)
        connection = await _reach(policy, proxy, ways)
        try:
            return await _ask(connection, proxy, address, port)
        except FetchFailed as error:
            connection.close()
            if not error.temporary:
                raise
            last = error
        except BaseException:
            connection.close()
            raise
    raise last or _failed("There is no address to ask the proxy for.")


async def _ways(policy: AddressPolicy, proxy: Proxy) -> list[str]:
    try:
        return await look_up(policy if proxy.is_checked else None, proxy.host, proxy.port)
    except FetchFailed as error:
        message = f"The name of the proxy, {proxy.host}, could not be looked up. Check it."
        raise _failed(message) from error


async def _reach(policy: AddressPolicy, proxy: Proxy, ways: Sequence[str]) -> socket.socket:
    try:
        connection = await connect(policy if proxy.is_checked else None, ways, proxy.port)
        return await secured(connection, proxy.host) if proxy.is_tls else connection
    except ssl.SSLCertVerificationError as error:
        message = f"The certificate of the proxy {proxy.host} is not valid."
        raise FetchFailed(message, code=ErrorCode.PROXY_FAILED, temporary=False) from error
    except OSError as error:
        message = f"No connection to the proxy {proxy.host}. Check it."
        raise _failed(message) from error


async def _ask(connection: socket.socket, proxy: Proxy, address: str, port: int) -> socket.socket:
    try:
        if proxy.is_socks:
            return await _ask_socks(connection, proxy, address, port)
        await _ask_http(connection, proxy, address, port)
    except OSError as error:
        message = f"The connection to the proxy {proxy.host} broke."
        raise _failed(message) from error
    return connection


class _Made:
    """A connection to a proxy that stands already, in the place of another proxy before it."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    async def connect(self, **_: Any) -> socket.socket:
        return self._connection


async def _ask_socks(
    connection: socket.socket, proxy: Proxy, address: str, port: int
) -> socket.socket:
    # Only whoever goes through such a proxy waits for the import.
    from python_socks import ProxyError, ProxyType
    from python_socks.async_.asyncio import Proxy as Socks

    made = cast("Socks", _Made(connection))
    socks = Socks(
        ProxyType.SOCKS5, proxy.host, proxy.port, proxy.username, proxy.password, forward=made
    )
    try:
        return await socks.connect(address, port)
    except ProxyError as error:
        if error.error_code is None and "authentication" in str(error):
            raise _login_refused(proxy) from error
        message = f"The proxy {proxy.host} made no connection: {error}."
        raise _failed(message) from error


async def _ask_http(connection: socket.socket, proxy: Proxy, address: str, port: int) -> None:
    """Send a CONNECT, and read its answer and nothing behind it.

    A server that speaks first, as those of FTP and SFTP do, may be heard in the same packet.
    """
    loop = asyncio.get_running_loop()
    to = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    lines = [f"CONNECT {to} HTTP/1.1", f"Host: {to}"]
    if proxy.username is not None:
        login = b64encode(f"{proxy.username}:{proxy.password or ''}".encode()).decode()
        lines.append(f"Proxy-Authorization: Basic {login}")
    await loop.sock_sendall(connection, "\r\n".join([*lines, "", ""]).encode())
    head = bytearray()
    while not head.endswith(b"\r\n\r\n"):
        sign = await loop.sock_recv(connection, 1)
        head += sign
        if not sign or len(head) > LONGEST_HEAD:
            message = f"The proxy {proxy.host} does not answer as a proxy should."
            raise _failed(message)
    _check_answer(bytes(head), proxy)


def _check_answer(head: bytes, proxy: Proxy) -> None:
    version, _, rest = head.partition(b"\r\n")[0].decode("latin-1").partition(" ")
    status = rest[:3]
    if not version.startswith("HTTP/1.") or not (status.isascii() and status.isdigit()):
        message = f"The proxy {proxy.host} does not answer as a proxy should."
        raise _failed(message)
    if int(status) in REFUSED_LOGINS:
        raise _login_refused(proxy)
    if not 200 <= int(status) < 300:
        message = f"The proxy {proxy.host} made no connection: it answered {rest}."
        raise _failed(message)


def _login_refused(proxy: Proxy) -> FetchFailed:
    message = f"The proxy {proxy.host} refuses the login. Give the right one in its URL."
    return FetchFailed(message, code=ErrorCode.PROXY_FAILED, temporary=False)


def _failed(message: str) -> FetchFailed:
    return FetchFailed(message, code=ErrorCode.PROXY_FAILED, temporary=True)
