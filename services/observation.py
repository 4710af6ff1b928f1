"""What an operator's monitoring reads."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from itertools import product

from services.alerts.catalog import OTHER, Rule, known
from services.alerts.issues import Level
from services.alerts.listing import AlertListing, OpenCount
from services.metrics import Metrics
from services.statistics.totals import Statistics
from services.tasks.listing.queries import TaskQueries
from services.tasks.states import UNFINISHED


class Observation:
    """Puts together what is counted in memory and what is kept in storage."""

    def __init__(
        self,
        *,
        metrics: Metrics,
        tasks: TaskQueries,
        statistics: Statistics,
        running: Callable[[], int],
        alerts: AlertListing,
        waiting: Callable[[], Awaitable[int]],
    ) -> None:
        self._metrics = metrics
        self._tasks = tasks
        self._statistics = statistics
        self._running = running
        self._alerts = alerts
        self._waiting = waiting

    async def scrape(self) -> bytes:
        """Return the metrics in Prometheus's text format."""
        by_state = await self._tasks.count_by_state()
        self._show_alerts(await self._alerts.open_counts())
        totals = await self._statistics.server_totals()
        self._metrics.webhook_waiting.set(await self._waiting())
        return self._metrics.render(
            downloads=totals.downloads,
            active=sum(by_state.get(state.value, 0) for state in UNFINISHED),
            by_state=by_state,
            running=self._running(),
        )

    def _show_alerts(self, counts: Sequence[OpenCount]) -> None:
        """Set how many alerts are open, by rule and level; where there is none, 0."""
        numbers: Counter[tuple[str, Level]] = Counter()
        for count in counts:
            numbers[known(count.rule), count.level] += count.number
        for rule, level in product([*Rule, OTHER], Level):
            self._metrics.alerts.labels(rule=rule, level=level).set(numbers[rule, level])
