"""The start: packages of other people that stand in our way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def start(*places: Path) -> subprocess.CompletedProcess[str]:
    """Run `argosy version` where Python looks for packages in `places`, in that order."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "argosy", "version"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(map(str, places)),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        check=False,
        text=True,
    )


@pytest.fixture
def stranger(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A folder with a package that has the name of a room of ours."""
    package = tmp_path / request.param
    package.mkdir()
    (package / "__init__.py").write_text("")
    return tmp_path


@pytest.mark.parametrize(
    ("stranger", "room"),
    [(room, room) for room in ("schema", "resolvers", "services", "models")],
    indirect=["stranger"],
)
def test_foreign_package_is_reported(stranger: Path, room: str) -> None:
    ended = start(stranger, ROOT)

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr == (
        f"argosy: Python finds the package {room!r} at {stranger / room}, not beside this program "
        f"at {ROOT / room}. Uninstall what put it there, or run from a clean environment.\n"
    )


@pytest.mark.parametrize("stranger", ["schema"], indirect=True)
def test_foreign_package_behind_ours_is_no_matter(stranger: Path) -> None:
    ended = start(ROOT, stranger)

    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("stranger", ["schemas"], indirect=True)
def test_foreign_package_with_another_name_is_no_matter(stranger: Path) -> None:
    ended = start(stranger, ROOT)

    assert (ended.returncode, ended.stderr) == (0, "")


# Each of them takes longer to import than a start has to give, and not every server needs it.
FOR_FEW = ("aioftp", "aiohttp", "apprise", "asyncpg", "asyncssh", "jsonschema", "pluggy", "redis")


def test_what_few_need_is_not_imported_at_the_start() -> None:
    ask = f"import sys, argosy.server; print(*sorted(set(sys.modules) & set({FOR_FEW!r})))"

    ended = subprocess.run(
        [sys.executable, "-c", ask], cwd=ROOT, capture_output=True, check=True, text=True
    )

    assert ended.stdout.split() == []
