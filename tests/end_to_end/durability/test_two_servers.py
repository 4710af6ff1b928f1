"""Two servers share the tasks of one database, and one takes over when the other dies."""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from services.ids import TASK, show
from services.store.rows import read_id, read_json
from tests.end_to_end.durability.examination import (
    assert_files_of,
    assert_histories,
    tasks_of,
    wait_for_the_end,
)
from tests.end_to_end.durability.rows import count, rows
from tests.end_to_end.durability.servers import completed_by, two_servers
from tests.end_to_end.program import Program, wait_until
from tests.fakes.origin import Origin, Resource, content

FILES = 24
SIZE = 400_000
SPEED = 500_000.0
AT_ONCE = 4  # of one server
PER_USER = 6
PER_HOST = 4
SETTINGS = {
    "ARGOSY_ALLOW_NETWORKS": "127.0.0.0/8",
    "ARGOSY_MAX_CONCURRENT_DOWNLOADS": str(AT_ONCE),
    "ARGOSY_MAX_CONCURRENT_DOWNLOADS_PER_USER": str(PER_USER),
    "ARGOSY_MAX_CONCURRENT_DOWNLOADS_PER_HOST": str(PER_HOST),
    "ARGOSY_MAX_CONNECTIONS_PER_DOWNLOAD": "1",
}


@pytest.fixture
def servers(tmp_path: Path, postgres_url: str) -> Iterator[tuple[Program, Program]]:
    with two_servers(tmp_path, postgres_url, **SETTINGS) as pair:
        for program in pair:
            program.start()
        yield pair


@pytest.fixture
def other_origin() -> Iterator[Origin]:
    """A second host."""
    with Origin("127.0.0.2") as running:
        yield running


def most_at_once(program: Program) -> tuple[Counter[int], Counter[str]]:
    """Return how many tasks ran at once, by user and by host, as the events tell it."""
    hosts = {task_id: row["host"] for task_id, row in tasks_of(program).items()}
    users_now: Counter[int] = Counter()
    hosts_now: Counter[str] = Counter()
    users: Counter[int] = Counter()
    by_host: Counter[str] = Counter()
    running = set()
    for row in rows(program, "SELECT owner_id, task_id, data FROM events ORDER BY seq"):
        task_id, owner = show(TASK, read_id(row["task_id"])), row["owner_id"]
        is_running = read_json(row["data"])["state"] == "RUNNING"
        step = is_running - (task_id in running)
        users_now[owner] += step
        hosts_now[hosts[task_id]] += step
        (running.add if is_running else running.discard)(task_id)
        users[owner] = max(users[owner], users_now[owner])
        by_host[hosts[task_id]] = max(by_host[hosts[task_id]], hosts_now[hosts[task_id]])
    return users, by_host


def test_each_task_is_done_by_one_of_them(
    servers: tuple[Program, Program], origin: Origin, other_origin: Origin
) -> None:
    one, two = servers
    places = [(source, f"/{n}.bin") for n in range(FILES) for source in (origin, other_origin)]
    for n, (source, path) in enumerate(places):
        source.put(path, Resource(content(SIZE, seed=n), speed=SPEED))
    ids = one.add(*(f"{source.url}{path}" for source, path in places[:FILES]))
    ids += two.add(*(f"{source.url}{path}" for source, path in places[FILES:]))

    wait_for_the_end(one)

    tasks = tasks_of(one)
    assert tasks.keys() == set(ids)
    assert {(row["state"], row["attempt"]) for row in tasks.values()} == {("COMPLETED", 1)}
    assert {len(source.asked_for(path)) for source, path in places} == {1}
    assert completed_by(one) | completed_by(two) == set(ids)
    assert completed_by(one) & completed_by(two) == set()
    assert completed_by(one)
    assert completed_by(two)
    users, hosts = most_at_once(one)
    assert list(users.values()) == [PER_USER]
    assert max(hosts.values()) <= PER_HOST
    assert_histories(one, tasks)
    assert_files_of(one, [(source.resources[path], path) for source, path in places])


def test_what_a_dead_one_had_goes_on_at_the_other(
    servers: tuple[Program, Program], origin: Origin
) -> None:
    one, two = servers
    rest = Event()
    resources = [Resource(content(SIZE, seed=n), hold=rest) for n in range(PER_HOST)]
    urls = [origin.put(f"/{n}.bin", resource) for n, resource in enumerate(resources)]
    one.add(*urls)
    wait_until(lambda: count(one, "state = 'RUNNING' AND received > 0") == PER_HOST)
    workers = {row["worker"] for row in rows(one, "SELECT worker FROM tasks")}
    of_one = (one.data / "worker").read_text().strip()
    had = count(one, f"worker = '{of_one}'")

    one.kill()
    began = time.monotonic()
    wait_until(lambda: count(two, f"worker = '{of_one}'") == 0)
    wait_until(lambda: count(two, "state = 'RUNNING'") == PER_HOST)
    sys.stdout.write(f"taken over after {time.monotonic() - began:.1f} s\n")
    rest.set()
    wait_for_the_end(two)

    assert of_one in workers
    attempts = Counter(row["attempt"] for row in tasks_of(two).values())
    assert attempts == Counter({2: had, 1: PER_HOST - had})
    assert_histories(two, tasks_of(two))
    assert_files_of(two, [(resource, f"/{n}.bin") for n, resource in enumerate(resources)])
