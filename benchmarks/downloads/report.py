"""Tables out of raw rows.

A row is what one contestant did in one round: `contestant`, `round`, `right` (every byte was
as it should be; not where only answers count), and in a race `wall` (seconds), `cpu` (seconds),
`memory` (MiB, the most) and `gib` (what was downloaded).
"""

import statistics
from typing import Any

from benchmarks.downloads.scenarios import (
    ARGOSY,
    BEST,
    CURL,
    GOALS,
    LATENCY,
    MEMORY,
    NAMES,
    RACES,
    Goal,
    Race,
)

Row = dict[str, Any]
Scenarios = dict[str, dict[str, Any]]  # by name: the commit, the rounds, the rows


def page(scenarios: Scenarios) -> str:
    """Return all tables, the goals first."""
    parts = [goals(scenarios)]
    for race in RACES:
        if race.name in scenarios:
            title = f"{race.title} ({scenarios[race.name]['rounds']} rounds of `{race.name}`):"
            parts += [title, race_table(race, scenarios[race.name]["rows"])]
    for name, title, table in SERVICE:
        if name in scenarios:
            rounds = f"({scenarios[name]['rounds']} rounds of `{name}`):"
            parts += [f"{title} {rounds}", table(scenarios[name]["rows"])]
    return "\n\n".join(parts)


def race_table(race: Race, rows: list[Row]) -> str:
    """Return what each contestant took: medians, their spread, ratios within the rounds."""
    to_curl = CURL in race.others
    heads = ["", "wall, s", "least to most", f"of {race.base}", "CPU, s/GiB", f"of {race.base}"]
    heads += ["of curl"] if to_curl else []
    heads += ["memory, MiB", "right"]
    lines = [line(heads), line(["---", *["---:"] * (len(heads) - 1)])]
    for name in race.contestants:
        own = of(rows, name)
        walls = [row["wall"] for row in own]
        cells = [
            name,
            f"{statistics.median(walls):.2f}",
            f"{min(walls):.2f}-{max(walls):.2f}",
            f"{ratio(rows, name, race.base, 'wall'):.2f}",
            f"{statistics.median(row['cpu'] / row['gib'] for row in own):.2f}",
            f"{ratio(rows, name, race.base, 'cpu'):.2f}",
        ]
        cells += [f"{ratio(rows, name, CURL, 'cpu'):.2f}"] if to_curl else []
        cells += [f"{statistics.median(row['memory'] for row in own):.0f}", verdict(own)]
        lines.append(line(cells))
    return "\n".join(lines)


def memory_table(rows: list[Row]) -> str:
    """Return how much memory segments add."""
    heads = ["memory, MiB", "at rest", "the most", "added", "least to most", "right"]
    added = [row["added"] for row in rows]
    cells = ["argosy, 16 segments"]
    cells += [f"{statistics.median(row[name] for row in rows):.1f}" for name in ("idle", "most")]
    cells += [f"{statistics.median(added):.1f}", f"{min(added):.1f}-{max(added):.1f}"]
    return "\n".join([line(heads), line(["---", *["---:"] * 5]), line([*cells, verdict(rows)])])


def latency_table(rows: list[Row]) -> str:
    """Return how long an answer takes, with nothing to do and beside a download."""
    heads = ["`{ status { version } }`, ms", "median", "p99", "least to most p99"]
    lines = [line(heads), line(["---", *["---:"] * 3])]
    for name in ("idle", "loaded"):
        p99 = [row[f"{name}_p99"] for row in rows]
        words = "nothing to do" if name == "idle" else "16 segments write to disk"
        median = statistics.median(row[f"{name}_p50"] for row in rows)
        spread = f"{min(p99):.1f}-{max(p99):.1f}"
        lines.append(line([words, f"{median:.1f}", f"{statistics.median(p99):.1f}", spread]))
    return "\n".join(lines)


SERVICE = (
    (MEMORY, "What 512 MiB in 16 segments of 20 MiB/s add to a server at rest", memory_table),
    (LATENCY, "How long an answer takes beside 16 segments that write to a disk", latency_table),
)


def goals(scenarios: Scenarios) -> str:
    """Return what was aimed at beside what was measured."""
    lines = [line(["goal", "measured", "at most", "stretch"]), line(["---", *["---:"] * 3])]
    for goal in GOALS:
        if goal.scenario in scenarios:
            value = reached(goal, scenarios[goal.scenario]["rows"])
            digits = 2 if goal.of else 1
            stretch = "" if goal.stretch is None else f"{goal.stretch:g}{goal.unit}"
            missed = " (missed)" if value > goal.most else ""
            measured = f"{value:.{digits}f}{goal.unit}{missed}"
            lines.append(line([goal.words, measured, f"{goal.most:g}{goal.unit}", stretch]))
    return "\n".join(lines)


def reached(goal: Goal, rows: list[Row]) -> float:
    """Return what was measured where `goal` aims."""
    if not goal.of:
        return float(statistics.median(row[goal.measure] for row in rows))
    other = best(rows) if goal.of == BEST else goal.of
    return ratio(rows, ARGOSY, other, goal.measure)


def best(rows: list[Row]) -> str:
    """Return the aria2c whose median is the least."""
    names = {str(row["contestant"]) for row in rows}
    aria2 = sorted(name for name in names if name.startswith("aria2c"))
    return min(aria2, key=lambda n: statistics.median(r["wall"] for r in of(rows, n)))


def ratio(rows: list[Row], name: str, base: str, measure: str) -> float:
    """Return the median of the ratios within a round."""
    pairs = zip(of(rows, name), of(rows, base), strict=True)
    return float(statistics.median(a[measure] / max(b[measure], 0.01) for a, b in pairs))


def of(rows: list[Row], name: str) -> list[Row]:
    """Return the rows of one contestant by round."""
    own = [row for row in rows if row["contestant"] == name]
    return sorted(own, key=lambda row: row["round"])


def verdict(rows: list[Row]) -> str:
    """Return whether every result was right."""
    wrong = sum(not row["right"] for row in rows)
    return "yes" if not wrong else f"**{wrong} of {len(rows)} wrong**"


def line(cells: list[str]) -> str:
    """Return a line of a table."""
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")


def in_order(scenarios: Scenarios) -> Scenarios:
    """Return the scenarios as the page has them."""
    return {name: scenarios[name] for name in NAMES if name in scenarios}
