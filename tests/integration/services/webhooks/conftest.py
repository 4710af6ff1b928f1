"""What the tests of webhooks share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.access.identity import Identity
from services.store.store import Store
from tests.fakes.clock import FakeClock
from tests.fakes.hook_receiver import Receiver
from tests.integration.services.webhooks.rig import Rig, rigged


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def rig(store: Store, clock: FakeClock, tmp_path: Path) -> AsyncIterator[Rig]:
    async with rigged(store, clock, tmp_path) as rig:
        yield rig


@pytest.fixture
async def alice(rig: Rig) -> Identity:
    return await rig.somebody("alice")


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as receiver:
        yield receiver
