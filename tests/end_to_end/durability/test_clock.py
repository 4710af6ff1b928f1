"""The machine's clock jumps while tasks run."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.end_to_end.durability.examination import assert_histories, tasks_of, wait_for_the_end
from tests.end_to_end.durability.false_clock import FalseClock
from tests.end_to_end.durability.link import Link, Way, add_patient
from tests.end_to_end.durability.rows import count, rows
from tests.end_to_end.durability.servers import two_servers
from tests.end_to_end.program import Program, wait_until
from tests.fakes.origin import Origin, Resource, content

HOUR = 3600
FILES = 4
SIZE = 3_000_000
SPEED = 50_000.0  # bytes a second, so that nothing ends before it is let through


@pytest.fixture
def server(tmp_path: Path, false_clock: FalseClock) -> Iterator[Program]:
    program = Program(tmp_path, **false_clock.settings)
    program.start()
    yield program
    program.close()


@pytest.fixture
def pair(
    tmp_path: Path, false_clock: FalseClock, postgres_url: str
) -> Iterator[tuple[Program, Program]]:
    """Two servers on one database, of which one runs already."""
    with two_servers(tmp_path, postgres_url, **false_clock.settings) as (one, two):
        one.start()
        yield one, two


def time_of(program: Program) -> datetime:
    return datetime.fromisoformat(program.health()[1]["timestamp"])


def received(program: Program) -> int:
    """Return how many bytes there are, as the running tasks have reported."""
    (row,) = rows(program, "SELECT SUM(received) AS n FROM tasks")
    return int(row["n"])


def wait_for_more(program: Program) -> None:
    """Wait until the tasks have reported twice."""
    before = received(program)
    wait_until(lambda: received(program) > before)
    once = received(program)
    wait_until(lambda: received(program) > once)


def begin(program: Program, origin: Origin) -> None:
    """Add slow downloads, and wait until all of them are under way."""
    urls = [
        origin.put(f"/{n}.bin", Resource(content(SIZE, seed=n), speed=SPEED)) for n in range(FILES)
    ]
    add_patient(program, *urls)
    wait_until(lambda: count(program, "state = 'RUNNING' AND received > 0") == FILES)


def assert_done_once(program: Program, origin: Origin) -> None:
    """Let the tasks come to their end, which each does by one attempt and one request."""
    for resource in origin.resources.values():
        resource.speed = None
    wait_for_the_end(program)
    tasks = tasks_of(program)
    assert [(row["state"], row["attempt"]) for row in tasks.values()] == [("COMPLETED", 1)] * FILES
    assert [len(origin.asked_for(f"/{n}.bin")) for n in range(FILES)] == [1] * FILES
    assert_histories(program, tasks)


def jump(program: Program, false_clock: FalseClock, seconds: int) -> None:
    """Set the clock, and wait until the tasks have gone on behind that."""
    false_clock.set(seconds)
    wait_for_more(program)


def test_running_tasks_go_on_as_if_nothing_were(
    server: Program, false_clock: FalseClock, origin: Origin
) -> None:
    begin(server, origin)
    before = time_of(server)

    jump(server, false_clock, HOUR)
    later = time_of(server)
    jump(server, false_clock, -HOUR)
    earlier = time_of(server)

    assert later - before > timedelta(seconds=HOUR)
    assert before - earlier > timedelta(minutes=50)
    assert_done_once(server, origin)


def test_no_task_is_taken_from_a_server_that_lives(
    pair: tuple[Program, Program], false_clock: FalseClock, origin: Origin
) -> None:
    one, two = pair
    begin(one, origin)
    two.start()

    for seconds in (HOUR, -HOUR, HOUR):
        jump(one, false_clock, seconds)

    assert_done_once(one, origin)


async def test_progress_is_told_through_a_jump(
    server: Program, false_clock: FalseClock, origin: Origin
) -> None:
    resource = Resource(content(SIZE), speed=10 * SPEED)
    (task_id,) = server.add(origin.put("/told.bin", resource))
    jumps = {20: HOUR, 50: -HOUR}  # percent, seconds
    told = []

    async with server.following(task_id) as events:
        async for event in events:
            told.append(event["receivedBytes"])
            for percent in [p for p in jumps if event["progress"] >= p]:
                false_clock.set(jumps.pop(percent))

    assert not jumps
    assert told == sorted(told)
    assert told[-1] == SIZE
    assert event["state"] == "COMPLETED"


def test_task_that_waits_to_be_tried_again_does_not_wait_an_hour(
    server: Program, false_clock: FalseClock, origin: Origin
) -> None:
    resource = Resource(content(SIZE))
    origin.put("/again.bin", resource)
    with Link(origin.port) as link:
        link.go(Way.REFUSED)
        add_patient(server, link.url("/again.bin"))
        wait_until(lambda: count(server, "state = 'RETRYING'") == 1)
        false_clock.set(-HOUR)
        link.go(Way.OPEN)

        wait_for_the_end(server)

    assert {row["state"] for row in tasks_of(server).values()} == {"COMPLETED"}
