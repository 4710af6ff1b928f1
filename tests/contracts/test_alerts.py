"""Every rule has its section in the documentation, and it is where alerts say."""

from pathlib import Path

import pytest

from argosy.http.headings import anchor
from services.alerts.catalog import Rule, docs_of

ROOT = Path(__file__).parents[2]


def headings(page: Path) -> list[str]:
    """Return the headings of a page below its title."""
    return [line[3:] for line in page.read_text().splitlines() if line.startswith("## ")]


@pytest.mark.parametrize("rule", Rule)
def test_rule_leads_to_its_section(rule: Rule) -> None:
    path, _, name = docs_of(rule).partition("#")

    found = {anchor(heading): heading for heading in headings(ROOT / path.lstrip("/"))}
    assert found[name] == rule.value


def test_no_section_is_about_a_rule_that_is_none() -> None:
    named = {heading for heading in headings(ROOT / "docs" / "alerts.md") if "." in heading}

    assert named | {Rule.MANUAL.value} == set(Rule)


def test_rule_of_another_version_leads_to_the_page() -> None:
    assert docs_of("something.new") == "/docs/alerts.md"
