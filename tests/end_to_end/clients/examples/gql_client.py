"""Argosy with gql: ask, and follow without a gap."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from gql import Client, gql
from gql.client import ReconnectingAsyncClientSession
from gql.transport.exceptions import TransportError
from gql.transport.websockets import WebsocketsTransport
from tenacity import retry, wait_fixed


async def connect(url: str, key: str, pause: float = 1) -> ReconnectingAsyncClientSession:
    """Connect, and again where the connection breaks, after so many seconds."""
    transport = WebsocketsTransport(
        url.replace("http", "ws", 1), init_payload={"Authorization": f"Bearer {key}"}
    )
    session: ReconnectingAsyncClientSession = await Client(transport=transport).connect_async(
        reconnecting=True, retry_connect=retry(wait=wait_fixed(pause))
    )
    return session


async def ask(session: ReconnectingAsyncClientSession, document: str, **variables: Any) -> Any:
    """Send a query or a mutation, and return its data."""
    request = gql(document)
    request.variable_values = variables
    return await session.execute(request)


async def follow(
    session: ReconnectingAsyncClientSession, document: str, pause: float = 1, **variables: Any
) -> AsyncIterator[dict[str, Any]]:
    """Yield what a subscription gives; after a break it goes on behind the last `cursor`."""
    while True:
        request = gql(document)
        request.variable_values = variables
        try:
            async for data in session.subscribe(request):
                yield data
                (told,) = data.values()
                variables["after"] = told["cursor"]
        except TransportError:
            await asyncio.sleep(pause)
        else:
            return
