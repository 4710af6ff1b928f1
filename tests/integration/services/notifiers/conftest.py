"""What the tests of notifiers share."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from services.access.identity import ALL_SCOPES, Identity, Role
from services.access.people.users import Users
from services.alerts.alerts import Alerts
from services.metrics import Metrics
from services.notifiers.dispatcher import Dispatcher
from services.notifiers.notices import note
from services.notifiers.notifiers import Notifiers
from services.notifiers.sender import Sender
from services.outgoing.addresses import AddressPolicy, AllowedNetwork
from services.outgoing.guard.proxy import GuardedProxy
from services.sealing import Sealer
from services.store.store import Store
from tests.fakes.clock import FakeClock
from tests.fakes.receiver import Receiver, receiving

Somebody = Callable[..., Awaitable[Identity]]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def proxy(receiver: Receiver) -> AsyncIterator[GuardedProxy]:
    """A way out to the receiver and nothing else on this machine."""
    policy = AddressPolicy([AllowedNetwork.parse(f"127.0.0.1:{receiver.port}")])
    proxy = GuardedProxy(policy=policy)
    await proxy.open()
    yield proxy
    await proxy.close()


@pytest.fixture
def sender(proxy: GuardedProxy) -> Sender:
    return Sender(proxy=proxy)


@pytest.fixture
def sealer(tmp_path: Path) -> Sealer:
    return Sealer(tmp_path / "secret.key")


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(version="0")


@pytest.fixture
def alerts(store: Store, clock: FakeClock, metrics: Metrics) -> Alerts:
    store.accompany(note)
    return Alerts(store=store, clock=clock, metrics=metrics)


@pytest.fixture
def somebody(store: Store, clock: FakeClock) -> Somebody:
    """Make a user."""

    async def make(name: str, role: Role = Role.USER) -> Identity:
        user = await Users(store=store, clock=clock).create(name, role)
        return Identity(user.id, user.name, user.role, ALL_SCOPES)

    return make


@pytest.fixture
async def admin(somebody: Somebody) -> Identity:
    return await somebody("boss", Role.ADMIN)


@pytest.fixture
def notifiers(store: Store, clock: FakeClock, sealer: Sealer, sender: Sender) -> Notifiers:
    return Notifiers(store=store, clock=clock, sealer=sealer, sender=sender, on_change=lambda: None)


@pytest.fixture
async def servers(
    store: Store, clock: FakeClock, sealer: Sealer, sender: Sender, metrics: Metrics
) -> AsyncIterator[list[Dispatcher]]:
    """Two servers on one database; they look when they are told to."""
    made = [
        Dispatcher(store=store, clock=clock, sealer=sealer, sender=sender, metrics=metrics)
        for _ in range(2)
    ]
    async with AsyncExitStack() as stack:
        for dispatcher in made:
            stack.push_async_callback(dispatcher.close)
        yield made
