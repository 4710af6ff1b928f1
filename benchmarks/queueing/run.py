"""What reading and adding cost with 10,000 tasks and with a million, and how a restart goes.

A server for each number of tasks, all at once: in every round each has its turn with each
question, so that what disturbs the machine disturbs all of them. Prints tables; with `--write`
also keeps the raw results and the picture.

    .venv/bin/python -m benchmarks.queueing.run --write
"""

import argparse
import json
import os
import platform
import signal
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from uuid import UUID

from benchmarks.queueing import report
from benchmarks.queueing.planting import plant
from benchmarks.queueing.server import ROOT, Server, slow_origin, wait
from services.paging import cursors

RESULTS = ROOT / "benchmarks" / "results" / "queueing.json"
PICTURE = ROOT / "benchmarks" / "results" / "queueing.svg"

PAGE_SIZE = 25
DEEP = 10_000  # the number of the page
WARM_UP = 3  # rounds that are not counted
CLIENTS = 4
CALLS = 10  # of 100 tasks each, by each client
RESTARTS = 5

PAGE = """query ($after: String) {
  tasks(first: 25, after: $after) {
    nodes { id name state progress createdAt } pageInfo { hasNextPage endCursor }
  }
}"""
TASK = "query ($id: ID!) { task(id: $id) { id name state progress createdAt } }"
ADD = """mutation ($urls: [String!]!) {
  addDownloads(input: {urls: $urls}) { tasks { id } errors { message } }
}"""
STATE = "query ($id: ID!) { task(id: $id) { state attempt } }"


class Stored:
    """A server that has so many tasks, and what is asked of it."""

    def __init__(self, folder: Path, number: int) -> None:
        self.number = number
        self.server = Server(folder)
        self._added = 0
        self.server.start()  # makes the tables
        self.server.end()
        self._ids = plant(folder / "argosy.db", number)
        self.server.start()

    @property
    def questions(self) -> dict[str, Callable[[], object]]:
        """What is measured, by its name."""
        deep = min(PAGE_SIZE * DEEP, self.number - PAGE_SIZE)  # tasks before that page
        before = self._ids[-deep]
        middle = self._ids[len(self._ids) // 2]
        return {
            report.FIRST: partial(self._page, None),
            report.DEEP: partial(self._page, before),
            report.ONE: partial(self._task, middle),
            report.ADD_ONE: partial(self.add, 1),
            report.ADD_MANY: partial(self.add, 1000),
        }

    def add(self, number: int, server: Server | None = None) -> None:
        """Add that many tasks in one call."""
        start, self._added = self._added, self._added + number
        urls = [f"https://example.com/{n}.bin" for n in range(start, start + number)]
        answer = (server or self.server).ask(ADD, urls=urls)["addDownloads"]
        assert len(answer["tasks"]) == number, answer["errors"]

    def accept(self) -> float:
        """Let clients add tasks in calls of 100; return how many a second were accepted."""

        def call(client: Server) -> None:
            for _ in range(CALLS):
                self.add(100, client)
            client.end()

        clients = [self.server.another_client() for _ in range(CLIENTS)]
        threads = [threading.Thread(target=call, args=(client,)) for client in clients]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return CLIENTS * CALLS * 100 / (time.perf_counter() - began)

    def restart(self) -> float:
        """Kill the server; return the seconds from its start to its first word of health."""
        self.server.end(signal.SIGKILL)
        return self.server.start()

    def _page(self, before: UUID | None) -> None:
        after = None if before is None else cursors.show("CREATED_NEWEST", 0, "", str(before))
        page = self.server.ask(PAGE, after=after)["tasks"]
        assert len(page["nodes"]) == PAGE_SIZE

    def _task(self, key: UUID) -> None:
        assert self.server.ask(TASK, id=f"task_{key}")["task"] is not None


def measure(sizes: list[int], rounds: int, folder: Path) -> report.Results:
    """Return everything that is measured of stores of these sizes."""
    results: report.Results = {"questions": {}, "accepted": {}, "restarts": {}}
    with ExitStack() as stack:
        stored = []
        for size in sizes:
            one = Stored(folder / str(size), size)
            stack.callback(one.server.end)
            stored.append(one)
        for name in report.QUESTIONS:
            times: dict[str, list[float]] = {str(one.number): [] for one in stored}
            for number in range(WARM_UP + rounds):
                for one in stored:
                    wait(one.server.is_healthy)  # and the connection is open
                    began = time.perf_counter()
                    one.questions[name]()
                    took = (time.perf_counter() - began) * 1000
                    if number >= WARM_UP:
                        times[str(one.number)].append(round(took, 2))
            results["questions"][name] = times
        for one in stored:
            results["accepted"][str(one.number)] = [round(one.accept()) for _ in range(3)]
        for one in stored:
            times_of_one = [round(one.restart(), 3) for _ in range(RESTARTS)]
            results["restarts"][report.healthy(one.number)] = times_of_one
    for size in sizes:
        check(folder / str(size) / "argosy.db")
    results["restarts"][report.ORPHAN] = orphan(folder / "orphan")
    return results


def orphan(folder: Path) -> list[float]:
    """Return the seconds from the start after a kill until a task that ran is running again."""
    server = Server(folder)
    server.start()
    times: list[float] = []
    try:
        with slow_origin() as url:
            task = server.ask(ADD, urls=[url])["addDownloads"]["tasks"][0]["id"]
            for attempt in range(1, RESTARTS + 1):
                wait(lambda: _is_running(server, task, attempt))  # noqa: B023 - called at once
                server.end(signal.SIGKILL)
                began = time.perf_counter()
                server.start()
                wait(lambda: _is_running(server, task, attempt + 1))  # noqa: B023
                times.append(round(time.perf_counter() - began, 3))
            server.end()
    finally:
        server.end()
    return times


def _is_running(server: Server, task: str, attempt: int) -> bool:
    found = server.ask(STATE, id=task)["task"]
    return found["state"] == "RUNNING" and found["attempt"] == attempt


def check(database: Path) -> None:
    """Make sure that what was killed so often is whole."""
    with sqlite3.connect(database) as connection:
        assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
    connection.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    sizes = [int(size) for size in arguments.sizes.split(",")]
    with tempfile.TemporaryDirectory(prefix="argosy-queueing-") as folder:
        results = measure(sizes, arguments.rounds, Path(folder))
    print(report.page(results))
    if arguments.write:
        machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
        content = {"machine": machine, "rounds": arguments.rounds, "results": results}
        RESULTS.write_text(json.dumps(content, indent=1) + "\n")
        PICTURE.write_text(report.picture(results))


if __name__ == "__main__":
    main()
