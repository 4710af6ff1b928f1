"""What the documentation says is so."""

import json
import re
from pathlib import Path

import pytest

from argosy.cli.main import app
from argosy.http.graphql.errors import (
    LIMIT_EXCEEDED,
    NOT_PERSISTED,
    NOT_TRUSTED,
    PARSE_FAILED,
    VALIDATION_FAILED,
)
from argosy.http.graphql.rules import limits
from argosy.settings import PREFIX, Settings
from services.access.identity import Scope
from services.errors import ErrorCode
from services.metrics import Metrics
from services.tasks.states import TaskState
from tests.integration.http.running import serving

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
EXAMPLES = ROOT / "tests" / "end_to_end" / "clients" / "examples"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])

FIRST_CELL = re.compile(r"^\| `([^`]+)`", re.MULTILINE)
PROGRAM = re.compile(r"^```(?:js|python|bash)\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def first_cells(page: str) -> list[str]:
    """Return what stands in code marks at the start of the rows of all tables of a page."""
    return FIRST_CELL.findall((DOCS / page).read_text())


def test_every_setting_is_described() -> None:
    described = first_cells("configuration.md")

    assert sorted(described) == sorted(PREFIX + name.upper() for name in Settings.model_fields)


async def test_which_settings_hold_at_once_and_which_nobody_changes_is_described(
    tmp_path: Path,
) -> None:
    page = (DOCS / "configuration.md").read_text()

    async with serving(tmp_path) as argosy:
        settings = argosy.container.services.configuration.all()

    for begin, names in (
        ("At once hold ", {s.name for s in settings if not s.needs_restart}),
        (
            "Only for the operator of the machine are ",
            {s.name for s in settings if s.about.is_fixed},
        ),
    ):
        (sentence,) = re.findall(rf"^{begin}(.*?)[.:]", page, re.MULTILINE)
        assert set(re.findall(r"`(\w+)`", sentence)) == names


async def test_every_part_and_cache_is_described(tmp_path: Path) -> None:
    async with serving(tmp_path) as argosy:
        services = argosy.container.services
        names = [*services.parts.names, *services.caches.names]

    assert sorted(first_cells("services.md")) == sorted(names)


def test_every_error_code_has_its_cure() -> None:
    page = (DOCS / "troubleshooting.md").read_text()
    described = FIRST_CELL.findall(page.partition("## Error codes")[2])

    codes = [code.value for code in ErrorCode] + [
        PARSE_FAILED,
        VALIDATION_FAILED,
        LIMIT_EXCEEDED,
        NOT_PERSISTED,
        NOT_TRUSTED,
    ]
    assert sorted(described) == sorted(codes)


def test_every_limit_is_described_with_its_size() -> None:
    row = re.compile(r"^\| `(\w+)` \| ([\d,]+) \|", re.MULTILINE)
    described = row.findall((DOCS / "limits.md").read_text())

    known = [value for value in vars(limits).values() if isinstance(value, limits.Limit)]
    assert described == [(limit.name, f"{limit.most:,}") for limit in known]


def test_every_metric_is_described() -> None:
    described = {re.sub(r"\{.*", "", name) for name in first_cells("metrics.md")}
    families = {family.name for family in Metrics(version="0").registry.collect()}

    ours = {name for name in families if name.startswith(("argosy_", "bot_"))}
    assert {re.sub(r"_(total|info)$", "", name) for name in described} == {
        re.sub(r"_(total|info)$", "", name) for name in ours
    }


def test_every_scope_is_described() -> None:
    described = [cell for cell in first_cells("graphql.md") if ":" in cell]

    assert described == [scope.value for scope in Scope]


def test_every_state_is_described() -> None:
    described = [cell for cell in first_cells("graphql.md") if cell.isupper()]

    assert sorted(described) == sorted(state.value for state in TaskState)


def test_every_command_is_described() -> None:
    page = (DOCS / "command-line.md").read_text()
    commands = {
        command.callback.__name__.replace("_", "-")
        for command in app.registered_commands
        if command.callback
    }
    groups = {
        f"{group.name} {command.name}"
        for group in app.registered_groups
        if group.typer_instance is not None
        for command in group.typer_instance.registered_commands
    }

    missing = [name for name in commands | groups if not re.search(rf"(`|run ){name}\b", page)]
    assert missing == []


def test_clients_are_shown_as_they_are_tested() -> None:
    shown = PROGRAM.findall((DOCS / "clients.md").read_text())

    tested = [path.read_text() for path in EXAMPLES.iterdir() if path.is_file()]
    assert sorted(shown) == sorted(tested)


def test_versions_of_clients_are_those_that_are_tested() -> None:
    page = (DOCS / "clients.md").read_text()
    packages = json.loads((EXAMPLES.parent / "package.json").read_text())["dependencies"]
    (gql,) = re.findall(r"^gql==(\S+)", (ROOT / "requirements-dev.lock").read_text(), re.MULTILINE)

    named = dict(re.findall(r"`([@/a-z-]+)` (\d+\.\d+)\b", page))
    versions = packages | {"gql": gql}
    assert named == {name: ".".join(versions[name].split(".")[:2]) for name in named}
    assert len(named) == 5


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text())

    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_contents_name_every_page() -> None:
    linked = set(LINK.findall((DOCS / "README.md").read_text()))

    pages = {str(p.relative_to(DOCS)) for p in DOCS.rglob("*.md")} - {"README.md"}
    assert linked == pages
