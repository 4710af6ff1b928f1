"""The rooms of the repository: who imports whom, and what may lie where."""

import ast
import re
import subprocess
import sys
from importlib.metadata import packages_distributions, version
from pathlib import Path

import graphql
import pytest

from argosy.rooms import ROOMS, strangers

ROOT = Path(__file__).parents[2]
LARGEST_MODULE = 400  # lines
HOMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "tools"}
# `/home/you` is what documentation calls the reader's own.
PLACES_OF_A_MACHINE = re.compile(
    r"(?<![\w.:/-])/(?:home/(?!you\b)|Users/|root/|mnt/|media/|work/|workspace/|builds/)\w[\w.-]*"
)

MODULES = sorted(path for room in (*ROOMS, "tests") for path in (ROOT / room).rglob("*.py"))
OURS = [path for path in MODULES if "node_modules" not in path.parts]


def names(paths: list[Path]) -> list[str]:
    """Return the paths as they are written in the repository."""
    return [str(path.relative_to(ROOT)) for path in paths]


def tracked() -> list[Path]:
    """Return the files that git keeps."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout of git")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_imports_point_down() -> None:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"

    checked = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False, text=True
    )

    assert checked.returncode == 0, checked.stdout
    assert ", 0 broken" in checked.stdout


def test_python_finds_our_rooms() -> None:
    assert strangers() == []


@pytest.mark.parametrize("room", ROOMS)
def test_no_installed_distribution_provides_a_room(room: str) -> None:
    providers = packages_distributions().get(room, [])

    assert [name for name in providers if name != "argosy"] == []


def test_graphql_is_graphql_core() -> None:
    assert packages_distributions()["graphql"] == ["graphql-core"]
    assert graphql.__version__ == version("graphql-core")
    assert ROOT / "graphql" not in Path(graphql.__file__).parents


def test_folder_of_documents_has_no_python() -> None:
    assert names(list((ROOT / "graphql").rglob("*.py*"))) == []


def test_packages_have_nothing_but_a_docstring_of_one_line() -> None:
    talkative = []
    for path in OURS:
        if path.name == "__init__.py":
            body = ast.parse(path.read_text(encoding="utf-8")).body
            lines = path.read_text(encoding="utf-8").splitlines()
            is_docstring = len(body) == 1 and ast.get_docstring(ast.Module(body, [])) is not None
            if len(lines) > 1 or (body and not is_docstring):
                talkative.append(path)

    assert names(talkative) == []


def test_module_says_in_one_sentence_what_it_is_for() -> None:
    silent = [
        path
        for path in OURS
        if path.name != "__init__.py"
        and "migrations/argosy" not in str(path)
        and not (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").strip()
    ]

    assert names(silent) == []


def test_no_module_is_too_long() -> None:
    long = [path for path in OURS if len(path.read_bytes().splitlines()) > LARGEST_MODULE]

    assert names(long) == []


def test_every_module_has_a_noun() -> None:
    assert names([path for path in OURS if path.stem in HOMELESS]) == []


def test_imports_are_absolute() -> None:
    relative = [
        path
        for path in OURS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level > 0
    ]

    assert names(relative) == []


@pytest.mark.parametrize("room", ["schema", "resolvers"])
def test_annotations_of_the_schema_can_be_read(room: str) -> None:
    postponed = [
        path
        for path in (ROOT / room).rglob("*.py")
        if "from __future__ import annotations" in path.read_text(encoding="utf-8")
    ]

    assert names(postponed) == []


def test_edges_alone_catch_errors_in_resolvers_and_handlers() -> None:
    catching = [
        path
        for path in (ROOT / "resolvers").rglob("*.py")
        if any(isinstance(node, ast.Try) for node in ast.walk(ast.parse(path.read_bytes())))
    ]

    assert names(catching) == []


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("requirements*.lock")), ids=lambda path: path.name
)
def test_lock_of_python_has_hashes_and_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    pinned = re.findall(r"^([\w.\[\]-]+)==", text, re.MULTILINE)
    requirements = re.split(r"^(?=[\w.\[\]-]+==)", text, flags=re.MULTILINE)[1:]

    assert pinned != []
    assert "://" not in text
    assert "index" not in re.sub(r"(?m)^\s*#.*$", "", text)
    assert [found.split("==")[0] for found in requirements if "--hash=sha256:" not in found] == []


def test_locks_of_javascript_have_no_address_of_a_registry() -> None:
    locks = [path for path in tracked() if path.name in {"package-lock.json", "node.lock"}]

    addresses = {
        (path.name, line.strip())
        for path in locks
        for line in path.read_text(encoding="utf-8").splitlines()
        if '"resolved"' in line or "registry" in line
    }
    assert locks != []
    assert addresses == set()


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {place}"
        for path in tracked()
        if path.suffix not in {".png", ".jpg", ".woff2", ".gz"}
        for place in PLACES_OF_A_MACHINE.findall(path.read_text(encoding="utf-8"))
    ]

    assert found == []
