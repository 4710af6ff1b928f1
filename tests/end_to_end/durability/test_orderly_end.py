"""SIGTERM while everything is under way."""

import itertools
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.durability.examination import (
    assert_finished,
    assert_kept,
    wait_for_the_end,
)
from tests.end_to_end.durability.rows import assert_sound, count
from tests.end_to_end.durability.workload import GONE, Workload
from tests.end_to_end.program import Program, wait_until
from tests.fakes.origin import Origin

DOWNLOADS = 20
MOST = 40
ENDS = 2
AT_ONCE = 12
IN_FLIGHT = 256 << 10  # bytes that an origin has handed over and that never came, of one task


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Program]:
    program = Program(
        tmp_path,
        ARGOSY_MAX_CONCURRENT_DOWNLOADS=str(AT_ONCE),
        ARGOSY_MAX_CONCURRENT_DOWNLOADS_PER_USER=str(AT_ONCE),
        ARGOSY_MAX_CONCURRENT_DOWNLOADS_PER_HOST=str(AT_ONCE),
        ARGOSY_MAX_CONNECTIONS_PER_DOWNLOAD="1",
    )
    program.start()
    yield program
    program.close()


def add_until_it_ends(server: Program, workload: Workload) -> None:
    """Add downloads until the server takes no more."""
    try:
        for _ in itertools.repeat(None):
            workload.change(server)
    except GONE:
        pass


def wait_for_bytes(origin: Origin, number: int) -> None:
    """Wait until the origin has sent that many in all."""
    wait_until(lambda: origin.sent > number)


def test_all_that_was_under_way_goes_on(server: Program, origin: Origin) -> None:
    workload = Workload(origin, seed=7, most=MOST, speed=250_000.0)
    workload.add(server, DOWNLOADS)
    for _ in range(ENDS):
        wait_for_bytes(origin, origin.sent + 1_000_000)
        changes = threading.Thread(target=add_until_it_ends, args=(server, workload))
        changes.start()

        assert server.stop() == 0
        changes.join(60)
        assert count(server, "state = 'RUNNING'") == 0
        assert_sound(server)
        server.start()
        assert_kept(server, workload)
    workload.let_through()
    workload.settle(server)
    wait_for_the_end(server)

    assert_finished(server, workload)
    assert "server.cut_off" not in server.log.read_text()
    wanted = sum(len(resource.body) for resource in origin.resources.values())
    assert origin.sent <= wanted + ENDS * AT_ONCE * IN_FLIGHT
