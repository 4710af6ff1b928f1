"""How soon a webhook is told, and what that costs whoever adds tasks.

Prints tables; with `--write` also keeps the raw results.

    .venv/bin/python -m benchmarks.webhooks.run --write
"""

import argparse
import asyncio
import http.server
import json
import os
import platform
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.queueing.server import ROOT, Server, wait
from benchmarks.webhooks import report
from services.clock import SystemClock
from services.store.choose import make_store, migrate
from services.store.store import NewEvent, Transaction
from services.webhooks.outbox import Outbox

RESULTS = ROOT / "benchmarks" / "results" / "webhooks.json"

MANY = 1000
DELIVERIES = 300  # of those that come one by one
ROUNDS = 10
SIZE = 100_000  # bytes of each download

CREATE = """mutation ($input: CreateWebhookInput!) {
  createWebhook(input: $input) { webhook { id } errors { message } }
}"""
DELETE = "mutation ($id: ID!) { deleteWebhook(input: { id: $id }) { errors { message } } }"
ADD = """mutation ($input: AddDownloadsInput!) {
  addDownloads(input: $input) { tasks { id } errors { message } }
}"""
DELIVERED = """query ($after: String) { webhookDeliveries(first: 100, after: $after) {
  nodes { id createdAt } pageInfo { hasNextPage endCursor }
} }"""
PAUSE = "mutation { pauseQueue(input: {}) { errors { message } } }"
RESUME = "mutation { resumeQueue(input: {}) { errors { message } } }"


class Other(http.server.ThreadingHTTPServer):
    """The receiver, and the origin of the downloads. It knows when what came."""

    daemon_threads = True
    request_queue_size = 1024

    def __init__(self) -> None:
        self.came: dict[str, float] = {}
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Other

    def do_POST(self) -> None:
        at = time.time()
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.setdefault(self.headers["webhook-id"].removeprefix("msg_"), at)
        self.send_response(204)
        self.end_headers()

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(SIZE))
        self.end_headers()
        self.wfile.write(bytes(SIZE))

    def log_message(self, format: str, *values: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


class Bench:
    """One server and one receiver."""

    def __init__(self, server: Server, other: Other) -> None:
        self.server = server
        self.other = other
        self._added = 0

    def add(self, number: int) -> float:
        """Add so many tasks in one call; return the seconds that it took."""
        urls = [f"{self.other.url}/{self._added + n}" for n in range(number)]
        self._added += number
        wait(self.server.is_healthy)  # a connection that was left alone for long is made anew
        began = time.perf_counter()
        added = self.server.ask(ADD, input={"urls": urls})
        took = time.perf_counter() - began
        assert len(added["addDownloads"]["tasks"]) == number
        return took

    def told(self, events: list[str], number: int, act: Callable[[], None]) -> list[float]:
        """Return the seconds from each event to its first attempt, of `number` events."""
        webhook = self._create(events)
        self.other.came.clear()
        act()
        wait(lambda: len(self.other.came) >= number)
        wait(self.server.is_healthy)
        waits = [self.other.came[each] - at for each, at in self._happened().items()]
        self._delete(webhook)
        assert len(waits) == number
        return waits

    def adding(self, events: list[str] | None) -> list[float]:
        """Return the milliseconds for adding many, where a webhook wants `events`."""
        webhook = None if events is None else self._create(events)
        times = []
        for _ in range(ROUNDS + 1):
            self.other.came.clear()
            times.append(1000 * self.add(MANY))
            if events == ["task.*"]:  # whoever still sends would be measured too
                wait(lambda: len(self.other.came) >= MANY)
        if webhook is not None:
            self._delete(webhook)
        return times[1:]

    def _create(self, events: list[str]) -> str:
        wait(self.server.is_healthy)
        made = self.server.ask(CREATE, input={"url": f"{self.other.url}/hook", "events": events})
        return str(made["createWebhook"]["webhook"]["id"])

    def _delete(self, webhook: str) -> None:
        wait(self.server.is_healthy)
        self.server.ask(DELETE, id=webhook)

    def _happened(self) -> dict[str, float]:
        found: dict[str, float] = {}
        after: str | None = None
        while True:
            page = self.server.ask(DELIVERED, after=after)["webhookDeliveries"]
            for node in page["nodes"]:
                at = datetime.fromisoformat(node["createdAt"]).timestamp()
                found[node["id"].removeprefix("delivery_")] = at
            if not page["pageInfo"]["hasNextPage"]:
                return found
            after = page["pageInfo"]["endCursor"]


async def outbox(folder: Path) -> list[float]:
    """Return the milliseconds that the outbox takes for 1,000 events where nobody is told."""
    folder.mkdir()
    await migrate(folder, None)
    store, clock, times = make_store(folder, None), SystemClock(), list[float]()
    events = [NewEvent(1, None, "task.added", {}, clock.now()) for _ in range(MANY)]
    box = Outbox(lambda: None)

    async def write(transaction: Transaction) -> None:
        began = time.perf_counter()
        await box.accompany(transaction, events)
        times.append(1000 * (time.perf_counter() - began))

    await store.open()
    for _ in range(ROUNDS + 1):
        await store.write(write)
    await store.close()
    return times[1:]


def measure(folder: Path) -> report.Results:
    """Measure everything."""
    server, other = Server(folder / "data"), Other()
    server.start()
    bench = Bench(server, other)
    waits: dict[str, list[float]] = {}
    try:
        server.ask(PAUSE)
        adding = {
            report.NONE: bench.adding(None),
            report.OTHERS: bench.adding(["download.completed"]),
            report.ALL: bench.adding(["task.*"]),
        }

        def one_by_one() -> None:
            for _ in range(DELIVERIES):
                bench.add(1)

        waits[report.ONE_BY_ONE] = bench.told(["task.added"], DELIVERIES, one_by_one)
        waits[report.STORM] = bench.told(["task.added"], MANY, lambda: bench.add(MANY) and None)
    finally:
        server.end()
    waits[report.DOWNLOADS] = _downloads(folder / "downloads", other)
    times = asyncio.run(outbox(folder / "outbox"))
    return {"waits": {n: waits[n] for n in report.WAITS}, "adding": adding, "outbox": times}


def _downloads(folder: Path, other: Other) -> list[float]:
    """Return the waits of what is told of downloads that complete, on a server of their own."""
    server = Server(folder)
    server.start(
        ARGOSY_MAX_CONCURRENT_DOWNLOADS="16",
        ARGOSY_MAX_CONCURRENT_DOWNLOADS_PER_USER="16",
        ARGOSY_MAX_CONCURRENT_DOWNLOADS_PER_HOST="16",
    )
    bench = Bench(server, other)
    try:
        return bench.told(["job.completed"], DELIVERIES, lambda: bench.add(DELIVERIES) and None)
    finally:
        server.end()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep the raw results")
    given = parser.parse_args()
    began = datetime.now(UTC).isoformat(timespec="seconds")
    with tempfile.TemporaryDirectory() as folder:
        results = measure(Path(folder))
    print(report.page(results))
    if given.write:
        machine = {
            "at": began,
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "load": os.getloadavg(),
        }
        RESULTS.write_text(json.dumps({"machine": machine, "results": results}) + "\n")


if __name__ == "__main__":
    main()
