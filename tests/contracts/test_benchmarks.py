"""What the benchmarks' page says is what was measured."""

import json
from pathlib import Path

import pytest

from benchmarks import startup

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "benchmarks/README.md").read_text()


@pytest.fixture(scope="module")
def results() -> dict[str, list[tuple[float, float]]]:
    """The raw results of the start."""
    content: dict[str, dict[str, list[tuple[float, float]]]] = json.loads(
        startup.RESULTS.read_text()
    )
    return content["rounds"]


def test_table_is_made_of_the_raw_results(results: dict[str, list[tuple[float, float]]]) -> None:
    assert startup.table(results) in PAGE


def test_every_contestant_ran_as_often_as_the_page_says(
    results: dict[str, list[tuple[float, float]]],
) -> None:
    assert tuple(results) == startup.CONTESTANTS
    assert {len(rounds) for rounds in results.values()} == {15}
    assert "medians of 15 rounds" in PAGE
