"""How long a backup of 100,000 tasks takes, and how long others wait for their answers meanwhile.

A server with the tasks and their history. In every round three clients ask without a pause
between their questions for as long as the last backup took, and then while a backup is made: what
disturbs the machine disturbs both. Prints tables; with `--write` also keeps the raw results.

    .venv/bin/python -m benchmarks.backups.run --write
"""

import argparse
import json
import os
import platform
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.backups import report
from benchmarks.backups.history import plant_history
from benchmarks.queueing.planting import plant
from benchmarks.queueing.server import ROOT, Server

RESULTS = ROOT / "benchmarks" / "results" / "backups.json"
PAUSE_SECONDS = 0.01  # between two questions of a client
CREATE = "mutation { createBackup { success message backup { sizeBytes rows } } }"
PAGE = "{ tasks(first: 25) { nodes { id name state progress createdAt } } }"
ADD = """mutation ($urls: [String!]!) {
  addDownloads(input: {urls: $urls}) { tasks { id } errors { message } }
}"""


class Asking:
    """A client that asks the same again and again, and how long each answer took."""

    def __init__(self, client: Server, ask: Callable[[Server], object]) -> None:
        self._client = client
        self._ask = ask
        self._times: list[float] = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._go_on)

    def start(self) -> None:
        """Begin to ask."""
        self._ask(self._client)  # the connection is open
        self._thread.start()

    def stop(self) -> list[float]:
        """Return the milliseconds that each answer took."""
        self._is_over.set()
        self._thread.join()
        self._client.end()
        return self._times

    def _go_on(self) -> None:
        while not self._is_over.wait(PAUSE_SECONDS):
            began = time.perf_counter()
            self._ask(self._client)
            self._times.append(round((time.perf_counter() - began) * 1000, 2))


def questions() -> dict[str, Callable[[Server], object]]:
    """Return what the clients ask, by its name."""
    added = iter(range(10**9))

    def add(client: Server) -> None:
        client.ask(ADD, urls=[f"https://example.com/{next(added)}.bin"])

    return {
        "`/health`": lambda client: client.is_healthy(),
        "a page of tasks": lambda client: client.ask(PAGE),
        "a task is added": add,
    }


def asked_while(
    server: Server, asks: dict[str, Callable[[Server], object]], work: Callable[[], None]
) -> dict[str, list[float]]:
    """Return how long each answer took that was asked for while `work` was done."""
    asking = {name: Asking(server.another_client(), ask) for name, ask in asks.items()}
    for each in asking.values():
        each.start()
    work()
    return {name: each.stop() for name, each in asking.items()}


def measure(tasks: int, rounds: int, folder: Path) -> report.Results:
    """Return everything that is measured of a server with so many tasks."""
    database = folder / "argosy.db"
    server = Server(folder)
    server.start()  # makes the tables
    server.end()
    plant_history(database, plant(database, tasks))
    server.start()
    asks = questions()
    results: report.Results = {
        "tasks": tasks,
        "rows": 0,
        "database": database.stat().st_size,
        "archive": 0,
        "seconds": [],
        "answers": {name: {report.QUIET: [], report.BACKUP: []} for name in asks},
    }

    def back_up() -> None:
        client = server.another_client()  # a connection that nobody used is closed by now
        began = time.perf_counter()
        made = client.ask(CREATE)["createBackup"]
        results["seconds"].append(round(time.perf_counter() - began, 2))
        client.end()
        assert made["success"], made
        results["archive"], results["rows"] = made["backup"]["sizeBytes"], made["backup"]["rows"]

    try:
        back_up()  # not counted: it says how long one takes
        pause = results["seconds"].pop()
        for _ in range(rounds):
            for when, work in (
                (report.QUIET, lambda: time.sleep(pause)),
                (report.BACKUP, back_up),
            ):
                for name, times in asked_while(server, asks, work).items():
                    results["answers"][name][when] += times
    finally:
        server.end()
    return results


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="argosy-backups-") as folder:
        results = measure(arguments.tasks, arguments.rounds, Path(folder))
    print(report.page(results))
    if arguments.write:
        machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
        content = {"machine": machine, "rounds": arguments.rounds, "results": results}
        RESULTS.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
