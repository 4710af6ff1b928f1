"""A server that stands still for longer than its lease, while another does its tasks."""

import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.end_to_end.durability.examination import (
    assert_files_of,
    assert_histories,
    tasks_of,
    wait_for_the_end,
)
from tests.end_to_end.durability.link import Link, Way
from tests.end_to_end.durability.rows import count, rows
from tests.end_to_end.durability.servers import two_servers
from tests.end_to_end.program import KEY, Program, wait_until
from tests.fakes.origin import Origin, Resource, content

SIZES = (300_000, 2_500_000)  # below and above what goes past the HTTP library
SELECT = "SELECT * FROM "
TABLES = ("files", "events", "attempts", "statistics")


@pytest.fixture
def servers(tmp_path: Path, postgres_url: str) -> Iterator[tuple[Program, Program]]:
    with two_servers(
        tmp_path,
        postgres_url,
        ARGOSY_MAX_CONCURRENT_DOWNLOADS_PER_HOST="16",
        ARGOSY_MAX_CONCURRENT_DOWNLOADS_PER_USER="16",
        ARGOSY_MAX_CONNECTIONS_PER_DOWNLOAD="1",
    ) as pair:
        yield pair


def running(program: Program) -> int:
    """Return how many tasks a server itself is at."""
    request = urllib.request.Request(
        f"{program.url}/metrics", headers={"Authorization": f"Bearer {KEY}"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    return next(int(float(line.split()[1])) for line in lines if line.startswith("argosy_running"))


def written(program: Program) -> dict[str, list[Any]]:
    """Return all rows that tasks have written at their end, or leave behind."""
    found = {table: rows(program, SELECT + table) for table in TABLES}
    found["tasks"] = rows(program, SELECT + "tasks WHERE state = 'COMPLETED'")
    return {
        table: sorted(tuple(map(str, row.values())) for row in rows_of)
        for table, rows_of in found.items()
    }


def wait_until_it_has_lost_all(stopped: Program, other: Program) -> None:
    """Wait until another server has taken all that one had."""
    worker = (stopped.data / "worker").read_text().strip()
    wait_until(lambda: count(other, f"worker = '{worker}'") == 0)


def test_it_changes_nothing_when_it_comes_back(
    servers: tuple[Program, Program], origin: Origin
) -> None:
    one, two = servers
    soon, late = Event(), Event()
    resources = [
        Resource(content(size, seed=size), hold=rest, ranges=ranges)
        for size in SIZES
        for ranges in (True, False)
        for rest in (soon, late)
    ]
    places = [(resource, f"/{n}.bin") for n, resource in enumerate(resources)]
    for resource, path in places:
        origin.put(path, resource)
    one.start()
    with Link(origin.port) as link:
        one.add(*(link.url(path) for _, path in places))
        half = sum(len(resource.body) for resource in resources) // 2
        wait_until(lambda: origin.sent >= half - len(resources) * 20_000)
        wait_until(lambda: running(one) == len(resources))
        two.start()
        assert one.process is not None
        one.process.send_signal(signal.SIGSTOP)
        link.go(Way.OPEN)  # it has to ask again when it goes on
        wait_until_it_has_lost_all(one, two)
        soon.set()
        wait_until(lambda: count(two, "state = 'COMPLETED'") == len(resources) // 2)
        wait_until(lambda: running(two) == len(resources) // 2)
        before = written(two)

        one.process.send_signal(signal.SIGCONT)
        wait_until(lambda: running(one) == 0)
        after = written(two)
        late.set()
        wait_for_the_end(two)

    assert after == before
    assert_files_of(two, places)
    tasks = tasks_of(two)
    assert {row["state"] for row in tasks.values()} == {"COMPLETED"}
    # Of what both had in memory alone, the one that is late to write it down tries again.
    assert {row["attempt"] for row in tasks.values()} <= {2, 3}
    assert_histories(two, tasks)
    (one_more,) = one.add(origin.put("/more.bin", Resource(content(1000))))
    wait_until(lambda: tasks_of(one)[one_more]["state"] == "COMPLETED")
