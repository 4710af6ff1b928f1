"""`kill -9` while tasks complete: whatever happened is told, and in its order."""

import os
import random
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.durability.taker import Taker
from tests.end_to_end.durability.workload import GONE
from tests.end_to_end.program import Program, wait_until
from tests.fakes.origin import Origin, Resource, content

pytestmark = pytest.mark.timeout(600)

ROUNDS = int(os.environ.get("DURABILITY_ROUNDS", "4"))
TASKS = 20  # that are added in each round
EARLIEST, LATEST = 0.05, 1.0  # seconds after which a server is killed
CREATE = """
    mutation($input: CreateWebhookInput!) { createWebhook(input: $input) {
      webhook { id } errors { code }
    } }
"""
ADD = """
    mutation($input: AddDownloadsInput!) { addDownloads(input: $input) {
      tasks { id } errors { code }
    } }
"""
LIST = """
    query($after: String) { tasks(first: 100, after: $after) {
      nodes { id state } pageInfo { hasNextPage endCursor }
    } }
"""
COUNT = "query($f: WebhookDeliveryFilter) { webhookDeliveries(filter: $f) { totalCount } }"


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    program = Program(tmp_path)
    yield program
    program.close()


@pytest.fixture
def taker() -> Iterator[Taker]:
    with Taker() as taker:
        yield taker


def go_round(program: Program, origin: Origin, number: int, seconds: float) -> None:
    """Add downloads, and kill the server while they are done."""
    program.start()
    urls = [origin.put(f"/{number}/{n}", Resource(content(50_000, seed=n))) for n in range(TASKS)]
    timer = threading.Timer(seconds, program.kill)
    timer.start()
    try:
        program.ask(ADD, input={"urls": urls, "force": True, "idempotencyKey": f"round {number}"})
    except GONE:
        sys.stdout.write(f"round {number}: what was added was not acknowledged\n")
    finally:
        timer.join()


def states(program: Program) -> dict[str, str]:
    """Return the states of all tasks, by their ids."""
    found: dict[str, str] = {}
    after: str | None = None
    while True:
        page = program.ask(LIST, after=after)["data"]["tasks"]
        found |= {node["id"].removeprefix("task_"): node["state"] for node in page["nodes"]}
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found


def waiting(program: Program) -> int:
    answer = program.ask(COUNT, f={"states": ["WAITING"]})
    return int(answer["data"]["webhookDeliveries"]["totalCount"])


def test_nothing_that_happened_stays_untold(program: Program, origin: Origin, taker: Taker) -> None:
    chance = random.Random(6)
    program.start()
    made = program.ask(CREATE, input={"url": taker.url, "events": ["task.*", "job.completed"]})
    program.kill()
    for number in range(1, ROUNDS + 1):
        go_round(program, origin, number, chance.uniform(EARLIEST, LATEST))
    program.start()
    wait_until(lambda: set(states(program).values()) <= {"COMPLETED"})
    wait_until(lambda: waiting(program) == 0)
    tasks = states(program)
    untold = [
        (task, event)
        for task in tasks
        for event in ("task.added", "task.completed", "job.completed")
        if not taker.has(task, event)
    ]

    assert made["data"]["createWebhook"]["errors"] == []
    assert len(tasks) >= TASKS
    assert untold == []
    for task in tasks:
        told = taker.events[task]
        assert told[0] == "task.added"
        assert told.index("task.completed") < told.index("job.completed")
    again = sum(times - 1 for times in taker.taken.values())
    sys.stdout.write(f"{ROUNDS} rounds, {len(taker.taken)} messages, {again} told again\n")
    assert again <= 32 * ROUNDS  # what was under way when a server was killed, at most
    assert program.stop() == 0
