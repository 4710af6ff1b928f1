"""What the tests of tasks share."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from services.access.identity import ALL_SCOPES, Identity, Role
from services.access.people.users import Users
from services.access.quotas.quotas import Quotas
from services.access.quotas.tiers import Tiers
from services.events.bus import Channel
from services.outgoing.addresses import AddressPolicy
from services.remembered import Remembered
from services.sealing import Sealer
from services.store.store import Store
from services.tasks.adding.duplicates import Duplicates
from services.tasks.adding.orders import Orders
from services.tasks.changing.changes import Changes
from services.tasks.changing.moving import Moving
from services.tasks.changing.removal import Removal
from services.tasks.changing.updates import Updates
from services.tasks.limits.pauses import Pauses
from services.tasks.limits.speeds import Speeds
from services.tasks.records import TaskProgress
from services.tasks.running.claims import Claims
from services.tasks.running.turns import Turns
from services.tasks.tasks import Tasks
from services.webhooks.callbacks import Callbacks
from tests.fakes.clock import FakeClock
from tests.fakes.engine import FakeEngine
from tests.fakes.runner import FakeRunner
from tests.integration.services.tasks.running import UNLIMITED, Running, running

Worker = Callable[[str], Claims]
Start = Callable[[FakeEngine], AbstractAsyncContextManager[Running]]


async def _somebody(store: Store, clock: FakeClock, name: str, role: Role) -> Identity:
    user = await Users(store=store, clock=clock).create(name, role)
    return Identity(user.id, user.name, user.role, ALL_SCOPES)


@pytest.fixture
async def alice(store: Store, clock: FakeClock) -> Identity:
    return await _somebody(store, clock, "alice", Role.USER)


@pytest.fixture
async def bob(store: Store, clock: FakeClock) -> Identity:
    return await _somebody(store, clock, "bob", Role.USER)


@pytest.fixture
async def admin(store: Store, clock: FakeClock) -> Identity:
    return await _somebody(store, clock, "admin", Role.ADMIN)


@pytest.fixture
def channel() -> Channel[TaskProgress]:
    return Channel()


@pytest.fixture
def runner() -> FakeRunner:
    return FakeRunner()


@pytest.fixture
def tiers() -> Tiers:
    """Those that there always are; users may be put into others, see `limited.py`."""
    return Tiers()


@pytest.fixture
def quotas(store: Store, clock: FakeClock, tiers: Tiers) -> Quotas:
    return Quotas(store=store, clock=clock, tiers=tiers)


@pytest.fixture
def tasks(
    *,
    store: Store,
    clock: FakeClock,
    channel: Channel[TaskProgress],
    runner: FakeRunner,
    quotas: Quotas,
    tmp_path: Path,
) -> Tasks:
    return Tasks(
        store=store,
        clock=clock,
        orders=Orders(policy=AddressPolicy(), engines=("http",)),
        channel=channel,
        runner=runner,
        sealer=Sealer(tmp_path / "secret.key"),
        duplicates=Duplicates(store=store, root=tmp_path / "downloads"),
        quotas=quotas,
        callbacks=Callbacks(
            store=store, clock=clock, policy=AddressPolicy(), sealer=Sealer(tmp_path / "secret.key")
        ),
    )


@pytest.fixture
def changes(
    store: Store,
    clock: FakeClock,
    channel: Channel[TaskProgress],
    runner: FakeRunner,
    quotas: Quotas,
) -> Changes:
    return Changes(store=store, clock=clock, channel=channel, runner=runner, quotas=quotas)


@pytest.fixture
def removal(
    store: Store,
    clock: FakeClock,
    channel: Channel[TaskProgress],
    runner: FakeRunner,
    quotas: Quotas,
) -> Removal:
    return Removal(store=store, clock=clock, channel=channel, runner=runner, quotas=quotas)


@pytest.fixture
def moving(store: Store, clock: FakeClock, runner: FakeRunner) -> Moving:
    return Moving(store=store, clock=clock, runner=runner)


@pytest.fixture
async def speeds(store: Store, clock: FakeClock) -> Speeds:
    return Speeds(store=store, remembered=Remembered(store=store, clock=clock), clock=clock)


@pytest.fixture
def updates(
    store: Store, clock: FakeClock, runner: FakeRunner, speeds: Speeds, tmp_path: Path
) -> Updates:
    return Updates(
        store=store,
        clock=clock,
        runner=runner,
        speeds=speeds,
        sealer=Sealer(tmp_path / "secret.key"),
        orders=Orders(policy=AddressPolicy(), engines=("http",)),
    )


@pytest.fixture
def worker(store: Store, clock: FakeClock, tmp_path: Path) -> Worker:
    """Make workers by name; one of the same name is the same worker after a restart."""

    def make(name: str) -> Claims:
        pauses = Pauses(remembered=Remembered(store=store, clock=clock))
        turns = Turns(UNLIMITED)
        claims = Claims(
            store=store, clock=clock, data_dir=tmp_path / name, turns=turns, pauses=pauses
        )
        claims.open()
        return claims

    return make


@pytest.fixture
async def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def start(store: Store, clock: FakeClock, tmp_path: Path, tiers: Tiers) -> Start:
    """Start a runner that is the worker `one`."""
    return lambda engine: running(store, clock, tmp_path / "one", engine, tiers=tiers)


@pytest.fixture
async def run(start: Start, engine: FakeEngine) -> AsyncIterator[Running]:
    """A runner that has started."""
    async with start(engine) as started:
        yield started
