"""What the tests of alerts share."""

import pytest

from services.alerts.alerts import Alerts
from services.metrics import Metrics
from services.store.store import Store
from tests.fakes.clock import FakeClock


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(version="0")


@pytest.fixture
def alerts(store: Store, clock: FakeClock, metrics: Metrics) -> Alerts:
    return Alerts(store=store, clock=clock, metrics=metrics)
