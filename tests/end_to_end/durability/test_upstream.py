"""The origin goes away, by a refusal and by resets, and comes back."""

import hashlib
from collections.abc import Iterator

import pytest

from tests.end_to_end.durability.examination import assert_histories, tasks_of, wait_for_the_end
from tests.end_to_end.durability.link import Link, Way, add_patient
from tests.end_to_end.durability.rows import count
from tests.end_to_end.program import Program, wait_until
from tests.fakes.origin import Origin, Resource, content

FILES = 5
SIZE = 1_300_000
SPEED = 400_000.0
IN_FLIGHT = 1 << 20  # bytes that an origin has handed over and that never came, of one file


@pytest.fixture
def link(origin: Origin) -> Iterator[Link]:
    with Link(origin.port) as running:
        yield running


def codes(program: Program) -> set[str]:
    """Return what is wrong with the tasks now."""
    nodes = program.ask("{ tasks { nodes { error { code } } } }")["data"]["tasks"]["nodes"]
    return {node["error"]["code"] for node in nodes if node["error"]}


def test_downloads_outlast_it(program: Program, origin: Origin, link: Link) -> None:
    resources = [Resource(content(SIZE, seed=n), speed=SPEED) for n in range(FILES)]
    for n, resource in enumerate(resources):
        origin.put(f"/{n}.bin", resource)
    add_patient(program, *(link.url(f"/{n}.bin") for n in range(FILES)))
    wait_until(lambda: origin.sent > FILES * SIZE // 4)

    link.go(Way.REFUSED)
    wait_until(lambda: count(program, "state = 'RETRYING' AND failures >= 2") == FILES)
    refused = codes(program)
    link.go(Way.RESET)
    wait_until(lambda: link.resets >= 2 * FILES)
    reset = codes(program)
    link.go(Way.OPEN)
    wait_for_the_end(program)

    assert refused == {"CONNECTION_FAILED"}
    assert reset == {"CONNECTION_FAILED"}
    tasks = tasks_of(program)
    assert {row["state"] for row in tasks.values()} == {"COMPLETED"}
    for n, resource in enumerate(resources):
        file = program.downloads / "admin" / f"{n}.bin"
        assert hashlib.sha256(file.read_bytes()).hexdigest() == resource.sha256
    assert_histories(program, tasks)
    assert origin.sent <= FILES * (SIZE + IN_FLIGHT)
