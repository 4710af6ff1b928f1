"""How much is kept of what comes to nothing: enough to see it, too little to fill a disk."""

from collections.abc import Iterator
from dataclasses import dataclass

MOST = 600  # entries in `SECONDS`, of each user, and of all strangers together
SECONDS = 60.0


@dataclass(slots=True)
class Span:
    """The entries of one actor from `since` on; strangers have no number, and no name."""

    actor_id: int | None
    actor_name: str
    since: float
    count: int = 0

    @property
    def left_out(self) -> int:
        """How many more there were than are kept."""
        return max(0, self.count - MOST)


class Bounds:
    """Counts the entries of those who are bounded, each for themselves.

    `now` is in seconds of a clock that only goes on.
    """

    def __init__(self) -> None:
        self._spans: dict[int | None, Span] = {}  # the oldest first

    def takes(self, actor_id: int | None, actor_name: str, now: float) -> bool:
        """Whether one more of this actor is kept; what is over has been taken out before."""
        span = self._spans.setdefault(actor_id, Span(actor_id, actor_name, now))
        span.count += 1
        return not span.left_out

    def take_over(self, now: float) -> Iterator[Span]:
        """Take out the spans that are over, and yield those of which something was left out."""
        over = [span for span in self._spans.values() if now - span.since >= SECONDS]
        for span in over:
            del self._spans[span.actor_id]
            if span.left_out:
                yield span
