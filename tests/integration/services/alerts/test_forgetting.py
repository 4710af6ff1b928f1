"""Alerts are forgotten some time after they were restored."""

from datetime import timedelta

from services.alerts.alerts import Alerts
from services.alerts.forgetting import Forgetting
from services.alerts.issues import Level
from services.store.store import Store
from tests.fakes.clock import FakeClock
from tests.integration.services.alerts.reading import all_alerts


async def test_restored_alert_is_forgotten_and_an_open_one_is_not(
    store: Store, alerts: Alerts, clock: FakeClock
) -> None:
    forgetting = Forgetting(store=store, clock=clock, age=timedelta(days=1))
    for subject in ("old", "open"):
        await alerts.report("disk.low", "Full.", level=Level.WARNING, subject=subject)
    await alerts.restore("disk.low", "old")
    clock.advance(86_400)
    await alerts.report("disk.low", "Full.", level=Level.WARNING, subject="new")
    await alerts.restore("disk.low", "new")

    too_young = await forgetting.prune()
    clock.advance(1)
    removed = await forgetting.prune()

    assert (too_young, removed) == (0, 1)
    assert [alert.subject for alert in await all_alerts(store)] == ["open", "new"]
