"""What monitoring reads is what is in storage."""

from prometheus_client.parser import text_string_to_metric_families

from services.access.identity import Identity
from services.alerts.listing import AlertListing
from services.engines.engine import Fetched
from services.events.log import Bounds, EventLog
from services.events.tail import Tail
from services.metrics import Metrics
from services.observation import Observation
from services.remembered import Remembered
from services.statistics.totals import Statistics
from services.store.store import Store
from services.tasks.tasks import Tasks
from tests.fakes.clock import FakeClock
from tests.integration.services.tasks.conftest import Worker


async def scrape(observation: Observation) -> dict[str, float]:
    """Return the values of one scrape, by name and state."""
    content = (await observation.scrape()).decode()
    samples = [s for family in text_string_to_metric_families(content) for s in family.samples]
    return {f"{s.name}{s.labels.get('state', '')}": s.value for s in samples}


async def test_scrape_counts_what_is_in_storage(
    store: Store, clock: FakeClock, tasks: Tasks, alice: Identity, worker: Worker
) -> None:
    async def waiting() -> int:
        return 3

    metrics = Metrics(version="1.2.3")
    events = EventLog(
        store=store, remembered=Remembered(store=store, clock=clock), clock=clock, bounds=Bounds()
    )
    observation = Observation(
        metrics=metrics,
        tasks=tasks,
        statistics=Statistics(store=store, clock=clock),
        running=lambda: 7,
        alerts=AlertListing(store=store, tail=Tail(events=events, store=store, metrics=metrics)),
        waiting=waiting,
    )
    before = await scrape(observation)
    await tasks.add(alice, [f"https://example.com/{n}" for n in range(4)])
    claims = worker("one")
    done, _ = await claims.take(2)
    fetched = Fetched("a", "alice/a", 5, "ab" * 32)
    await claims.complete(done, fetched)

    after = await scrape(observation)

    assert (before["bot_downloads_total"], before["bot_active_tasks"]) == (0, 0)
    assert (after["bot_downloads_total"], after["bot_active_tasks"]) == (1, 3)
    assert (after["argosy_tasksPENDING"], after["argosy_tasksRUNNING"]) == (2, 1)
    assert (after["argosy_tasksCOMPLETED"], after["argosy_running_tasks"]) == (1, 7)
    assert after["argosy_webhook_waiting"] == 3
