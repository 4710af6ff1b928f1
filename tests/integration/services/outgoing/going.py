"""Going out: a whole exchange in one call, and names that lead where a test wants."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import pytest
from yarl import URL

from services.errors import ArgosyError
from services.outgoing.addresses import AddressPolicy, AllowedNetwork
from services.outgoing.client import OutgoingClient, chunks
from services.outgoing.proxies import Proxy
from services.outgoing.routes import Route
from services.outgoing.visitor import Visitor

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


def client_here(*, system_proxy: Proxy | None = None) -> OutgoingClient:
    """Return a client that may reach 127.0.0.1 as well."""
    policy = AddressPolicy([AllowedNetwork.parse("127.0.0.1")])
    return OutgoingClient(policy=policy, user_agent="Argosy/test", system_proxy=system_proxy)


async def go(client: OutgoingClient, url: str, visitor: Visitor) -> tuple[int, bytes]:
    """Return the status and the body that `visitor` gets from `url`."""
    async with client.get(URL(url), {}, visitor=visitor) as response:
        body = [chunk async for chunk in chunks(response)]
        return response.status, b"".join(body)


def through(proxy: str, url: str) -> Visitor:
    """Return somebody who asks for `url` through `proxy`."""
    return Visitor(origin=URL(url), route=Route(proxy))


def tls_server(folder: Path, certificate: str, key: str) -> ssl.SSLContext:
    """Return the server's side of TLS with a certificate, both PEM."""
    (folder / "server.pem").write_text(certificate + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context
