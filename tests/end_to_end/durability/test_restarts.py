"""Starts and ends in quick succession, and two starts at once."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from tests.end_to_end.durability.examination import (
    assert_finished,
    assert_kept,
    wait_for_the_end,
)
from tests.end_to_end.durability.workload import Workload
from tests.end_to_end.program import Program, wait_until
from tests.fakes.origin import Origin

STARTS = 4
DOWNLOADS = 6
REFUSAL = re.compile(
    r"argosy: Another Argosy \(process (\d+|unknown)\) is using the data folder (\S+)\. "
    r"Stop it, or give this one another folder with ARGOSY_DATA_DIR\.\n"
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Program]:
    program = Program(tmp_path)
    yield program
    program.close()


def test_storm_of_restarts_loses_nothing(server: Program, origin: Origin) -> None:
    workload = Workload(origin, seed=1, most=DOWNLOADS, speed=200_000.0)
    server.start()
    workload.add(server, DOWNLOADS)

    for number in range(STARTS):
        if number % 2:
            server.kill()
        else:
            assert server.stop() == 0
        server.start()
        assert_kept(server, workload)
    workload.let_through()
    wait_for_the_end(server)

    assert_finished(server, workload)


def test_one_of_two_starts_at_once_is_refused(server: Program) -> None:
    racers = [server.popen("serve") for _ in range(2)]
    try:
        wait_until(lambda: any(racer.poll() is not None for racer in racers))
        loser, winner = sorted(racers, key=lambda racer: racer.poll() is None)
        said, complaint = loser.communicate()
        presence = server.data / "server.json"
        wait_until(lambda: presence.exists() and winner.pid == _pid_in(presence))
        winner.send_signal(signal.SIGTERM)
        winner.communicate(timeout=15)
    finally:
        for racer in racers:
            racer.kill()

    refusal = REFUSAL.fullmatch(complaint)
    assert (loser.returncode, said) == (1, "")
    assert refusal is not None, complaint
    assert refusal[1] in {str(winner.pid), "unknown"}
    assert refusal[2] == str(server.data)
    assert winner.returncode == 0


def _pid_in(presence: Path) -> int:
    found: int = orjson.loads(presence.read_bytes())["pid"]
    return found
