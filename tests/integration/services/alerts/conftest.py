"""What the tests of alerts share."""

from collections.abc import Callable

import pytest

from services.alerts.alerts import Alerts
from services.alerts.rules.rule import Watching
from services.alerts.watcher import Watcher
from services.metrics import Metrics
from services.store.store import Store
from tests.fakes.clock import FakeClock

Watch = Callable[..., Watcher]


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(version="0")


@pytest.fixture
def alerts(store: Store, clock: FakeClock, metrics: Metrics) -> Alerts:
    return Alerts(store=store, clock=clock, metrics=metrics)


@pytest.fixture
def watch(store: Store, alerts: Alerts, clock: FakeClock) -> Watch:
    """Make what has these rules look."""

    def made(*rules: Watching) -> Watcher:
        return Watcher(alerts=alerts, store=store, clock=clock, rules=rules, seconds=30)

    return made
