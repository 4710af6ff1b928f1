"""Going out: a whole exchange in one call, and names that lead where a test wants."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping

import pytest
from yarl import URL

from services.errors import ArgosyError
from services.outgoing.client import OutgoingClient, chunks

Fetch = Callable[[str], Awaitable[tuple[int, bytes]]]


def fetcher(client: OutgoingClient) -> Fetch:
    """Return a function that gets a URL and returns the status and the body."""

    async def fetch(url: str) -> tuple[int, bytes]:
        async with client.get(URL(url), {"Accept-Encoding": "identity"}) as response:
            body = [chunk async for chunk in chunks(response)]
            return response.status, b"".join(body)

    return fetch


async def failure(fetching: Awaitable[object]) -> ArgosyError:
    """Return the error that `fetching` ends with."""
    with pytest.raises(ArgosyError) as caught:
        await fetching
    return caught.value


def lead(monkeypatch: pytest.MonkeyPatch, names: Mapping[str, list[str]]) -> list[str]:
    """Have the running loop look names up here; return the list of those it looks up.

    Names that are not in `names` do not exist.
    """
    looked_up: list[str] = []

    async def getaddrinfo(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        looked_up.append(host)
        if host not in names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                socket.IPPROTO_TCP,
                "",
                (address, port),
            )
            for address in names[host]
        ]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    return looked_up
