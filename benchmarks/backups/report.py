"""The tables of what a backup costs those who ask meanwhile."""

import statistics
from typing import TypedDict

MOST_SECONDS = 30.0
MOST_DELAY = 100.0  # ms
QUIET, BACKUP = "nothing else", "a backup is made"


class Results(TypedDict):
    """Seconds and bytes of each backup; milliseconds of all answers, by question and by when."""

    tasks: int
    rows: int
    database: int
    archive: int
    seconds: list[float]
    answers: dict[str, dict[str, list[float]]]


def page(results: Results) -> str:
    """Return all tables."""
    return "\n\n".join((_backups(results), _answers(results)))


def delay(times: dict[str, list[float]]) -> float:
    """Return by how much the longest answer during a backup was longer than is usual, in ms."""
    return max(times[BACKUP]) - statistics.median(times[QUIET])


def _backups(results: Results) -> str:
    seconds = results["seconds"]
    middle, least, most = statistics.median(seconds), min(seconds), max(seconds)
    missed = " (missed)" if middle > MOST_SECONDS else ""
    return "\n".join(
        (
            "| tasks | rows in all | database, MB | archive, MB | backup, s | at most |",
            "| ---: | ---: | ---: | ---: | ---: | ---: |",
            (
                f"| {results['tasks']:,} | {results['rows']:,} | {results['database'] / 1e6:.1f} | "
                f"{results['archive'] / 1e6:.1f} | {middle:.1f} ({least:.1f}-{most:.1f}){missed} | "
                f"{MOST_SECONDS:g} |"
            ),
        )
    )


def _answers(results: Results) -> str:
    lines = [
        "| answer, ms | meanwhile | answers | median | p99 | longest | longest delay | at most |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for question, times in results["answers"].items():
        for when, each in times.items():
            late = delay(times)
            missed = " (missed)" if late > MOST_DELAY else ""
            ends = f"{late:.0f}{missed} | {MOST_DELAY:g}" if when == BACKUP else " | "
            lines.append(
                f"| {question} | {when} | {len(each):,} | {statistics.median(each):.1f} | "
                f"{_p99(each):.1f} | {max(each):.1f} | {ends} |"
            )
    return "\n".join(lines)


def _p99(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))]
