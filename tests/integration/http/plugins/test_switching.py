"""Plugins over GraphQL: looked at, switched, given their settings."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.http.running import Running, serving

PLUGINS = "{ plugins { name version enabled description author hooks } }"
TOGGLE = """
    mutation($name: String!, $on: Boolean!) {
        togglePlugin(pluginName: $name, enabled: $on) {
            success message errors { code message field } plugin { enabled granted }
        }
    }
"""


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
