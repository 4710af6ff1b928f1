"""What the benchmarks' page says is what was measured."""

import json
from pathlib import Path

import pytest

from benchmarks import hostile, startup
from benchmarks.backups import report as backups_report
from benchmarks.backups import run as backups_run
from benchmarks.connections import report as connections_report
from benchmarks.connections import run as connections_run
from benchmarks.connections.attacks import ATTACKS
from benchmarks.downloads import report, run
from benchmarks.downloads.scenarios import ARGOSY, NAMES, RACES
from benchmarks.queueing import report as queueing_report
from benchmarks.queueing import run as queueing_run
from benchmarks.webhooks import report as webhooks_report
from benchmarks.webhooks import run as webhooks_run
from tests.integration.http.hostile import HOSTILE

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
    assert {len(rounds) for rounds in results.values()} == {11}
    assert "medians of 11 rounds" in PAGE


@pytest.fixture(scope="module")
def downloads() -> report.Scenarios:
    """The raw results of the downloads."""
    content: dict[str, report.Scenarios] = json.loads(run.RESULTS.read_text())
    return content["scenarios"]


def test_tables_of_downloads_are_made_of_the_raw_results(downloads: report.Scenarios) -> None:
    assert report.page(downloads) in PAGE


def test_every_scenario_was_measured(downloads: report.Scenarios) -> None:
    assert tuple(downloads) == NAMES


def test_everybody_downloads_once_in_every_round(downloads: report.Scenarios) -> None:
    for race in RACES:
        measured = downloads[race.name]
        turns = [(row["round"], row["contestant"]) for row in measured["rows"]]
        assert turns == [(n, c) for n in range(measured["rounds"]) for c in race.contestants]


def test_no_download_was_wrong(downloads: report.Scenarios) -> None:
    rows = [row for measured in downloads.values() for row in measured["rows"]]

    assert [row for row in rows if not row.get("right", True)] == []


def test_results_of_downloads_name_no_folder_of_a_machine() -> None:
    assert '"/' not in run.RESULTS.read_text()


def test_ratio_is_the_median_of_those_within_a_round() -> None:
    walls = {ARGOSY: (1.0, 9.0, 4.0), "curl": (2.0, 3.0, 4.0)}
    rows = [
        {"contestant": name, "round": number, "wall": wall}
        for name, each in walls.items()
        for number, wall in enumerate(each)
    ]

    assert report.ratio(rows, ARGOSY, "curl", "wall") == 1.0


@pytest.fixture(scope="module")
def queueing() -> queueing_report.Results:
    """The raw results of the queue."""
    content: dict[str, queueing_report.Results] = json.loads(queueing_run.RESULTS.read_text())
    return content["results"]


def test_tables_of_the_queue_are_made_of_the_raw_results(
    queueing: queueing_report.Results,
) -> None:
    assert queueing_report.page(queueing) in PAGE


def test_picture_of_the_queue_is_made_of_the_raw_results(
    queueing: queueing_report.Results,
) -> None:
    assert queueing_report.picture(queueing) == queueing_run.PICTURE.read_text()


def test_every_question_was_asked_often_enough(queueing: queueing_report.Results) -> None:
    assert tuple(queueing["questions"]) == queueing_report.QUESTIONS
    numbers = {len(each) for times in queueing["questions"].values() for each in times.values()}
    assert min(numbers) >= 20


@pytest.fixture(scope="module")
def hostility() -> hostile.Results:
    """The raw results of the hostile documents."""
    content: dict[str, hostile.Results] = json.loads(hostile.RESULTS.read_text())
    return content["results"]


def test_tables_of_hostile_documents_are_made_of_the_raw_results(
    hostility: hostile.Results,
) -> None:
    assert hostile.table(hostility) in PAGE


def test_every_hostile_document_was_sent_as_often_as_the_page_says(
    hostility: hostile.Results,
) -> None:
    assert tuple(hostility["refusals"]) == tuple(HOSTILE)
    assert {len(times) for times in hostility["refusals"].values()} == {20}
    assert "each 20 times" in PAGE


@pytest.fixture(scope="module")
def connections() -> dict[str, connections_report.Result]:
    """The raw results of the hostile connections."""
    content: dict[str, dict[str, connections_report.Result]] = json.loads(
        connections_run.RESULTS.read_text()
    )
    return content["attacks"]


def test_table_of_hostile_connections_is_made_of_the_raw_results(
    connections: dict[str, connections_report.Result],
) -> None:
    assert connections_report.page(connections) in PAGE


def test_every_attack_was_tried_and_left_the_server_well(
    connections: dict[str, connections_report.Result],
) -> None:
    assert list(connections) == [attack.name for attack in ATTACKS]
    assert all(result["healthy"] for result in connections.values())
    assert max(result["added"] for result in connections.values()) <= connections_report.MOST


@pytest.fixture(scope="module")
def backups() -> backups_report.Results:
    """The raw results of the backups."""
    content: dict[str, backups_report.Results] = json.loads(backups_run.RESULTS.read_text())
    return content["results"]


def test_tables_of_backups_are_made_of_the_raw_results(backups: backups_report.Results) -> None:
    assert backups_report.page(backups) in PAGE


def test_backups_were_made_as_often_as_the_page_says(backups: backups_report.Results) -> None:
    assert f"Times are of {len(backups['seconds'])} rounds" in PAGE
    assert backups["tasks"] == 100_000
    assert all(times for each in backups["answers"].values() for times in each.values())


def test_tables_of_webhooks_are_made_of_the_raw_results() -> None:
    content: dict[str, webhooks_report.Results] = json.loads(webhooks_run.RESULTS.read_text())

    assert webhooks_report.page(content["results"]) in PAGE
    assert tuple(content["results"]["waits"]) == webhooks_report.WAITS
