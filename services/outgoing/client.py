"""The one client for everything that goes out.

A name is looked up once, every address it leads to is checked, and the connection goes to
a checked address. A gate at the socket checks again: no connection is made around it. No
proxy is taken from the environment, and redirects are followed hop by hop, each checked
like the first, and each told no more of the task than it may know.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from urllib.parse import quote, urljoin

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from services.errors import ErrorCode, FetchFailed, InvalidInput
from services.outgoing.addresses import AddressPolicy
from services.outgoing.hosts import Turn
from services.outgoing.proxies import Proxy
from services.outgoing.refusals import refused, translated
from services.outgoing.routes import DIRECT
from services.outgoing.sessions import CONNECT_SECONDS, READ_BUFFER, Sessions
from services.outgoing.urls import LEGAL, check_target, parse_url
from services.outgoing.visitor import Visitor

# What an answer or an error means is said in `refusals`; whoever asks, asks here.
__all__ = ["OutgoingClient", "beginning", "chunks", "refused", "translated"]

REDIRECTS = 5
REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
LOGINS = 2  # how often a request is made again for a login: another may have used up the nonce
ANSWER_SECONDS = 60.0  # until the head of the answer has come, whatever came of it before
SILENCE_SECONDS = 60.0


class OutgoingClient:
    """Makes requests. Belongs to the loop that it was made in.

    `system_proxy` is the operator's own.
    """

    def __init__(
        self, *, policy: AddressPolicy, user_agent: str, system_proxy: Proxy | None = None
    ) -> None:
        self._policy = policy
        self._sessions = Sessions(policy=policy, user_agent=user_agent, system_proxy=system_proxy)

    async def close(self) -> None:
        """Close all connections."""
        await self._sessions.close()

    @asynccontextmanager
    async def get(
        self,
        url: URL,
        headers: Mapping[str, str],
        *,
        visitor: Visitor | None = None,
        connect_seconds: float | None = None,
        answer_seconds: float | None = None,
        turn: Turn | None = None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Give the first answer to a GET of `url` that is no redirect, its body unread.

        `visitor` adds to each hop what that may know of the task, and learns its cookies.
        The waits are for a connection, and for the head of the answer with it, at each hop,
        when it is its `turn` there.

        Raises `ForbiddenAddress` where a hop may not be reached, `FetchFailed` for all else
        that goes wrong. Read the body with `chunks`.
        """
        asking = _Asking(
            headers,
            visitor,
            aiohttp.ClientTimeout(
                total=None,
                sock_connect=connect_seconds or CONNECT_SECONDS,
                sock_read=SILENCE_SECONDS,
            ),
            answer_seconds or ANSWER_SECONDS,
        )
        async with AsyncExitStack() as sessions:
            try:
                response = await self._follow(sessions, url, asking, visitor, turn)
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                raise translated(error, url.host or "") from error
            try:
                yield response
            finally:
                response.close()

    @asynccontextmanager
    async def post(
        self, url: URL, headers: Mapping[str, str], body: bytes, *, seconds: float
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Give the answer to a POST of `body` to `url`, whatever it is, its own body unread.

        No redirect is followed, and the connection is kept for nobody else: on one that the
        server closes at that moment, nobody knows whether it took what was sent. The connection
        and the head of the answer may take so many `seconds`.

        Raises `ForbiddenAddress` and `FetchFailed`. Read the body with `chunks`.
        """
        check_target(url, self._policy)
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=seconds, sock_read=seconds)
        sent = CIMultiDict(headers)
        sent.update({"Connection": "close", "Accept-Encoding": "identity"})
        async with self._sessions.session(DIRECT) as session:
            try:
                async with asyncio.timeout(seconds):
                    response = await session.post(
                        url, data=body, headers=sent, allow_redirects=False, timeout=timeout
                    )
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                raise translated(error, url.host or "") from error
            try:
                yield response
            finally:
                response.close()

    async def _follow(
        self,
        sessions: AsyncExitStack,
        url: URL,
        asking: "_Asking",
        visitor: Visitor | None,
        turn: Turn | None,
    ) -> aiohttp.ClientResponse:
        for _ in range(REDIRECTS + 1):
            check_target(url, self._policy)
            if turn is not None:
                await turn.go(url)
            route = visitor.route_for(url) if visitor else DIRECT
            session = await sessions.enter_async_context(self._sessions.session(route))
            response = await asking.ask(session, url)
            location = response.headers.get("Location")
            if response.status not in REDIRECT_STATUSES or location is None:
                return response
            response.release()
            url = _next_hop(url, location)
        message = f"The server redirects more than {REDIRECTS} times. Look for a better link."
        raise FetchFailed(message, code=ErrorCode.TOO_MANY_REDIRECTS, temporary=False)


class _Asking:
    """What is the same at every hop of one request."""

    def __init__(
        self,
        headers: Mapping[str, str],
        visitor: Visitor | None,
        timeout: aiohttp.ClientTimeout,
        answer_seconds: float,
    ) -> None:
        self._headers = headers
        self._visitor = visitor
        self._timeout = timeout
        self._answer_seconds = answer_seconds

    async def ask(self, session: aiohttp.ClientSession, url: URL) -> aiohttp.ClientResponse:
        """Return the answer to a GET of `url`: where that wants a login, the one behind it."""
        for number in range(LOGINS):
            response = await self._ask_once(session, url)
            visitor, is_first = self._visitor, number == 0
            if visitor is None or not visitor.meets(url, response, is_first=is_first):
                return response
            response.release()
        return await self._ask_once(session, url)

    async def _ask_once(self, session: aiohttp.ClientSession, url: URL) -> aiohttp.ClientResponse:
        headers = CIMultiDict(self._visitor.headers_for(url) if self._visitor else {})
        headers.update(self._headers)
        async with asyncio.timeout(self._answer_seconds):
            response = await session.get(
                url, headers=headers, allow_redirects=False, timeout=self._timeout
            )
        if self._visitor:
            self._visitor.learn(url, response)
        return response


async def chunks(
    response: aiohttp.ClientResponse, most: Callable[[], int] = lambda: READ_BUFFER
) -> AsyncIterator[bytes]:
    """Yield the body of `response` as it comes, `most()` bytes at once at the most.

    Raises `FetchFailed` when it breaks off.
    """
    while True:
        try:
            chunk = await response.content.read(most())
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise translated(error, response.url.host or "") from error
        if not chunk:
            return
        yield chunk


async def beginning(response: aiohttp.ClientResponse, most: int, seconds: float) -> bytes:
    """Return the first `most` bytes of a body, or what has come of it in so many seconds.

    That it breaks off, or is not what its head says, is no error.
    """
    found = bytearray()
    with suppress(aiohttp.ClientError, OSError, TimeoutError):
        async with asyncio.timeout(seconds):
            while len(found) < most:
                piece = await response.content.read(most - len(found))
                if not piece:
                    break
                found += piece
    return bytes(found)


def _next_hop(url: URL, location: str) -> URL:
    try:
        if location.isascii():
            return parse_url(urljoin(str(url), quote(location.strip(), safe=LEGAL)))
        return parse_url(str(url.join(URL(location))))
    except (InvalidInput, ValueError) as error:
        message = f"The server redirects to something that is not fetched here: {error}"
        code = error.code if isinstance(error, InvalidInput) else ErrorCode.INVALID_URL
        raise FetchFailed(message, code=code, temporary=False) from error
