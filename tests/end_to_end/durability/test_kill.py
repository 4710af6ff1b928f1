"""`kill -9` at any moment, again and again, under a load of downloads and changes."""

import os
import random
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.durability.examination import (
    assert_finished,
    assert_kept,
    wait_for_the_end,
)
from tests.end_to_end.durability.rows import assert_sound
from tests.end_to_end.durability.workload import GONE, Workload
from tests.end_to_end.program import Program
from tests.fakes.origin import Origin

# Thirty starts take as long as the machine is busy.
pytestmark = pytest.mark.timeout(600)

DOWNLOADS = 50
MOST_DOWNLOADS = 80
SPEED = 150_000.0  # bytes a second of one connection
LATEST = 0.7  # seconds after which a server is killed
BETWEEN_CHANGES = 0.02  # seconds
EVERY = 4  # rounds, of which one ends while the server starts

SETTINGS = {
    "ARGOSY_MAX_CONCURRENT_DOWNLOADS": "16",
    "ARGOSY_MAX_CONCURRENT_DOWNLOADS_PER_USER": "16",
    "ARGOSY_MAX_CONCURRENT_DOWNLOADS_PER_HOST": "16",
    "ARGOSY_MAX_CONNECTIONS_PER_DOWNLOAD": "2",
    "ARGOSY_MAX_CONNECTIONS_PER_HOST": "32",
}


@pytest.fixture
def seed() -> int:
    """What all chance comes from. A failed test prints it; give it to have the same moments."""
    found = int(os.environ.get("DURABILITY_SEED") or random.SystemRandom().randrange(1 << 32))
    sys.stdout.write(f"DURABILITY_SEED={found}\n")
    return found


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Program]:
    program = Program(tmp_path, **SETTINGS)
    yield program
    program.close()


@pytest.fixture
def on_postgres(tmp_path: Path, postgres_url: str) -> Iterator[Program]:
    program = Program(tmp_path, ARGOSY_DATABASE_URL=postgres_url, **SETTINGS)
    yield program
    program.close()


def change_until_killed(program: Program, workload: Workload, seconds: float) -> None:
    """Change one thing after the other until the server is killed, that many seconds from now."""
    is_killed = threading.Event()

    def kill() -> None:
        program.kill()
        is_killed.set()

    timer = threading.Timer(seconds, kill)
    timer.start()
    try:
        while not is_killed.wait(BETWEEN_CHANGES):
            workload.change(program)
    except GONE:
        assert is_killed.wait(10)
    finally:
        timer.join()


def kill_while_it_starts(program: Program, seconds: float) -> None:
    """Start a server and kill it that many seconds later, ready or not."""
    program.launch()
    timer = threading.Timer(seconds, program.kill)
    timer.start()
    timer.join()


def go_through(program: Program, workload: Workload, seed: int, rounds: int) -> None:
    """Let a server live that often, for a moment each; then let it finish."""
    chance = random.Random(seed)
    for number in range(rounds):
        moment = chance.uniform(0.0, LATEST)
        if number % EVERY == EVERY - 1:
            kill_while_it_starts(program, moment)
        else:
            program.start()
            assert_kept(program, workload)
            if not workload.additions:
                workload.add(program, DOWNLOADS)
            change_until_killed(program, workload, moment)
        assert_sound(program)
    program.start()
    assert_kept(program, workload)
    workload.let_through()
    workload.settle(program)
    wait_for_the_end(program)


def test_nothing_is_lost_on_sqlite(on_sqlite: Program, origin: Origin, seed: int) -> None:
    workload = Workload(origin, seed, most=MOST_DOWNLOADS, speed=SPEED)

    go_through(on_sqlite, workload, seed, rounds=20)

    assert_finished(on_sqlite, workload)
    assert on_sqlite.stop() == 0
    assert_sound(on_sqlite)


def test_nothing_is_lost_on_postgres(on_postgres: Program, origin: Origin, seed: int) -> None:
    workload = Workload(origin, seed, most=MOST_DOWNLOADS, speed=SPEED)

    go_through(on_postgres, workload, seed, rounds=10)

    assert_finished(on_postgres, workload)
    assert on_postgres.stop() == 0
