"""The boards: a real Prometheus takes the metrics, the rules and the dashboard."""

import json
import re
import shutil
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.end_to_end.program import KEY, Program, wait_until
from tests.fakes.origin import Origin, Resource
from tests.needs import needs

BOARDS = Path(__file__).parents[2] / "docs" / "observability"
RULES = BOARDS / "alerts.yml"
DASHBOARD = json.loads((BOARDS / "grafana-dashboard.json").read_text())
TESTS = Path(__file__).parent / "prometheus" / "alerts.test.yml"

# A metric, and the matchers of its labels.
SELECTOR = re.compile(r"\b((?:argosy|bot|process|python)_\w+|up)(?:\{([^}]*)\})?")
LABEL = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
ENDINGS = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}
BY_PROMETHEUS = {"up": {"job", "instance"}}


def expressions() -> list[str]:
    """Return all that the rules and the dashboard ask for."""
    groups = yaml.safe_load(RULES.read_text())["groups"]
    rules = [rule["expr"] for group in groups for rule in group["rules"]]
    panels = [t["expr"] for panel in DASHBOARD["panels"] for t in panel.get("targets", [])]
    variables = [
        v["query"]["query"] for v in DASHBOARD["templating"]["list"] if v["type"] == "query"
    ]
    return rules + panels + variables


def ask(url: str, **query: str) -> Any:
    with urllib.request.urlopen(f"{url}?{urllib.parse.urlencode(query)}", timeout=10) as answer:
        return json.load(answer)["data"]


@pytest.fixture(scope="module")
def promtool() -> str:
    (path,) = needs("promtool")
    return path


@pytest.fixture(scope="module")
def scraped(shared_program: Program, shared_origin: Origin) -> str:
    """What the server tells once it has done something of everything."""
    url = shared_origin.put("/a", Resource(b"bytes"))
    document = (
        "mutation ($urls: [String!]!) { addDownloads(input: {urls: $urls}) { errors { code } } }"
    )
    shared_program.ask(document, urls=[url])
    wait_until(
        lambda: (
            shared_program.ask("{ status { totalDownloads } }")["data"]["status"]["totalDownloads"]
            > 0
        )
    )
    request = urllib.request.Request(
        f"{shared_program.url}/metrics", headers={"Authorization": f"Bearer {KEY}"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(answer.read().decode())


def test_rules_are_sound(promtool: str) -> None:
    checked = subprocess.run(
        [promtool, "check", "rules", "--lint-fatal", RULES],
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_rules_fire_when_they_should(promtool: str, tmp_path: Path) -> None:
    for file in (RULES, TESTS):
        shutil.copy(file, tmp_path)

    tested = subprocess.run(
        [promtool, "test", "rules", tmp_path / TESTS.name],
        capture_output=True,
        text=True,
        check=False,
    )

    assert tested.returncode == 0, tested.stdout + tested.stderr


def test_every_rule_is_tested() -> None:
    groups = yaml.safe_load(RULES.read_text())["groups"]
    names = [rule["alert"] for group in groups for rule in group["rules"]]
    tests = TESTS.read_text()

    assert [name for name in names if name not in tests] == []


def test_metrics_are_named_as_prometheus_wants(promtool: str, scraped: str) -> None:
    checked = subprocess.run(
        [promtool, "check", "metrics"], input=scraped, capture_output=True, text=True, check=False
    )

    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_every_metric_and_label_on_the_boards_is_there(scraped: str) -> None:
    known = {name: set(labels) for name, labels in BY_PROMETHEUS.items()}
    for family in text_string_to_metric_families(scraped):
        for ending in ("", *ENDINGS.get(family.type, ())):  # one that has no labels yet, too
            known.setdefault(family.name + ending, set())
        for sample in family.samples:
            known.setdefault(sample.name, set()).update(sample.labels, {"job", "instance"})
    asked = [found for text in expressions() for found in SELECTOR.findall(text)]

    strange = {name for name, _ in asked if name not in known}
    wrong = {
        f"{name}{{{label}}}"
        for name, matchers in asked
        for label in LABEL.findall(matchers)
        if name in known and known[name] and label not in known[name]
    }

    assert (strange, wrong) == (set(), set())
    assert len(asked) > 20


def test_panels_have_places_and_descriptions() -> None:
    panels = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]

    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
    assert len(set(places)) == len(panels) == len({panel["title"] for panel in panels})
    assert all(panel["description"] for panel in panels)
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in panels)


@pytest.fixture
def prometheus(shared_program: Program, scraped: str, tmp_path: Path) -> Iterator[str]:
    """A Prometheus with the configuration of the documentation; return its address."""
    (path,) = needs("prometheus")
    for file in ("prometheus.yml", "alerts.yml"):
        shutil.copy(BOARDS / file, tmp_path)
    (tmp_path / "argosy.key").write_text(KEY)
    config = tmp_path / "prometheus.yml"
    target = shared_program.url.removeprefix("http://")
    text = config.read_text().replace("127.0.0.1:8060", target).replace("15s", "1s")
    config.write_text(text)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(path, f"--config.file={config}", f"--storage.tsdb.path={tmp_path / 'data'}"),
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdout=log,
            stderr=log,
        )

    def is_ready() -> bool:
        assert process.poll() is None, (tmp_path / "log").read_text()
        try:
            with urllib.request.urlopen(f"{url}/-/ready", timeout=5):
                return True
        except (urllib.error.URLError, ConnectionError):
            return False

    wait_until(is_ready)
    yield url
    process.terminate()
    process.wait(30)


def test_real_prometheus_takes_all_of_it(prometheus: str) -> None:
    def target() -> dict[str, Any]:
        found = ask(f"{prometheus}/api/v1/targets")["activeTargets"]
        return dict(found[0]) if found else {"health": "unknown"}

    wait_until(lambda: target()["health"] != "unknown")
    assert (target()["health"], target()["lastError"]) == ("up", "")

    def value(expression: str) -> list[str]:
        found = ask(f"{prometheus}/api/v1/query", query=expression)["result"]
        return [sample["value"][1] for sample in found]

    wait_until(lambda: value('argosy_tasks{job="argosy",state="COMPLETED"}') == ["1"])
    assert value("bot_downloads_total") == ["1"]


def test_real_prometheus_understands_every_panel(prometheus: str) -> None:
    for panel in DASHBOARD["panels"]:
        for asked in panel.get("targets", []):
            expression = asked["expr"].replace("$instance", ".*")
            assert "result" in ask(f"{prometheus}/api/v1/query", query=expression)
