"""The metrics, as Prometheus reads them."""

from prometheus_client.parser import text_string_to_metric_families

from services.metrics import Metrics


def read(content: bytes) -> dict[str, float]:
    """Return the values that carry one of our own names, by name and labels."""
    found = {}
    for family in text_string_to_metric_families(content.decode()):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sample.labels.items())
            if sample.name.startswith(("argosy_", "bot_")):
                found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


def test_values_from_storage_are_those_of_the_scrape() -> None:
    metrics = Metrics(version="1.2.3")
    metrics.render(downloads=1, active=1, by_state={"PENDING": 9}, running=1)

    values = read(metrics.render(downloads=5, active=2, by_state={"RUNNING": 2}, running=2))

    assert values["bot_downloads_total{}"] == 5
    assert values["bot_active_tasks{}"] == 2
    assert values["argosy_running_tasks{}"] == 2
    assert values["argosy_tasks{state=RUNNING}"] == 2
    assert "argosy_tasks{state=PENDING}" not in values


def test_version_is_told() -> None:
    content = Metrics(version="1.2.3").render(downloads=0, active=0, by_state={}, running=0)

    assert read(content)["argosy_build_info{version=1.2.3}"] == 1


def test_results_of_downloads_are_there_before_the_first() -> None:
    content = Metrics(version="1.2.3").render(downloads=0, active=0, by_state={}, running=0)

    values = read(content)

    assert values["argosy_downloads_total{result=completed}"] == 0
    assert values["argosy_downloads_total{result=failed}"] == 0


def test_two_servers_count_apart() -> None:
    one, two = Metrics(version="1"), Metrics(version="2")

    one.retries.inc()

    content = two.render(downloads=0, active=0, by_state={}, running=0)
    assert read(content)["argosy_task_retries_total{}"] == 0
