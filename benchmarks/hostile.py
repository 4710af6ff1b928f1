"""How soon hostile documents are refused, and how long `/health` takes meanwhile.

A few clients send the documents of the tests again and again; one that has a process of its own
asks for `/health` all the time. Prints a table; with `--write` also keeps the raw results.

    .venv/bin/python -m benchmarks.hostile --rounds 20 --write
"""

import argparse
import http.client
import json
import multiprocessing
import os
import platform
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import TypedDict

import psutil

from benchmarks.queueing.server import KEY, PATIENCE_SECONDS, ROOT, Server
from tests.integration.http.hostile import HOSTILE

RESULTS = ROOT / "benchmarks" / "results" / "hostile.json"
AT_ONCE = 4  # clients of the second part
MOST_REFUSAL, MOST_HEALTH = 100.0, 250.0  # milliseconds
HEALTH_PAUSE = 0.005


class Results(TypedDict):
    """Milliseconds of each refusal by document, and of each answer of `/health`; MiB at the end."""

    refusals: dict[str, list[float]]
    health: list[float]
    refusals_at_once: list[float]
    health_at_once: list[float]
    memory: tuple[float, float]


def table(results: Results) -> str:
    """Return the tables."""
    return "\n\n".join((_goals(results), _documents(results)))


def _goals(results: Results) -> str:
    alone = [took for each in results["refusals"].values() for took in each]
    at_once = results["refusals_at_once"]
    rows = [
        ("one client: refusal, p99", _percentile(alone), MOST_REFUSAL),
        ("one client: slowest answer of `/health`", max(results["health"]), MOST_HEALTH),
        (f"{AT_ONCE} clients: refusal, p99", _percentile(at_once), None),
        (
            f"{AT_ONCE} clients: slowest answer of `/health`",
            max(results["health_at_once"]),
            MOST_HEALTH,
        ),
    ]
    lines = ["| | measured, ms | at most |", "| --- | ---: | ---: |"]
    for name, measured, most in rows:
        missed = " (missed)" if most is not None and measured > most else ""
        lines.append(f"| {name} | {measured:.0f}{missed} | {'' if most is None else f'{most:g}'} |")
    before, after = results["memory"]
    lines.append(f"| memory, MiB: before, and after all of it | {before:.0f}, {after:.0f} | |")
    return "\n".join(lines)


def _documents(results: Results) -> str:
    lines = ["| document | refusal, ms | slowest |", "| --- | ---: | ---: |"]
    for name, each in results["refusals"].items():
        lines.append(f"| {name} | {statistics.median(each):.1f} | {max(each):.1f} |")
    return "\n".join(lines)


def _percentile(times: list[float]) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[98]


def measure(rounds: int) -> Results:
    """Start a server and send it all documents `rounds` times."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        server.start()
        assert server.process is not None
        process = psutil.Process(server.process.pid)
        try:
            before = process.memory_info().rss / 2**20
            refusals: dict[str, list[float]] = {name: [] for name in HOSTILE}
            with watched(server.port) as health:
                for _ in range(rounds):
                    send_all(server.port, refusals)
            many: list[dict[str, list[float]]] = [{n: [] for n in HOSTILE} for _ in range(AT_ONCE)]
            with watched(server.port) as health_at_once:
                clients = [
                    threading.Thread(target=send_all, args=(server.port, each, rounds // AT_ONCE))
                    for each in many
                ]
                for client in clients:
                    client.start()
                for client in clients:
                    client.join()
            at_once = [took for each in many for times in each.values() for took in times]
            after = process.memory_info().rss / 2**20
        finally:
            server.end()
    return Results(
        refusals=refusals,
        health=health,
        refusals_at_once=at_once,
        health_at_once=health_at_once,
        memory=(before, after),
    )


def send_all(port: int, refusals: dict[str, list[float]], rounds: int = 1) -> None:
    """Send each document and note how long its refusal took."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"}
    headers["Accept"] = "application/graphql-response+json"
    for _ in range(rounds):
        for name, document in HOSTILE.items():
            body = json.dumps({"query": document})
            began = time.perf_counter()
            client.request("POST", "/graphql", body, headers)
            answer = client.getresponse()
            answer.read()
            refusals[name].append((time.perf_counter() - began) * 1000)
            assert answer.status == 400, name
    client.close()


@contextmanager
def watched(port: int) -> Iterator[list[float]]:
    """Ask for `/health` from another process until the end; the list then has all times."""
    times: list[float] = []
    context = multiprocessing.get_context("spawn")
    over, ready = context.Event(), context.Event()
    queue = context.Queue()
    watcher = context.Process(target=_watch, args=(port, ready, over, queue))
    watcher.start()
    ready.wait()
    try:
        yield times
    finally:
        over.set()
        times += queue.get()
        watcher.join()


def _watch(
    port: int, ready: Event, over: Event, queue: "multiprocessing.Queue[list[float]]"
) -> None:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    times = []
    ready.set()
    while not over.wait(HEALTH_PAUSE):
        began = time.perf_counter()
        client.request("GET", "/health")
        answer = client.getresponse()
        answer.read()
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status == 200
    queue.put(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    results = measure(options.rounds)
    print(table(results))
    if options.write:
        machine = {"cores": os.cpu_count(), "python": platform.python_version()}
        content = {"machine": machine, "rounds": options.rounds, "results": results}
        RESULTS.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
