"""The one client for everything that goes out.

A name is looked up once, every address it leads to is checked, and the connection goes to
a checked address. A gate at the socket checks again: no connection is made around it. No
proxy is taken from the environment, and redirects are followed hop by hop, each checked
like the first.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import quote, urljoin

import aiohttp
from aiohappyeyeballs import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from services.errors import ErrorCode, FetchFailed, InvalidInput
from services.outgoing.addresses import AddressPolicy
from services.outgoing.urls import LEGAL, check_target, is_localhost, parse_url

REDIRECTS = 5
REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
LOOKUP_SECONDS = 15.0
CONNECT_SECONDS = 30.0
ANSWER_SECONDS = 60.0  # until the head of the answer has come, whatever came of it before
SILENCE_SECONDS = 60.0
READ_BUFFER = 1 << 20


class CheckedResolver(AbstractResolver):
    """Looks names up, and gives no address that may not be reached."""

    def __init__(self, policy: AddressPolicy) -> None:
        self._policy = policy

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        addresses = await self._look_up(host, port, family)
        if is_localhost(host):
            # The name means every loopback address; allowing one of them is enough.
            allowed = [a for a in addresses if self._policy.permits(ip_address(a), port)]
            addresses = allowed or addresses
        for address in addresses:
            self._policy.check(address, port, name=host)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """Nothing is kept open."""

    async def _look_up(self, host: str, port: int, family: socket.AddressFamily) -> list[str]:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(LOOKUP_SECONDS):
                found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError, TimeoutError) as error:
            message = f"The name {host} could not be looked up. Check it, and the network."
            raise FetchFailed(message, code=ErrorCode.NAME_NOT_RESOLVED, temporary=True) from error
        return list(dict.fromkeys(str(info[4][0]) for info in found))


class OutgoingClient:
    """Makes requests. Belongs to the loop that it was made in."""

    def __init__(self, *, policy: AddressPolicy, user_agent: str) -> None:
        self._policy = policy
        connector = aiohttp.TCPConnector(
            resolver=CheckedResolver(policy),
            use_dns_cache=False,
            socket_factory=self._open_socket,
            limit=0,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": user_agent},
            auto_decompress=False,
            trust_env=False,
            read_bufsize=READ_BUFFER,
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=CONNECT_SECONDS, sock_read=SILENCE_SECONDS
            ),
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()

    @asynccontextmanager
    async def get(
        self, url: URL, headers: Mapping[str, str]
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Give the first answer to a GET of `url` that is no redirect, its body unread.

        Raises `ForbiddenAddress` where a hop may not be reached, `FetchFailed` for all else
        that goes wrong. Read the body with `chunks`.
        """
        try:
            response = await self._follow(url, headers)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise translated(error, url.host or "") from error
        try:
            yield response
        finally:
            response.close()

    async def _follow(self, url: URL, headers: Mapping[str, str]) -> aiohttp.ClientResponse:
        for _ in range(REDIRECTS + 1):
            check_target(url, self._policy)
            async with asyncio.timeout(ANSWER_SECONDS):
                response = await self._session.get(url, headers=headers, allow_redirects=False)
            location = response.headers.get("Location")
            if response.status not in REDIRECT_STATUSES or location is None:
                return response
            response.release()
            url = _next_hop(url, location)
        message = f"The server redirects more than {REDIRECTS} times. Look for a better link."
        raise FetchFailed(message, code=ErrorCode.TOO_MANY_REDIRECTS, temporary=False)

    def _open_socket(self, address: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, target = address
        self._policy.check(str(target[0]), int(target[1]))
        return socket.socket(family, kind, protocol)


async def chunks(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """Yield the body of `response` as it comes; raise `FetchFailed` when it breaks off."""
    while True:
        try:
            chunk = await response.content.readany()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise translated(error, response.url.host or "") from error
        if not chunk:
            return
        yield chunk


def _next_hop(url: URL, location: str) -> URL:
    try:
        if location.isascii():
            return parse_url(urljoin(str(url), quote(location.strip(), safe=LEGAL)))
        return parse_url(str(url.join(URL(location))))
    except (InvalidInput, ValueError) as error:
        message = f"The server redirects to something that is not fetched here: {error}"
        code = error.code if isinstance(error, InvalidInput) else ErrorCode.INVALID_URL
        raise FetchFailed(message, code=code, temporary=False) from error


def refused(status: int, reason: str | None) -> FetchFailed:
    """Return the failure that an HTTP status other than success stands for."""
    try:
        words = HTTPStatus(status).phrase
    except ValueError:
        words = reason or "an unknown status"
    temporary = status in {408, 425, 429} or status >= 500
    cure = "It is tried again later." if temporary else "Check the link."
    message = f"The server answered {status} {words}. {cure}"
    return FetchFailed(message, code=ErrorCode.HTTP_STATUS, temporary=temporary)


def translated(error: Exception, host: str) -> FetchFailed:  # noqa: PLR0911 - a table
    """Return what an error of the HTTP library means to the user."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            message = f"The certificate of {host} is not valid, so nothing was fetched."
            return FetchFailed(message, code=ErrorCode.TLS_FAILED, temporary=False)
        case aiohttp.ClientSSLError():
            message = f"No secure connection to {host} came about."
            return FetchFailed(message, code=ErrorCode.TLS_FAILED, temporary=True)
        case TimeoutError():
            message = f"{host} did not answer in time."
            return FetchFailed(message, code=ErrorCode.TIMED_OUT, temporary=True)
        case aiohttp.InvalidURL():
            message = f"{host} is not a host that can be connected to."
            return FetchFailed(message, code=ErrorCode.INVALID_URL, temporary=False)
        case aiohttp.ClientResponseError():
            message = f"{host} does not answer as HTTP should."
            return FetchFailed(message, code=ErrorCode.BAD_RESPONSE, temporary=True)
        case aiohttp.ClientPayloadError() | aiohttp.ServerDisconnectedError():
            message = f"{host} ended the connection before everything had come."
            return FetchFailed(message, code=ErrorCode.INCOMPLETE, temporary=True)
        case _:
            message = f"No connection to {host}, or it broke."
            return FetchFailed(message, code=ErrorCode.CONNECTION_FAILED, temporary=True)
