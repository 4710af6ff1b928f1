"""Argosy beside aria2c and curl: seconds, processors, memory, and every byte compared.

Needs nginx, aria2c, curl, openssl and GNU time. Prints tables; with `--write` also keeps the
raw results and puts the tables into the page.

    .venv/bin/python -m benchmarks.downloads.run --rounds 5 --write
    .venv/bin/python -m benchmarks.downloads.run --only big,tls --rounds 3
"""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.downloads import races, report, service
from benchmarks.downloads.origin import Sizes, running
from benchmarks.downloads.scenarios import LATENCY, MEMORY, NAMES, RACES
from benchmarks.downloads.server import ROOT, settings

RESULTS = ROOT / "benchmarks" / "results" / "downloads.json"
PAGE = ROOT / "benchmarks" / "README.md"
SHARED_MEMORY = Path("/dev/shm")
PRODUCT = ["argosy", "schema", "resolvers", "services", "models"]
TOOLS = {
    "nginx": ["nginx", "-v"],
    "aria2c": ["aria2c", "--version"],
    "curl": ["curl", "--version"],
    "openssl": ["openssl", "version"],
    "time": ["time", "--version"],
}


def main() -> None:
    """Measure and print."""
    arguments = parse()
    versions = find_tools()
    measured: report.Scenarios = {}
    for name, scenario in measure(arguments.only, arguments.rounds, Sizes.scaled(arguments.scale)):
        measured[name] = scenario
        if arguments.write:
            keep({name: scenario}, versions)
    print(report.page(report.in_order(measured)))


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", type=names, default=NAMES, help=f"some of {','.join(NAMES)}")
    parser.add_argument("--scale", type=float, default=1.0, help="0.01 for a try with little data")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if arguments.write and arguments.scale != 1:
        parser.error("what was measured with little data is not kept")
    return arguments


def names(text: str) -> tuple[str, ...]:
    """Read names of scenarios, with commas between them."""
    given = tuple(text.split(","))
    if unknown := set(given) - set(NAMES):
        message = f"no such scenario: {', '.join(sorted(unknown))}"
        raise argparse.ArgumentTypeError(message)
    return given


def measure(
    only: tuple[str, ...], rounds: int, sizes: Sizes
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Run the scenarios and yield what came of each."""
    with (
        tempfile.TemporaryDirectory(prefix="argosy-benchmark-") as disk,
        tempfile.TemporaryDirectory(prefix="argosy-benchmark-", dir=SHARED_MEMORY) as memory,
        running(Path(disk), Path(memory, "origin"), sizes) as origin,
    ):
        course = races.Course(origin, Path(disk), Path(memory))
        for name in only:
            print(f"{name} ...", file=sys.stderr, flush=True)
            more, rows = run_one(name, course, rounds)
            about = {"commit": commit(), "rounds": rounds, "settings": settings(**more)}
            yield name, about | {"rows": rows}


def run_one(
    name: str, course: races.Course, rounds: int
) -> tuple[dict[str, str], list[report.Row]]:
    """Return the settings beside the usual ones, and the rows of a scenario."""
    if name == MEMORY:
        return {"hash": "off"}, service.memory(course, rounds)
    if name == LATENCY:
        return {"hash": "off"}, service.latency(course, rounds)
    race = next(race for race in RACES if race.name == name)
    return {"hash": "off"} | race.settings, races.run(race, course, rounds)


def find_tools() -> dict[str, str]:
    """Return the versions of what is needed, or end with what is missing."""
    if missing := [name for name in TOOLS if shutil.which(name) is None]:
        sys.exit(
            f"These are missing: {', '.join(missing)}. benchmarks/README.md says how to get them."
        )
    versions = {"python": platform.python_version()}
    for name, command in TOOLS.items():
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        match = re.search(r"\d+(\.\d+)+[a-z]?", done.stdout + done.stderr)
        if match:  # some builds of GNU time do not know theirs
            versions[name] = match.group()
    return versions


def commit() -> str:
    """Return the commit that is measured, with a plus where files differ from it."""
    git = ["git", "-C", str(ROOT)]
    head = [*git, "rev-parse", "--short=12", "HEAD"]
    changes = [*git, "status", "--porcelain", "--", *PRODUCT]
    done = subprocess.run(head, check=False, capture_output=True, text=True)
    changed = subprocess.run(changes, check=False, capture_output=True)
    return (done.stdout.strip() or "unknown") + ("+" if changed.stdout else "")


def machine() -> str:
    """Return what it was measured on."""
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return f"{platform.system()}, {os.cpu_count()} cores, {gib:.0f} GiB of memory"


def keep(measured: report.Scenarios, versions: dict[str, str]) -> None:
    """Put what was measured among the results, and the new tables where the old ones are."""
    content: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    old = content.get("scenarios", {})
    new = report.in_order(old | measured)
    RESULTS.write_text(shown({"machine": machine(), "versions": versions, "scenarios": new}))
    update_page(old, new)


def shown(content: dict[str, Any]) -> str:
    """Return the results as JSON with a line for each row."""
    text = json.dumps(content, indent=1)
    return re.sub(r"\{\s+(\"(?:contestant|round)\"[^{}]*?)\s+\}", _joined, text) + "\n"


def _joined(match: re.Match[str]) -> str:
    return "{" + re.sub(r"\s*\n\s*", " ", match[1]) + "}"


def update_page(old: report.Scenarios, new: report.Scenarios) -> None:
    """Put the new tables where the old ones are on the page."""
    text = PAGE.read_text()
    if old and report.page(old) in text:
        PAGE.write_text(text.replace(report.page(old), report.page(new)))
    else:
        print("The page does not have the old tables; put these there by hand.", file=sys.stderr)


if __name__ == "__main__":
    main()
