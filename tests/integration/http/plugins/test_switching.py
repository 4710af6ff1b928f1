"""Plugins over GraphQL: looked at, switched, given their settings."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.plugins import plugins as plugins_module
from services.plugins.kept import DISABLE
from services.store.store import Transaction
from tests.integration.http.plugins.plugging import (
    TOGGLE,
    enabled,
    hook,
    plugin,
    switch,
    write,
)
from tests.integration.http.running import Running, serving, until

PLUGINS = "{ plugins { name version enabled description author hooks } }"


@pytest.fixture
async def argosy(tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(tmp_path) as running:
        yield running


async def test_example_is_there_and_switched_off(argosy: Running) -> None:
    (plugin,) = (await argosy.ask(PLUGINS)).data["plugins"]

    assert plugin == {
        "name": "custom_notifier",
        "version": "1.0.0",
        "enabled": False,
        "description": "Posts a JSON message to a URL when a download ends, or something is wrong.",
        "author": "Argosy",
        "hooks": ["completed", "failed", "alert_raised"],
    }


async def test_switching_on_grants_what_is_asked_for(argosy: Running) -> None:
    switched = (await argosy.ask(TOGGLE, name="custom_notifier", on=True)).data["togglePlugin"]

    assert switched == {
        "success": True,
        "message": "Plugin custom_notifier enabled successfully. It may use: network.",
        "errors": [],
        "plugin": {"enabled": True, "granted": ["network"]},
    }


async def test_no_plugin_runs_where_they_are_switched_off(argosy: Running) -> None:
    setting = (
        "mutation($on: Boolean!) { updateConfiguration(input: {features: {pluginSystem: $on}})"
    )
    setting += " { errors { message } } }"
    switchboard = argosy.container.plugins.switchboard
    await argosy.ask(TOGGLE, name="custom_notifier", on=True)
    before = switchboard.host("custom_notifier")

    await argosy.ask(setting, on=False)
    without = switchboard.host("custom_notifier")
    refused = (await argosy.ask(TOGGLE, name="custom_notifier", on=True)).data["togglePlugin"]
    await argosy.ask(setting, on=True)
    after = switchboard.host("custom_notifier")

    assert (before is None, without is None, after is None) == (False, True, False)
    assert refused["success"] is False
    assert refused["errors"][0]["code"] == "CONFLICT"


async def test_name_that_no_plugin_has_is_answered_with_those_that_there_are(
    argosy: Running,
) -> None:
    switched = (await argosy.ask(TOGGLE, name="nobody", on=True)).data["togglePlugin"]

    assert switched == {
        "success": False,
        "message": "There is no plugin of that name. There are: custom_notifier.",
        "errors": [
            {
                "code": "NOT_FOUND",
                "message": "There is no plugin of that name. There are: custom_notifier.",
                "field": "name",
            }
        ],
        "plugin": None,
    }


async def test_broken_plugins_are_shown_and_disturb_nobody(argosy: Running, tmp_path: Path) -> None:
    folder = tmp_path / "plugins"
    (folder / "empty").mkdir(parents=True)
    sources = {
        "syntax": "MANIFEST = {",
        "nothing": "",
        "computed": "MANIFEST = dict(name='computed')",
        "other": "MANIFEST = {'name': 'another'}",
        "bytes": b"\xff\xfe\x00",
        "deep": "MANIFEST = " + "[" * 5000 + "]" * 5000,
    }
    for name, source in sources.items():
        content = source if isinstance(source, bytes) else source.encode()
        (folder / f"{name}.py").write_bytes(content)
    (folder / ".hidden.py").write_text("")
    (folder / "notes.txt").write_text("")
    (folder / "gone.py").symlink_to(folder / "nowhere")

    found = (await argosy.ask("{ plugins { name enabled problem version } }")).data["plugins"]

    names = [each["name"] for each in found]
    assert names == sorted(["custom_notifier", "empty", "gone", *sources])
    broken = [each for each in found if each["name"] != "custom_notifier"]
    assert all(each["problem"] and each["version"] is None for each in broken)
    switched = (await argosy.ask(TOGGLE, name="syntax", on=True)).data["togglePlugin"]
    assert (switched["success"], switched["errors"][0]["code"]) == (False, "INVALID_INPUT")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("raise ValueError('at the top')", "ValueError: at the top"),
        ("import nothing_of_that_name", "ModuleNotFoundError: No module named"),
        ("", "BadPlugin: Its manifest lists the hook completed, and there is no such @hook."),
        ("while True: pass", "load took longer than"),
        ("os._exit(3)", "it ended with status 3"),
        ("@hook\ndef completed(task, wrong): pass", "hook 'completed'"),
        (
            hook("completed", "pass") + hook("failed", "pass"),
            "BadPlugin: It has the hook failed, which its manifest does not list.",
        ),
    ],
)
async def test_plugin_that_cannot_be_loaded_stays_off(
    argosy: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, told: str
) -> None:
    monkeypatch.setattr(plugins_module, "LOAD_SECONDS", 1.0 if "while" in body else 30.0)
    write(tmp_path, body, hooks=["completed"])

    switched = await switch(argosy)

    assert not switched["success"]
    assert told in switched["message"]
    seen = await plugin(argosy)
    assert (seen.is_enabled, seen.crashes) == (False, 0)


async def test_plugin_that_asks_for_more_than_it_was_granted_is_not_started(
    tmp_path: Path,
) -> None:
    write(tmp_path, hook("completed", "pass"), hooks=["completed"])
    async with serving(tmp_path) as argosy:
        await enabled(argosy)
    write(tmp_path, hook("completed", "pass"), hooks=["completed"], permissions=["network"])

    async with serving(tmp_path) as argosy:
        seen = await plugin(argosy)
        await enabled(argosy)
        again = await plugin(argosy)

    assert not seen.is_enabled
    assert seen.disabled_because == (
        "It asks for more than it was granted: network. Switch it on to grant that."
    )
    assert (again.is_enabled, again.granted) == (True, ("network",))


async def test_switch_of_another_process_is_noticed(argosy: Running, tmp_path: Path) -> None:
    write(tmp_path, hook("completed", "pass"), hooks=["completed"])
    await enabled(argosy)
    switchboard = argosy.container.plugins.switchboard
    assert switchboard.host("stranger") is not None

    async def off(transaction: Transaction) -> None:
        now = datetime.now(UTC)
        await transaction.execute(DISABLE, False, None, now, "stranger")

    await argosy.container._store.write(off)

    await until(lambda: switchboard.host("stranger") is None)


async def test_installed_plugins_are_paged(argosy: Running, tmp_path: Path) -> None:
    for name in ("alpha", "beta", "zeta"):
        write(tmp_path, hook("completed", "pass"), hooks=["completed"], name=name)
    query = """query($after: String) { installedPlugins(first: 3, after: $after) {
        totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
        nodes { name source crashes permissions settings settingsSchema lastError }
    } }"""

    first = (await argosy.ask(query)).data["installedPlugins"]
    second = (await argosy.ask(query, after=first["pageInfo"]["endCursor"])).data[
        "installedPlugins"
    ]

    assert first["totalCount"] == 4
    names = [[node["name"] for node in page["nodes"]] for page in (first, second)]
    assert names == [["alpha", "beta", "custom_notifier"], ["zeta"]]
    assert (first["pageInfo"]["hasPreviousPage"], second["pageInfo"]["hasPreviousPage"]) == (
        False,
        True,
    )
    assert second["nodes"][0]["source"] == "FOLDER"


async def test_services_of_plugins_can_be_restarted(argosy: Running, tmp_path: Path) -> None:
    write(tmp_path, hook("completed", "pass"), hooks=["completed"])
    await enabled(argosy)
    service = argosy.container.plugins.service

    await service.close()
    was_well = service.is_well
    await service.open()

    assert (was_well, service.is_well) == (False, True)
    assert argosy.container.plugins.switchboard.host("stranger") is not None
