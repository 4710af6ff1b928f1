"""Requests that the server makes for plugins, by the guarded client: nowhere that is not public."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from services.errors import ArgosyError, FetchFailed, InvalidInput
from services.outgoing.addresses import AddressPolicy
from services.outgoing.urls import check_target, parse_url
from services.outgoing.visitor import check_headers
from services.plugins.process import Refusal

if TYPE_CHECKING:
    import aiohttp

    from services.outgoing.sessions import Sessions

METHODS = frozenset({"GET", "POST"})
SECONDS = 30.0
LARGEST_ANSWER = 256 << 10  # bytes; what is longer is cut
LARGEST_BODY = 512 << 10  # letters
MOST_HEADERS = 100  # of an answer
LONGEST_VALUE = 2000


class Outside:
    """Makes requests. Belongs to the loop that it is used on; redirects are not followed."""

    def __init__(self, *, policy: AddressPolicy, user_agent: str) -> None:
        self._policy = policy
        self._user_agent = user_agent
        self._sessions: Sessions | None = None

    async def close(self) -> None:
        """Close all connections."""
        if self._sessions is not None:
            await self._sessions.close()
            self._sessions = None

    async def request(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Do what a plugin asks for, and return the answer. Raises `Refusal`."""
        method, url = arguments.get("method"), arguments.get("url")
        headers, body = arguments.get("headers"), arguments.get("body")
        if (
            not isinstance(url, str)
            or method not in METHODS
            or not isinstance(headers, dict)
            or not all(isinstance(value, str) for value in headers.values())
            or not (body is None or isinstance(body, str))
        ):
            message = "Such a request cannot be made: give a URL, headers and a body of text."
            raise Refusal(message)
        if body is not None and len(body) > LARGEST_BODY:
            message = f"The body has more than {LARGEST_BODY} letters."
            raise Refusal(message)
        try:
            return await self._request(str(method), url, headers, body)
        except ArgosyError as error:
            raise Refusal(error.message) from error

    async def _request(
        self, method: str, text: str, headers: Mapping[str, str], body: str | None
    ) -> dict[str, Any]:
        url = parse_url(text)
        check_target(url, self._policy)
        asked = {"Accept-Encoding": "identity", **dict(check_headers(list(headers.items())))}
        if self._sessions is None:
            self._sessions = await self._open()
        from aiohttp import ClientError, ClientTimeout

        from services.outgoing.refusals import translated
        from services.outgoing.routes import DIRECT

        try:
            async with (
                self._sessions.session(DIRECT) as session,
                session.request(
                    method,
                    url,
                    headers=asked,
                    data=None if body is None else body.encode(),
                    allow_redirects=False,
                    timeout=ClientTimeout(total=SECONDS),
                ) as answer,
            ):
                return await _shown(answer)
        except (ClientError, OSError, TimeoutError) as error:
            raise translated(error, url.host or "") from error
        except (FetchFailed, InvalidInput):
            raise
        except ValueError as error:  # what the library does not take
            message = "Such a request cannot be made."
            raise InvalidInput(message) from error

    async def _open(self) -> "Sessions":
        # aiohttp takes long to import: not on the loop, and only where a plugin needs it.
        sessions = await asyncio.to_thread(_import_sessions)
        return sessions(policy=self._policy, user_agent=self._user_agent, system_proxy=None)


def _import_sessions() -> "type[Sessions]":
    from services.outgoing.sessions import Sessions

    return Sessions


async def _shown(answer: "aiohttp.ClientResponse") -> dict[str, Any]:
    body = bytearray()
    while len(body) < LARGEST_ANSWER:
        part = await answer.content.read(LARGEST_ANSWER - len(body))
        if not part:
            break
        body += part
    headers = list(answer.headers.items())[:MOST_HEADERS]
    return {
        "status": answer.status,
        "headers": {
            name: value[:LONGEST_VALUE].encode(errors="replace").decode() for name, value in headers
        },
        "text": body.decode(errors="replace"),
    }
