"""What an operator's monitoring reads."""

from collections.abc import Callable

from services.metrics import Metrics
from services.statistics import Statistics
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
    ) -> None:
        self._metrics = metrics
        self._tasks = tasks
        self._statistics = statistics
        self._running = running

    async def scrape(self) -> bytes:
        """Return the metrics in Prometheus's text format."""
        by_state = await self._tasks.count_by_state()
        totals = await self._statistics.server_totals()
        return self._metrics.render(
            downloads=totals.downloads,
            active=sum(by_state.get(state.value, 0) for state in UNFINISHED),
            by_state=by_state,
            running=self._running(),
        )
