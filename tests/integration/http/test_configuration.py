"""The settings over the API: shown, changed, kept, applied."""

import logging
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.access.identity import Role, Scope
from services.scheduler import Daily
from services.tasks.limits.speeds import Limited
from tests.integration.http.running import KEY, Running, serving, until

ALL = """
    { configuration {
        downloadDir maxConcurrentDownloads autoDeleteDuration restartNeeded
        maxSplitSize maxSplitSizeBytes
        enabledPhases { phase1 phase2 phase3 }
        features { graphqlApi pluginSystem advancedDashboard playground }
        settings {
            name variable description type value runningValue default minimum maximum problem
            excludesMinimum choices isSecret isSet source needsRestart awaitsRestart isChangeable
        }
    } }
"""
UPDATE = """
    mutation($input: UpdateConfigurationInput!) { updateConfiguration(input: $input) {
        updated { name value runningValue source awaitsRestart }
        restartNeeded
        errors { code message field }
    } }
"""
AUDIT = "{ auditLog(first: 1) { nodes { action outcome targets details { name value } } } }"


async def settings(argosy: Running) -> dict[str, Any]:
    found = (await argosy.ask(ALL)).data["configuration"]["settings"]
    return {setting["name"]: setting for setting in found}


async def update(argosy: Running, **asked: object) -> Any:
    return (await argosy.ask(UPDATE, input=asked)).data["updateConfiguration"]


def one(name: str, value: str | None) -> dict[str, object]:
    return {"settings": [{"name": name, "value": value}]}


async def test_setting_tells_all_about_itself(argosy: Running) -> None:
    found = await settings(argosy)

    assert found["max_connections_per_download"] == {
        "name": "max_connections_per_download",
        "variable": "ARGOSY_MAX_CONNECTIONS_PER_DOWNLOAD",
        "description": "How many connections one file may have at once.",
        "type": "INTEGER",
        "value": "8",
        "runningValue": "8",
        "default": "8",
        "minimum": 1.0,
        "maximum": 64.0,
        "excludesMinimum": False,
        "choices": None,
        "isSecret": False,
        "isSet": True,
        "source": "DEFAULT",
        "needsRestart": False,
        "awaitsRestart": False,
        "isChangeable": True,
        "problem": None,
    }
    assert found["log_level"]["choices"] == [
        "DEBUG",
        "INFO",
        "SUCCESS",
        "WARNING",
        "ERROR",
        "CRITICAL",
    ]
    assert found["event_log_days"]["excludesMinimum"] is True
    assert found["data_dir"]["source"] == "FLAG"
    assert found["data_dir"]["isChangeable"] is False


async def test_secret_is_never_shown(argosy: Running) -> None:
    answer = await argosy.ask(ALL)

    found = {s["name"]: s for s in answer.data["configuration"]["settings"]}
    token, database = found["admin_token"], found["database_url"]
    assert (token["isSecret"], token["isSet"], token["value"]) == (True, True, None)
    assert (database["isSecret"], database["isSet"], database["value"]) == (True, False, None)
    assert KEY not in answer.body.decode()


async def test_words_of_older_systems_mean_what_they_say(argosy: Running) -> None:
    changed = await update(
        argosy,
        maxConcurrentDownloads=10,
        autoDeleteDuration=120,
        maxSplitSize=2_000_000_000,
        features={"playground": False},
    )

    found = (await argosy.ask(ALL)).data["configuration"]
    assert [setting["name"] for setting in changed["updated"]] == [
        "max_concurrent_downloads",
        "auto_delete_minutes",
        "max_split_size",
        "features_playground",
    ]
    assert found["maxConcurrentDownloads"] == 10
    assert found["autoDeleteDuration"] == 120
    assert (found["maxSplitSize"], found["maxSplitSizeBytes"]) == ("2.0 GB", 2_000_000_000)
    assert found["enabledPhases"] == {"phase1": True, "phase2": True, "phase3": True}
    assert found["downloadDir"] == str(argosy.container.settings.downloads)
    assert found["features"] == {
        "graphqlApi": True,
        "pluginSystem": True,
        "advancedDashboard": True,
        "playground": False,
    }
    assert found["restartNeeded"] is False


async def test_change_holds_at_once(argosy: Running) -> None:
    changed = await update(argosy, maxConcurrentDownloads=3)
    queue = (await argosy.ask("{ queue { limits { atOnce } } }")).data["queue"]

    assert changed == {
        "updated": [
            {
                "name": "max_concurrent_downloads",
                "value": "3",
                "runningValue": "3",
                "source": "DATABASE",
                "awaitsRestart": False,
            }
        ],
        "restartNeeded": False,
        "errors": [],
    }
    assert queue["limits"]["atOnce"] == 3


async def test_change_survives_a_restart_and_what_needs_one_holds_then(tmp_path: Path) -> None:
    async with serving(tmp_path) as argosy:
        changed = await update(argosy, **one("public_url", "https://argosy.example.com"))
        before = (await argosy.ask(ALL)).data["configuration"]["restartNeeded"]
    async with serving(tmp_path) as argosy:
        found = await settings(argosy)
        after = (await argosy.ask(ALL)).data["configuration"]["restartNeeded"]
        public = str(argosy.container.settings.public_url)

    assert changed["updated"][0]["awaitsRestart"] is True
    assert changed["updated"][0]["runningValue"] is None
    assert (before, after) == (True, False)
    assert found["public_url"]["value"] == found["public_url"]["runningValue"] == public
    assert public == "https://argosy.example.com"


async def test_null_takes_back_what_was_set(argosy: Running) -> None:
    await update(argosy, maxConcurrentDownloads=3)

    changed = await update(argosy, **one("max_concurrent_downloads", None))

    assert changed["updated"][0] == {
        "name": "max_concurrent_downloads",
        "value": "20",
        "runningValue": "20",
        "source": "DEFAULT",
        "awaitsRestart": False,
    }
    assert await argosy.container.services.configuration._remembered.all_below("conf") == {}


async def test_all_that_is_wrong_is_told_at_once_and_nothing_changes(argosy: Running) -> None:
    asked = [
        {"name": "max_concurrent_downloads_per_user", "value": "many"},
        {"name": "progress_interval", "value": "0"},
        {"name": "admin_token", "value": "something-secret"},
        {"name": "allow_networks", "value": "10.0.0.0/8"},
        {"name": "no_such_thing", "value": "1"},
        {"name": "rate_limit_graphql", "value": "7"},
        {"name": "max_concurrent_downloads", "value": "7"},
    ]

    answer = await argosy.ask(UPDATE, input={"settings": asked})
    payload = answer.data["updateConfiguration"]

    assert payload["updated"] is None
    assert {error["field"]: error["code"] for error in payload["errors"]} == {
        "max_concurrent_downloads_per_user": "INVALID_INPUT",
        "progress_interval": "INVALID_INPUT",
        "admin_token": "INVALID_INPUT",
        "allow_networks": "INVALID_INPUT",
        "no_such_thing": "INVALID_INPUT",
        "rate_limit_graphql": "CONFLICT",
    }
    told = {error["field"]: error["message"] for error in payload["errors"]}
    assert "ARGOSY_RATE_LIMIT_GRAPHQL is set by the command line" in told["rate_limit_graphql"]
    assert "something-secret" not in answer.body.decode()
    assert (await settings(argosy))["max_concurrent_downloads"]["value"] == "20"


async def test_setting_given_twice_is_refused(argosy: Running) -> None:
    payload = await update(argosy, maxConcurrentDownloads=3, **one("max_concurrent_downloads", "4"))

    assert payload["errors"][0]["field"] == "max_concurrent_downloads"


async def test_change_is_told_to_the_audit_log(argosy: Running) -> None:
    await update(argosy, maxConcurrentDownloads=3)

    (entry,) = (await argosy.ask(AUDIT)).data["auditLog"]["nodes"]
    assert (entry["action"], entry["outcome"]) == ("updateConfiguration", "OK")
    assert entry["targets"] == ["max_concurrent_downloads"]
    assert "20 → 3" in str(entry["details"])


async def test_speed_limit_is_the_one_that_is_set_elsewhere(argosy: Running) -> None:
    await update(argosy, **one("speed_limit", "1000000"))
    limits = (await argosy.ask("{ speedLimits { server } }")).data["speedLimits"]
    speeds = argosy.container.services.speeds
    found = (await settings(argosy))["speed_limit"]
    await update(argosy, **one("speed_limit", None))
    reset = (await settings(argosy))["speed_limit"]

    assert limits["server"] == 1_000_000
    assert (found["value"], found["source"]) == ("1000000", "DATABASE")
    assert (reset["value"], reset["source"], speeds.server().usual) == ("0", "DEFAULT", None)
    assert Limited.SERVER == "SERVER"


async def test_log_level_changes_while_the_server_runs(argosy: Running) -> None:
    root = logging.getLogger()
    before = root.level
    try:
        await update(argosy, **one("log_level", "ERROR"))

        assert root.level == logging.ERROR
    finally:
        root.setLevel(before)


async def test_playground_and_pages_are_gone_when_switched_off(argosy: Running) -> None:
    html = {"Accept": "text/html"}
    before = await argosy.send("GET", "/graphql?with=key", headers=html)
    await update(argosy, features={"playground": False})
    without = await argosy.send("GET", "/graphql?with=key", headers=html)
    home = await argosy.send("GET", "/login", headers=html)
    await update(argosy, features={"advancedDashboard": False})
    gone = [await argosy.send("GET", path, headers=html) for path in ("/", "/login", "/docs/")]
    api = await argosy.ask("{ viewer { name } }")

    assert before.status in {200, 503}  # the latter where it was not built
    assert (without.status, home.status) == (404, 200)
    assert [answer.status for answer in gone] == [404, 404, 404]
    assert api.data["viewer"]["name"] == "admin"


async def test_value_of_another_version_does_not_stop_the_start(tmp_path: Path) -> None:
    async with serving(tmp_path) as argosy:
        remembered = argosy.container.services.configuration._remembered
        await remembered.put("configuration.max_concurrent_downloads", "a few")
        await remembered.put("configuration.of_the_future", 1)
        await remembered.put("configuration.admin_token", "hunter2-hunter2")
        await remembered.put("configuration.progress_interval", 2)
    async with serving(tmp_path) as argosy:
        found = await settings(argosy)
        cured = await update(argosy, maxConcurrentDownloads=6)
        after = (await settings(argosy))["max_concurrent_downloads"]

    broken = found["max_concurrent_downloads"]
    assert (broken["value"], broken["source"]) == ("20", "DEFAULT")
    assert "integer" in broken["problem"]
    assert found["progress_interval"]["value"] == "2"
    assert cured["errors"] == []
    assert (after["value"], after["problem"]) == ("6", None)


@pytest.mark.parametrize(("role", "scopes"), [(Role.USER, None), (Role.ADMIN, Scope.CONFIG_READ)])
async def test_others_change_nothing(argosy: Running, role: Role, scopes: Scope | None) -> None:
    _, key = await argosy.user("eve", *([scopes] if scopes else []), role=role)

    answer = await argosy.ask(UPDATE, key=key, input={"maxConcurrentDownloads": 3})

    assert answer.code == "FORBIDDEN"
    assert (await settings(argosy))["max_concurrent_downloads"]["value"] == "20"


def _takers(argosy: Running) -> dict[str, tuple[str, Callable[[], object], object]]:
    """Return for each setting that holds at once a value, where it is taken, and as what."""
    container = argosy.container
    runner, upkeep = container._runner, container.upkeep
    engines = runner._engines
    http, ftp = engines["http"].settings, engines["ftp"]  # type: ignore[attr-defined]
    limits, boards = container.services.queue._limits, container.services.board
    webhooks, alerts = container.webhooks, container.alerts
    rules = {type(rule).__name__: rule for rule in alerts._rules}
    plugins, backups = container.plugins.switchboard, container.backups
    events, audit = container._events, container.access.audit
    days = timedelta(days=3)
    jobs = {job.name: job.do.__self__ for job in container.scheduler._jobs.values()}  # type: ignore[attr-defined]
    return {
        "max_concurrent_downloads": ("3", lambda: runner.most, 3),
        "max_concurrent_downloads_per_user": ("3", lambda: limits.user, 3),
        "max_concurrent_downloads_per_host": ("3", lambda: limits.host, 3),
        "max_connections_per_download": ("3", lambda: http.connections, 3),
        "max_connections_per_host": (
            "3",
            lambda: (http.connections_per_host, ftp._hosts._most),
            (3, 3),
        ),
        "start_rate_per_host": ("3", lambda: (http.start_rate, ftp._hosts._start_rate), (3, 3)),
        "hash": ("off", lambda: (http.hash, ftp.hash), ("off", "off")),
        "tiers": ('{"free": {}}', lambda: container.access.tiers.names, ("free", "unlimited")),
        "progress_interval": ("3", lambda: (runner.progress_seconds, boards.interval), (3, 3)),
        "event_log_days": ("3", lambda: events.bounds.age, days),
        "event_log_entries": ("3", lambda: events.bounds.entries, 3),
        "audit_days": ("3", lambda: audit.age, days),
        "auto_delete_minutes": ("3", lambda: jobs["auto_delete"].minutes, 3),
        "max_split_size": ("1000000", lambda: jobs["split"].most, 1_000_000),
        "backup_time": (
            "03:00",
            lambda: container.scheduler._jobs["backup"].rhythm,
            Daily(time(3)),
        ),
        "backup_keep_last": ("3", lambda: backups.backups.retention.last, 3),
        "backup_keep_daily": ("3", lambda: backups.backups.retention.daily, 3),
        "backup_keep_weekly": ("3", lambda: backups.backups.retention.weekly, 3),
        "plugin_hook_seconds": ("3", lambda: plugins.bounds.seconds, 3),
        "plugin_memory": ("200000000", lambda: plugins.bounds.memory, 200_000_000),
        "plugin_crashes": ("3", lambda: plugins.bounds.crashes, 3),
        "features_plugins": ("false", lambda: plugins.is_on, False),
        "alert_interval": ("3", lambda: alerts.watcher.seconds, 3),
        "alert_disk_free": ("3", lambda: rules["DiskLow"].least, 3),
        "alert_memory_percent": ("3", lambda: rules["MemoryHigh"].most, 3),
        "alert_cpu_percent": ("3", lambda: rules["CpuHigh"].most, 3),
        "alert_load_seconds": ("3", lambda: rules["CpuHigh"].after, timedelta(seconds=3)),
        "alert_failed_tasks": ("3", lambda: rules["TasksFailing"].most, 3),
        "alert_clock_jump": ("3", lambda: rules["ClockJumps"].most, 3),
        "alert_database_errors": ("3", lambda: rules["DatabaseErrors"].most, 3),
        "alert_days": ("3", lambda: alerts._kept.age, days),
        "webhook_concurrency": ("3", lambda: webhooks.dispatcher.most, 3),
        "webhook_concurrency_per_endpoint": ("3", lambda: webhooks._line.per_endpoint, 3),
        "webhook_log_days": ("3", lambda: webhooks._log.age, days),
        "webhook_log_entries": ("3", lambda: webhooks._log.entries, 3),
        "speed_limit": ("3", lambda: upkeep.live.elsewhere["speed_limit"].value, 3),
    }


# These are shown by what they do, here or elsewhere.
SEEN = {
    *("log_level", "features_pages", "features_playground", "introspection"),
    *("max_connections_per_user", "max_subscriptions_per_connection"),
    *("max_subscriptions_per_user", "rate_limit_graphql", "rate_limit_ws"),
}


async def test_each_setting_that_holds_at_once_arrives(argosy: Running) -> None:
    takers = _takers(argosy)

    asked = [{"name": name, "value": value} for name, (value, _, _) in takers.items()]
    payload = await update(argosy, settings=asked)
    await until(lambda: takers["start_rate_per_host"][1]() == (3, 3))

    assert payload["errors"] == []
    assert takers.keys() | SEEN == argosy.container.upkeep.live.names
    assert {name: seen() for name, (_, seen, _) in takers.items()} == {
        name: wanted for name, (_, _, wanted) in takers.items()
    }


async def test_limits_of_requests_and_connections_hold_at_once(tmp_path: Path) -> None:
    async with serving(tmp_path, rate_limit_graphql=None) as argosy:
        changes = {
            "rate_limit_graphql": "2",
            "introspection": "false",
            "max_connections_per_user": "1",
        }
        asked = [{"name": name, "value": value} for name, value in changes.items()]
        payload = await update(argosy, settings=asked)
        described = await argosy.ask("{ __schema { queryType { name } } }")
        refused = [await argosy.ask("{ viewer { name } }") for _ in range(2)][-1]

    assert payload["errors"] == []
    assert described.code == "FORBIDDEN"
    assert refused.code == "RATE_LIMITED"


async def test_refused_value_of_a_secret_is_told_to_nobody(argosy: Running) -> None:
    await update(argosy, **one("admin_token", "hunter2-hunter2"))

    answer = await argosy.ask(AUDIT)

    (entry,) = answer.data["auditLog"]["nodes"]
    assert (entry["action"], entry["outcome"]) == ("updateConfiguration", "INVALID_INPUT")
    assert "hunter2" not in answer.body.decode()
