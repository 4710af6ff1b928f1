"""How long until the first answer, and how much memory a server has that does nothing.

Argosy beside an empty application of the same packages, in turn, so that what disturbs the
machine disturbs both. Prints a table; with `--write` also keeps the raw results.

    .venv/bin/python benchmarks/startup.py --rounds 15 --write
"""

import argparse
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "startup.json"
KEY = "a-key-for-this-benchmark"
SETTLE_SECONDS = 2.0
PATIENCE_SECONDS = 30.0

CONTESTANTS = ("empty application", "argosy serve", "./run")


def command(name: str, port: int) -> list[str]:
    """Return what starts a contestant on `port`."""
    if name == "empty application":
        options = ["--loop", "uvloop", "--http", "httptools", "--no-access-log"]
        app = ["-m", "uvicorn", "benchmarks.empty_app:app", "--port", str(port)]
        return [sys.executable, *app, *options, "--log-level", "warning"]
    if name == "argosy serve":
        return [sys.executable, "-P", "-m", "argosy", "serve", "--port", str(port)]
    return [str(ROOT / "run"), "serve", "--port", str(port)]


def measure(name: str, folder: Path) -> tuple[float, float]:
    """Start a contestant; return milliseconds to its first right answer, and MiB at rest."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "EMPTY_APP_DATABASE": str(folder / "empty.db"),
        "ARGOSY_DATA_DIR": str(folder / "data"),
        "ARGOSY_ADMIN_TOKEN": KEY,
    }
    began = time.perf_counter()
    process = subprocess.Popen(
        command(name, port),
        env=environment,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        query = "{ version }" if name == "empty application" else "{ status { version } }"
        wait_for_answer(port, query, began + PATIENCE_SECONDS)
        milliseconds = (time.perf_counter() - began) * 1000
        time.sleep(SETTLE_SECONDS)
        return milliseconds, memory(process.pid)
    finally:
        process.terminate()
        process.wait()


def wait_for_answer(port: int, query: str, deadline: float) -> None:
    """Ask until there is a right answer."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        json.dumps({"query": query}).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"},
    )
    while True:
        try:
            with urllib.request.urlopen(request) as answer:
                assert "errors" not in json.load(answer)
                return
        except OSError:
            if time.perf_counter() > deadline:
                raise
            time.sleep(0.002)


def memory(pid: int) -> float:
    """Return the resident memory of a process in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def table(results: dict[str, list[tuple[float, float]]]) -> str:
    """Return the results as a table: medians, their spread, and what they are of the first."""
    lines = [
        "| | first answer, ms | least to most | of the empty one | memory at rest, MiB | more |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    base = results["empty application"]
    base_memory = statistics.median(m for _, m in base)
    for name, rounds in results.items():
        times = [t for t, _ in rounds]
        ratios = [t / b for (t, _), (b, _) in zip(rounds, base, strict=True)]
        mebibytes = statistics.median(m for _, m in rounds)
        lines.append(
            f"| {name} | {statistics.median(times):.0f} | {min(times):.0f}-{max(times):.0f} | "
            f"{statistics.median(ratios):.2f} | {mebibytes:.1f} | {mebibytes - base_memory:+.1f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    results: dict[str, list[tuple[float, float]]] = {name: [] for name in CONTESTANTS}
    with tempfile.TemporaryDirectory() as folder:
        for name in CONTESTANTS:  # the first time makes databases and compiles modules
            measure(name, Path(folder))
        for _ in range(arguments.rounds):
            for name in CONTESTANTS:
                results[name].append(measure(name, Path(folder)))
    print(table(results))
    if arguments.write:
        RESULTS.parent.mkdir(exist_ok=True)
        machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
        RESULTS.write_text(json.dumps({"machine": machine, "rounds": results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
