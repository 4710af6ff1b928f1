"""What the tests of outgoing requests share."""

from collections.abc import AsyncIterator

import pytest

from services.outgoing.addresses import AddressPolicy, AllowedNetwork
from services.outgoing.client import OutgoingClient
from tests.fakes.canary import Canary
from tests.integration.services.outgoing.going import Fetch, fetcher


@pytest.fixture
async def canary() -> AsyncIterator[Canary]:
    """A listener on loopback, which may not be reached."""
    async with Canary() as listening:
        yield listening


@pytest.fixture
async def fetch() -> AsyncIterator[Fetch]:
    """Fetch with a client that may reach public addresses alone."""
    client = OutgoingClient(policy=AddressPolicy(), user_agent="Argosy/test")
    yield fetcher(client)
    await client.close()


@pytest.fixture
async def fetch_here() -> AsyncIterator[Fetch]:
    """Fetch with a client that may reach 127.0.0.1 as well."""
    policy = AddressPolicy([AllowedNetwork.parse("127.0.0.1")])
    client = OutgoingClient(policy=policy, user_agent="Argosy/test")
    yield fetcher(client)
    await client.close()
