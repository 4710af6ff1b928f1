"""`argosy serve` is asked to end before it is ready, or cannot start."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
AT_IMPORT = """
import os, signal, sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            os.kill(os.getpid(), signal.{number})

sys.meta_path.insert(0, Finder())
sys.argv[1:] = ["serve"]
from argosy.__main__ import run
run()
"""
WHILE_IT_MIGRATES = """
import os, signal, sys
import argosy.server as server

migrate = server.migrate

async def asked(*arguments):
    os.kill(os.getpid(), signal.{number})
    result = await migrate(*arguments)
    print("migrated")
    return result

server.migrate = asked
sys.argv[1:] = ["serve"]
from argosy.__main__ import run
run()
"""
WHILE_ITS_SERVICES_START = """
import os, signal, sys
from contextlib import asynccontextmanager
from argosy.container import Container

running = Container.running

@asynccontextmanager
async def asked(self):
    os.kill(os.getpid(), signal.{number})
    async with running(self):
        print("opened")
        yield
    print("closed")

Container.running = asked
sys.argv[1:] = ["serve"]
from argosy.__main__ import run
run()
"""
WHILE_IT_WAITS_FOR_A_LOCK = """
import asyncio, os, signal, sys
import argosy.ending as ending
import argosy.server as server

async def asked(*arguments):
    for _ in range({times}):
        os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.Event().wait()

ending.END_SECONDS = {seconds}
server.migrate = asked
sys.argv[1:] = ["serve"]
from argosy.__main__ import run
run()
"""
FAILING = """
import sys
from argosy.container import Container
from services.errors import Unavailable

async def open_store():
    raise {error}

init = Container.__init__

def failing(self, settings):
    init(self, settings)
    self._store.open = open_store

Container.__init__ = failing
sys.argv[1:] = ["serve"]
from argosy.__main__ import run
run()
"""


def run(folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    """Run a program in which something happens to `argosy serve` while it starts."""
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "ARGOSY_DATA_DIR": str(folder / "data"),
            "ARGOSY_PORT": "0",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("name", ["argosy.cli.main", "argosy.settings", "argosy.server", "uvloop"])
def test_signal_among_the_imports_ends_it(
    tmp_path: Path, name: str, number: signal.Signals
) -> None:
    done = run(tmp_path, AT_IMPORT.format(name=name, number=number.name))

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(
    ("program", "said"),
    [(WHILE_IT_MIGRATES, "migrated\n"), (WHILE_ITS_SERVICES_START, "opened\nclosed\n")],
    ids=["migrates", "opens"],
)
def test_signal_within_a_step_ends_it_afterwards(
    tmp_path: Path, program: str, said: str, number: signal.Signals
) -> None:
    done = run(tmp_path, program.format(number=number.name))

    assert (done.returncode, done.stdout) == (0, said)
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data" / "server.json").exists()


@pytest.mark.parametrize(("times", "seconds"), [(1, 0.1), (2, 1000)], ids=["once", "twice"])
def test_what_does_not_end_is_cut_off(tmp_path: Path, times: int, seconds: float) -> None:
    done = run(tmp_path, WHILE_IT_WAITS_FOR_A_LOCK.format(times=times, seconds=seconds))

    assert done.returncode == 0
    assert "server.cut_off" in done.stderr


def test_known_error_at_the_start_is_one_sentence(tmp_path: Path) -> None:
    done = run(tmp_path, FAILING.format(error="Unavailable('The database is away.')"))

    assert (done.returncode, done.stdout) == (1, "")
    assert [line for line in done.stderr.splitlines() if not line.startswith("{")] == [
        "argosy: The database is away."
    ]
    assert "Traceback" not in done.stderr


def test_unforeseen_error_at_the_start_is_told(tmp_path: Path) -> None:
    done = run(tmp_path, FAILING.format(error="RuntimeError('no idea')"))

    assert done.returncode not in {0, 3}
    assert "RuntimeError: no idea" in done.stderr
    assert "Application startup failed" not in done.stderr
