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
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "startup.json"
KEY = "a-key-for-this-benchmark"
SETTLE_SECONDS = 2.0
PATIENCE_SECONDS = 30.0

EMPTY = "empty application"
SERVE = "argosy serve"
FETCHED = "argosy serve, after a download"
RUN = "./run"
CONTESTANTS = (EMPTY, SERVE, FETCHED, RUN)

ADD = """mutation ($url: String!) {
  addDownloads(input: {urls: [$url]}) { tasks { id } errors { message } }
}"""


def command(name: str, port: int) -> list[str]:
    """Return what starts a contestant on `port`."""
    if name == EMPTY:
        options = ["--loop", "uvloop", "--http", "httptools", "--no-access-log"]
        app = ["-m", "uvicorn", "benchmarks.empty_app:app", "--port", str(port)]
        return [sys.executable, *app, *options, "--log-level", "warning"]
    if name in {SERVE, FETCHED}:
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
        "ARGOSY_RATE_LIMIT_GRAPHQL": "1000000",  # raised, never off
        "ARGOSY_ALLOW_NETWORKS": "127.0.0.1/32",
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
        query = "{ version }" if name == EMPTY else "{ status { version } }"
        wait_for_answer(port, query, began + PATIENCE_SECONDS)
        milliseconds = (time.perf_counter() - began) * 1000
        if name == FETCHED:
            download(port)
        time.sleep(SETTLE_SECONDS)
        return milliseconds, memory(process.pid)
    finally:
        process.terminate()
        process.wait()


def wait_for_answer(port: int, query: str, deadline: float) -> None:
    """Ask until there is a right answer."""
    while True:
        try:
            ask(port, query)
        except OSError:
            if time.perf_counter() > deadline:
                raise
            time.sleep(0.002)
        else:
            return


def ask(port: int, query: str, **variables: str) -> dict[str, Any]:
    """Send one GraphQL request and return its data."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        json.dumps({"query": query, "variables": variables}).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"},
    )
    with urllib.request.urlopen(request) as answer:
        content = json.load(answer)
    assert "errors" not in content
    data: dict[str, Any] = content["data"]
    return data


def download(port: int) -> None:
    """Have the server fetch a small file, its own front page."""
    task = ask(port, ADD, url=f"http://127.0.0.1:{port}/")["addDownloads"]["tasks"][0]["id"]
    deadline = time.perf_counter() + PATIENCE_SECONDS
    query = "query ($id: ID!) { task(id: $id) { state } }"
    while ask(port, query, id=task)["task"]["state"] != "COMPLETED":
        assert time.perf_counter() < deadline
        time.sleep(0.05)


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
    base = results[EMPTY]
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
                milliseconds, mebibytes = measure(name, Path(folder))
                results[name].append((round(milliseconds, 1), round(mebibytes, 2)))
    print(table(results))
    if arguments.write:
        RESULTS.parent.mkdir(exist_ok=True)
        machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
        lines = [f"  {json.dumps(name)}: {json.dumps(each)}" for name, each in results.items()]
        rounds = ",\n".join(lines)
        RESULTS.write_text(f'{{"machine": {json.dumps(machine)}, "rounds": {{\n{rounds}\n}}}}\n')


if __name__ == "__main__":
    main()
