"""Tables of what was measured."""

import statistics
from typing import TypedDict

ONE_BY_ONE = "added one by one"
DOWNLOADS = "downloads that complete, 16 at once"
STORM = "1,000 added in one call"
WAITS = (ONE_BY_ONE, DOWNLOADS, STORM)

NONE = "nobody is told"
OTHERS = "a webhook that wants something else"
ALL = "a webhook that is told of each"
ADDING = (NONE, OTHERS, ALL)

MOST_SECONDS = 1.0


class Results(TypedDict):
    """Seconds from an event to its first attempt, milliseconds for adding 1,000 tasks, and
    milliseconds that the outbox takes of that where there is no webhook."""

    waits: dict[str, list[float]]
    adding: dict[str, list[float]]
    outbox: list[float]


def page(results: Results) -> str:
    """Return all tables."""
    return "\n\n".join((_waits(results), _adding(results)))


def percentile(values: list[float], share: float) -> float:
    """Return the value below which that share of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _waits(results: Results) -> str:
    lines = [
        "| event to first attempt | deliveries | median, s | p95, s | most, s | p95 at most |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, waits in results["waits"].items():
        p95 = percentile(waits, 0.95)
        limit = "" if name == STORM else f"{MOST_SECONDS:.0f}"
        missed = " (missed)" if limit and p95 > MOST_SECONDS else ""
        cells = f"{statistics.median(waits):.3f} | {p95:.3f}{missed} | {max(waits):.3f}"
        lines.append(f"| {name} | {len(waits):,} | {cells} | {limit} |")
    return "\n".join(lines)


def _adding(results: Results) -> str:
    lines = ["| adding 1,000 tasks in one call | ms |", "| --- | ---: |"]
    rows = {**results["adding"], "of which the outbox, where nobody is told": results["outbox"]}
    for name, times in rows.items():
        digits = 2 if statistics.median(times) < 10 else 1
        spread = f"{min(times):.{digits}f}-{max(times):.{digits}f}"
        lines.append(f"| {name} | {statistics.median(times):.{digits}f} ({spread}) |")
    return "\n".join(lines)
