"""Tables and a picture of what was measured."""

import statistics
from typing import TypedDict

FIRST = "first page"
DEEP = "page 10,000"
ONE = "one task"
ADD_ONE = "add one"
ADD_MANY = "add 1,000"
QUESTIONS = (FIRST, DEEP, ONE, ADD_ONE, ADD_MANY)
ORPHAN = "an orphan is running again"

MOST_RATIO = 2.0
LEAST_ACCEPTED = 1000
COLOURS = ("#0b6e99", "#d9730d", "#448361", "#9065b0", "#c14c8a")
WIDTH, HEIGHT, MARGIN = 640, 320, 48  # of the picture


class Results(TypedDict):
    """Milliseconds by question and number of tasks; tasks a second; seconds after a kill."""

    questions: dict[str, dict[str, list[float]]]
    accepted: dict[str, list[int]]
    restarts: dict[str, list[float]]


def healthy(number: int) -> str:
    """Return the name of the time until a server with so many tasks is healthy."""
    return f"healthy with {number:,} tasks"


def page(results: Results) -> str:
    """Return all tables."""
    return "\n\n".join((_questions(results), _accepted(results), _restarts(results)))


def ratios(times: dict[str, list[float]]) -> list[float]:
    """Return how much dearer each size is than the smallest: medians of those within a round."""
    least = times[min(times, key=int)]
    return [
        statistics.median(ours / first for ours, first in zip(each, least, strict=True))
        for each in times.values()
    ]


def _questions(results: Results) -> str:
    sizes = [int(size) for size in results["questions"][FIRST]]
    heads = " | ".join(f"{size:,} tasks, ms" for size in sizes)
    lines = [
        f"| | {heads} | largest to smallest | at most |",
        f"| --- |{' ---: |' * len(sizes)} ---: | ---: |",
    ]
    for name, times in results["questions"].items():
        cells = " | ".join(_spread(each, 1) for each in times.values())
        ratio = ratios(times)[-1]
        lines.append(f"| {name} | {cells} | {ratio:.2f}{_missed(ratio > MOST_RATIO)} | 2 |")
    return "\n".join(lines)


def _accepted(results: Results) -> str:
    lines = ["| tasks stored | accepted a second | at least |", "| ---: | ---: | ---: |"]
    for size, rates in results["accepted"].items():
        missed = _missed(statistics.median(rates) < LEAST_ACCEPTED)
        lines.append(f"| {int(size):,} | {_spread(rates, 0)}{missed} | 1,000 |")
    return "\n".join(lines)


def _restarts(results: Results) -> str:
    lines = ["| after `kill -9` | seconds | at most |", "| --- | ---: | ---: |"]
    for name, times in results["restarts"].items():
        most = 5 if name == ORPHAN else 2
        missed = _missed(statistics.median(times) > most)
        lines.append(f"| {name} | {_spread(times, 2)}{missed} | {most} |")
    return "\n".join(lines)


def _spread(values: list[float] | list[int], digits: int) -> str:
    """Return the median, with the least and the most."""
    middle, least, most = statistics.median(values), min(values), max(values)
    return f"{middle:,.{digits}f} ({least:,.{digits}f}-{most:,.{digits}f})"


def _missed(is_missed: bool) -> str:
    return " (missed)" if is_missed else ""


def picture(results: Results) -> str:
    """Return the cost by the number of tasks, that of the smallest number being 1, as SVG."""
    sizes = [int(size) for size in results["questions"][FIRST]]
    curves = {name: ratios(times) for name, times in results["questions"].items()}
    top = max(2.5, *(max(curve) for curve in curves.values()))

    def across(index: int) -> float:
        return MARGIN + index * (WIDTH - 4 * MARGIN) / max(len(sizes) - 1, 1)

    def down(ratio: float) -> float:
        return HEIGHT - MARGIN - ratio / top * (HEIGHT - 2 * MARGIN)

    right = across(len(sizes) - 1)
    title = "Cost by the number of tasks stored; with the fewest it is 1"
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} fill="#37352f">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{MARGIN}" y="24">{title}</text>',
    ]
    for ratio in (0, 1, 2):
        style = 'stroke="#c14c8a" stroke-dasharray="4"' if ratio == 2 else 'stroke="#d3d1cb"'
        y = down(ratio)
        parts.append(f'<path d="M{MARGIN} {y:.1f}H{right:.1f}" {style}/>')
        parts.append(f'<text x="{MARGIN - 16}" y="{y + 4:.1f}">{ratio}</text>')
    for index, number_of in enumerate(sizes):
        place = f'x="{across(index):.1f}" y="{HEIGHT - 24}"'
        parts.append(f'<text {place} text-anchor="middle">{number_of:,}</text>')
    for number, (name, curve) in enumerate(curves.items()):
        colour, y = COLOURS[number], MARGIN + 24 + 20 * number
        points = " ".join(f"{across(i):.1f},{down(r):.1f}" for i, r in enumerate(curve))
        line = f'fill="none" stroke="{colour}" stroke-width="2"'
        parts.append(f'<polyline points="{points}" {line}/>')
        parts.append(f'<text x="{right + 16:.1f}" y="{y}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])
