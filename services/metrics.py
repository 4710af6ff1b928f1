"""The metrics, all of them; `docs/metrics.md` describes each.

Names end in their unit, labels have few values. What must survive a restart (the totals of
older systems' metrics) is read from storage at each scrape.
"""

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """The metrics of one server."""

    def __init__(self, *, version: str) -> None:
        self.registry = CollectorRegistry()
        self._stored = _Stored()
        self.registry.register(self._stored)
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        r = self.registry

        Info("argosy_build", "The version that runs.", registry=r).info({"version": version})
        self.downloads = Counter(
            "argosy_downloads", "Tasks that ended, by result.", ["result"], registry=r
        )
        self.download_bytes = Counter(
            "argosy_download_bytes", "Bytes of finished files.", registry=r
        )
        self.retries = Counter(
            "argosy_task_retries", "Attempts that failed and are made again.", registry=r
        )
        self.runner_failures = Counter(
            "argosy_runner_failures", "Times that the runner itself failed.", registry=r
        )
        self.running = Gauge("argosy_running_tasks", "Tasks that are being done.", registry=r)
        self.requests = Counter(
            "argosy_http_requests",
            "HTTP requests, by route, method and status.",
            ["route", "method", "status"],
            registry=r,
        )
        self.request_seconds = Histogram(
            "argosy_http_request_seconds", "Time to answer, by route.", ["route"], registry=r
        )
        self.operations = Counter(
            "argosy_graphql_operations",
            "GraphQL operations, by type and outcome.",
            ["type", "outcome"],
            registry=r,
        )
        self.connections = Gauge(
            "argosy_websocket_connections", "Open WebSocket connections.", registry=r
        )
        self.subscriptions = Gauge("argosy_subscriptions", "Running subscriptions.", registry=r)
        self.lagged = Counter(
            "argosy_feed_lagged",
            "Times that a follower of events was told that some were left out, by reason.",
            ["reason"],
            registry=r,
        )
        self.audit_failures = Counter(
            "argosy_audit_failures",
            "Entries of the audit log that could not be written.",
            registry=r,
        )
        self.rate_limited = Counter(
            "argosy_rate_limited",
            "What was refused because more was asked than may be in a minute, by family.",
            ["family"],
            registry=r,
        )
        self.limit_store_failures = Counter(
            "argosy_limit_store_failures",
            "Times that Redis did not answer, and the server counted by itself.",
            registry=r,
        )
        self.alerts_raised = Counter(
            "argosy_alerts_raised", "Alerts that were raised, by rule.", ["rule"], registry=r
        )
        self.alerts = Gauge(
            "argosy_alerts",
            "Alerts that are open, by rule and level.",
            ["rule", "level"],
            registry=r,
        )
        self.log_lines = Counter(
            "argosy_log_lines", "Lines of the log, by level.", ["level"], registry=r
        )
        self.log_lines_lost = Counter(
            "argosy_log_lines_lost",
            "Lines of the log that the disk did not take, or not in time.",
            registry=r,
        )
        self.notices = Counter(
            "argosy_notices",
            "Notices of alerts that were given to services, by result.",
            ["result"],
            registry=r,
        )
        for result in ("sent", "failed", "given_up"):
            self.notices.labels(result=result)
        self.plugin_calls = Counter(
            "argosy_plugin_calls",
            "Calls of hooks of plugins, by plugin, hook and outcome.",
            ["plugin", "hook", "outcome"],
            registry=r,
        )
        self.plugin_call_seconds = Histogram(
            "argosy_plugin_call_seconds",
            "Time that hooks of plugins took.",
            ["plugin", "hook"],
            registry=r,
        )
        self.backups = Counter(
            "argosy_backups", "Backups that this process made, by result.", ["result"], registry=r
        )
        self.newest_backup = Gauge(
            "argosy_newest_backup_timestamp_seconds",
            "When this process made the newest backup that it knows of; 0 before.",
            registry=r,
        )
        for result in ("completed", "failed"):
            self.backups.labels(result=result)
        self.webhook_deliveries = Counter(
            "argosy_webhook_deliveries",
            "Tries to deliver to webhooks, by what came of them.",
            ["outcome"],
            registry=r,
        )
        self.webhook_waiting = Gauge(
            "argosy_webhook_waiting", "What waits to be delivered to webhooks.", registry=r
        )
        self.webhook_first_seconds = Histogram(
            "argosy_webhook_first_attempt_seconds",
            "Time from an event to the first try to deliver it.",
            registry=r,
        )
        for outcome in ("delivered", "retried", "given_up", "cancelled"):
            self.webhook_deliveries.labels(outcome=outcome)
        for reason in ("slow", "expired"):
            self.lagged.labels(reason=reason)
        for result in ("completed", "failed", "skipped"):
            self.downloads.labels(result=result)

    def render(
        self, *, downloads: int, active: int, by_state: Mapping[str, int], running: int
    ) -> bytes:
        """Return the metrics in Prometheus's text format, with these values from storage."""
        self.running.set(running)
        self._stored.values = (downloads, active, dict(by_state))
        return generate_latest(self.registry)


class _Stored(Collector):
    """What is read from storage at each scrape."""

    def __init__(self) -> None:
        self.values: tuple[int, int, dict[str, int]] = (0, 0, {})

    def collect(self) -> Iterator[Metric]:
        downloads, active, by_state = self.values
        yield CounterMetricFamily(
            "bot_downloads_total", "Total number of downloads", value=downloads
        )
        yield GaugeMetricFamily("bot_active_tasks", "Number of active tasks", value=active)
        states = GaugeMetricFamily("argosy_tasks", "Tasks in storage, by state.", labels=["state"])
        for state, number in by_state.items():
            states.add_metric([state], number)
        yield states
