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
EACH = 2
SELECT = "SELECT * FROM "
TABLES = ("tasks", "files", "events", "attempts", "statistics")


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


def everything(program: Program) -> dict[str, list[Any]]:
    """Return all rows of what tasks write."""
    found = {table: rows(program, SELECT + table) for table in TABLES}
    return {
        table: sorted(tuple(map(str, row.values())) for row in found[table]) for table in TABLES
    }


@pytest.mark.parametrize("is_cut", [False, True], ids=["goes on", "is cut off"])
def test_it_changes_nothing_when_it_comes_back(
    servers: tuple[Program, Program], origin: Origin, is_cut: bool
) -> None:
    one, two = servers
    rest = Event()
    resources = [
        Resource(content(size, seed=number), hold=rest, ranges=ranges)
        for number in range(EACH)
        for size in SIZES
        for ranges in (True, False)
    ]
    for n, resource in enumerate(resources):
        origin.put(f"/{n}.bin", resource)
    one.start()
    with Link(origin.port) as link:
        one.add(*(link.url(f"/{n}.bin") for n in range(len(resources))))
        half = sum(len(resource.body) for resource in resources) // 2
        wait_until(lambda: origin.sent >= half - len(resources) * 20_000)
        wait_until(lambda: running(one) == len(resources))
        two.start()
        assert one.process is not None
        one.process.send_signal(signal.SIGSTOP)
        if is_cut:
            link.go(Way.OPEN)
        of_one = (one.data / "worker").read_text().strip()
        wait_until(lambda: count(two, f"worker = '{of_one}'") == 0)
        rest.set()
        wait_for_the_end(two)
        before = everything(two)

        one.process.send_signal(signal.SIGCONT)
        wait_until(lambda: running(one) == 0)

    assert everything(two) == before
    assert_files_of(two, [(resource, f"/{n}.bin") for n, resource in enumerate(resources)])
    tasks = tasks_of(two)
    assert {(row["state"], row["attempt"]) for row in tasks.values()} == {("COMPLETED", 2)}
    assert_histories(two, tasks)
    (one_more,) = one.add(origin.put("/more.bin", Resource(content(1000))))
    wait_until(lambda: tasks_of(one)[one_more]["state"] == "COMPLETED")
