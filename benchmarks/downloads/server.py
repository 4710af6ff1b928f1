"""A running Argosy that downloads: told by GraphQL, measured from outside."""

import http.client
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from graphql import GraphQLInputObjectType, build_schema, get_named_type

from argosy.settings import PREFIX, Settings
from benchmarks.downloads.commands import TIMEOUT_SECONDS, Measured
from benchmarks.downloads.origin import Origin, free_ports, wait_for

ROOT = Path(__file__).parents[2]
KEY = "a-key-for-this-benchmark"
MOST_URLS = 1000  # that one addDownloads takes
KEPT_SECONDS = 3.0  # a connection without requests; the server closes it after five
LOOK_SECONDS = 0.005
ASK_SECONDS = 2.0  # between two questions whether it has failed, while no file is there

# What stands in the way of ten at once from one address; names that this Argosy does not
# know yet are left away.
RAISED = {
    "allow_networks": "127.0.0.1/32",
    "max_concurrent_downloads": "10",
    "max_concurrent_downloads_per_host": "10",
    "max_connections_per_host": "64",
    "start_rate_per_host": "0",
}
ADD = """mutation ($input: AddDownloadsInput!) {
  addDownloads(input: $input) { tasks { id } errors { message } }
}"""
CANCEL = "mutation ($ids: [ID!]!) { cancelTasks(input: {ids: $ids}) { errors { message } } }"
COUNTS = "{ status { activeTasks totalDownloads } }"


def settings(**more: str) -> dict[str, str]:
    """Return the settings of a server, as they stand in its environment."""
    wanted = RAISED | more
    return {PREFIX + n.upper(): v for n, v in wanted.items() if n in Settings.model_fields}


def takes_connections() -> bool:
    """Whether this Argosy can be told how many connections to use."""
    schema = build_schema((ROOT / "graphql" / "schema.graphql").read_text())
    add = schema.type_map["AddDownloadsInput"]
    assert isinstance(add, GraphQLInputObjectType)
    options = get_named_type(add.fields["options"].type) if "options" in add.fields else None
    return isinstance(options, GraphQLInputObjectType) and "connections" in options.fields


class Server:
    """A contestant that is there before the race: `fetch` adds tasks and waits for them."""

    def __init__(self, name: str, process: psutil.Process, port: int, downloads: Path) -> None:
        self.name = name
        self.process = process
        self.port = port
        self.downloads = downloads
        self.connections: int | None = None  # how many for each task; None leaves it to Argosy
        self._calls = 0
        self._asked = 0.0
        self._connection = http.client.HTTPConnection("127.0.0.1", port)

    def ask(self, query: str, **variables: object) -> dict[str, Any]:
        """Send one GraphQL request over the kept connection, and return its data."""
        body = json.dumps({"query": query, "variables": variables})
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"}
        if time.perf_counter() > self._asked + KEPT_SECONDS:
            self._connection.close()  # the next request opens it again
        self._asked = time.perf_counter()
        self._connection.request("POST", "/graphql", body, headers)
        content = json.loads(self._connection.getresponse().read())
        assert "errors" not in content, content["errors"]
        data: dict[str, Any] = content["data"]
        return data

    def add(self, urls: list[str], folder: str) -> list[str]:
        """Add a task for each URL and return their ids."""
        ids = []
        for first in range(0, len(urls), MOST_URLS):
            given: dict[str, object] = {"urls": urls[first : first + MOST_URLS], "folder": folder}
            given["force"] = True  # the same files are fetched again and again
            if self.connections is not None:
                given["options"] = {"connections": self.connections}
            added = self.ask(ADD, input=given)["addDownloads"]
            assert not added["errors"], added["errors"]
            ids += [task["id"] for task in added["tasks"]]
        return ids

    def cancel(self, ids: list[str]) -> None:
        """Give up tasks, whatever there is of them."""
        self.ask(CANCEL, ids=ids)

    def fetch(self, urls: list[str], folder: Path) -> Measured:
        """Download `urls` and move what came to `folder` when the clock has stopped."""
        self._calls += 1
        name = f"round-{self._calls}"
        before = self.ask(COUNTS)["status"]["totalDownloads"]
        self.forget_peak()
        cpu, began = self.cpu(), time.perf_counter()
        self.add(urls, name)
        completed = self._wait(name, before, len(urls), began + TIMEOUT_SECONDS)
        wall = time.perf_counter() - began
        measured = Measured(
            wall,
            self.cpu() - cpu,
            self.memory("VmHWM"),
            "" if completed == len(urls) else f"{completed} of {len(urls)} completed",
        )
        for place in self.downloads.glob(f"*/{name}"):
            for file in place.iterdir():
                shutil.move(file, folder)
            place.rmdir()
        return measured

    def _wait(self, name: str, before: int, count: int, deadline: float) -> int:
        """Return how many were completed, when no task is left to do.

        Looks at the folder first: that takes nothing from the server, as questions would.
        """
        asked = time.perf_counter()
        while True:
            now = time.perf_counter()
            all_there = self._files(name) >= count
            if all_there or now > asked + ASK_SECONDS:
                asked = now
                status = self.ask(COUNTS)["status"]
                if status["activeTasks"] == 0 or now > deadline:
                    return int(status["totalDownloads"]) - before
            time.sleep(LOOK_SECONDS)

    def _files(self, name: str) -> int:
        # Not by a pattern: for thousands of files, that takes more of a core than downloading.
        return sum(len(os.listdir(place)) for place in self.downloads.glob(f"*/{name}"))  # noqa: PTH208

    def cpu(self) -> float:
        """Return the seconds of processors that the server and its children have used."""
        times = self.process.cpu_times()
        children = [child.cpu_times() for child in self.process.children(recursive=True)]
        own = times.user + times.system + times.children_user + times.children_system
        return own + sum(each.user + each.system for each in children)

    def memory(self, what: str) -> float:
        """Return a line of the process's status in MiB: `VmRSS`, or `VmHWM` for the most."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in text.splitlines() if line.startswith(what))
        return int(line.split()[1]) / 1024

    def forget_peak(self) -> None:
        """Have `VmHWM` begin anew from what is in use now (proc(5), clear_refs)."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def close(self) -> None:
        """Let go of the kept connection."""
        self._connection.close()


@contextmanager
def started(
    name: str, origin: Origin, data: Path, downloads: Path, **more: str
) -> Iterator[Server]:
    """Start Argosy, have it download once, and stop it at the end.

    `data` and `downloads` are made, and removed at the end; `more` are settings.
    """
    (port,) = free_ports(1)
    environment = os.environ | settings(**more)
    environment |= {
        "PYTHONPATH": str(ROOT),
        "ARGOSY_DATA_DIR": str(data),
        "ARGOSY_DOWNLOAD_DIR": str(downloads),
        "ARGOSY_ADMIN_TOKEN": KEY,
        "ARGOSY_RATE_LIMIT_GRAPHQL": "1000000",  # raised, never off: it asks as often as it can
        "SSL_CERT_FILE": str(origin.certificate),  # its only authority, and still verified
    }
    data.mkdir(parents=True)
    downloads.mkdir(parents=True)
    command = [sys.executable, "-P", "-m", "argosy", "serve", "--port", str(port)]
    with (data / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        wait_for(port)
        server = Server(name, psutil.Process(process.pid), port, downloads)
        warm_up(server, origin, data)
        yield server
        server.close()
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(data)
        shutil.rmtree(downloads)


def warm_up(server: Server, origin: Origin, scratch: Path) -> None:
    """Fetch one small file: the first download imports what downloading needs."""
    folder = scratch / "warm-up"
    folder.mkdir()
    measured = server.fetch(origin.urls("plain", "small")[:1], folder)
    assert not measured.error, measured.error
