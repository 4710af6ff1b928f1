"""Settings of plugins: checked, sealed, hidden, and given to the plugin at once."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.origin import Origin, Resource
from tests.integration.http.plugins.plugging import (
    enabled,
    fetch,
    hook,
    plugin,
    switch,
    write,
    written,
)
from tests.integration.http.running import Running, serving

SET = """
    mutation($name: String!, $settings: JSON!) {
        updatePluginSettings(input: { name: $name, settings: $settings }) {
            plugin { settings } errors { code field message }
        }
    }
"""
SCHEMA = {
    "type": "object",
    "properties": {
        "size": {"type": "integer", "minimum": 1, "default": 5},
        "token": {"type": "string", "minLength": 4, "secret": True},
        "login": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "password": {"type": "string", "format": "password"},
            },
        },
    },
    "additionalProperties": False,
}


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as running:
        yield running


@pytest.fixture
async def argosy(tmp_path: Path) -> AsyncIterator[Running]:
    mark = str(tmp_path / "mark")
    body = f"import json\nopen({mark!r}, 'w').write(json.dumps(dict(context.settings)) + '\\n')"
    write(tmp_path, hook("completed", body), hooks=["completed"], settings=SCHEMA)
    async with serving(tmp_path, allow_networks="127.0.0.1") as running:
        yield running


async def put(argosy: Running, **settings: object) -> Any:
    """Change settings, and return what came of it."""
    answer = await argosy.ask(SET, name="stranger", settings=settings)
    return answer.data["updatePluginSettings"]


async def test_secrets_are_hidden_from_those_who_ask_and_not_from_the_plugin(
    argosy: Running, origin: Origin, tmp_path: Path
) -> None:
    changed = await put(argosy, token="hunter2", login={"name": "me", "password": "hunter3"})

    shown = {"size": 5, "token": "[hidden]", "login": {"name": "me", "password": "[hidden]"}}
    assert changed == {"plugin": {"settings": shown}, "errors": []}
    await enabled(argosy)
    await fetch(argosy, origin.put("/film.mkv", Resource(b"film")))
    assert json.loads(await written(tmp_path / "mark")) == {
        "size": 5,
        "token": "hunter2",
        "login": {"name": "me", "password": "hunter3"},
    }


async def test_secrets_are_sealed_where_they_are_kept(argosy: Running) -> None:
    await put(argosy, token="hunter2", login={"password": "hunter3"})

    (row,) = await argosy.container._store.fetch("SELECT settings FROM plugins")
    assert "hunter" not in str(row["settings"])
    entries = await argosy.container._store.fetch("SELECT details FROM audit_entries")
    assert "hunter" not in str([row["details"] for row in entries])


async def test_what_is_given_as_it_is_shown_stays(
    argosy: Running, origin: Origin, tmp_path: Path
) -> None:
    await put(argosy, token="hunter2", size=7)

    changed = await put(argosy, token="[hidden]", size=None)

    assert changed["plugin"]["settings"] == {"size": 5, "token": "[hidden]"}
    await enabled(argosy)
    await fetch(argosy, origin.put("/film.mkv", Resource(b"film")))
    assert json.loads(await written(tmp_path / "mark"))["token"] == "hunter2"


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"size": 0}, "settings.size"),
        ({"size": "much"}, "settings.size"),
        ({"login": {"name": 5}}, "settings.login.name"),
        ({"other": 1}, "settings"),
        ({"login": {"name": "x" * 100_000}}, "settings"),
    ],
)
async def test_settings_that_do_not_meet_the_schema_change_nothing(
    argosy: Running, settings: dict[str, object], field: str
) -> None:
    changed = await put(argosy, **settings)

    assert changed["plugin"] is None
    assert [(e["code"], e["field"]) for e in changed["errors"]] == [("INVALID_INPUT", field)]
    assert dict((await plugin(argosy)).settings) == {"size": 5}


@pytest.mark.parametrize("value", ["1" * 30, "$nothing"])
async def test_value_that_cannot_be_kept_is_refused(argosy: Running, value: str) -> None:
    document = f"""mutation {{ updatePluginSettings(
        input: {{ name: "stranger", settings: {{ size: {value} }} }}
    ) {{ plugin {{ name }} errors {{ code field }} }} }}"""

    answer = (await argosy.ask(document)).json

    assert "INVALID" in str(answer) or "VALIDATION" in str(answer)
    assert "INTERNAL_ERROR" not in str(answer)
    assert dict((await plugin(argosy)).settings) == {"size": 5}


async def test_error_about_a_secret_does_not_repeat_it(argosy: Running) -> None:
    changed = await put(argosy, token="abc")

    (error,) = changed["errors"]
    assert error == {
        "code": "INVALID_INPUT",
        "field": "settings.token",
        "message": "It does not meet `minLength`.",
    }


async def test_new_settings_hold_at_once(argosy: Running, origin: Origin, tmp_path: Path) -> None:
    await enabled(argosy)
    await fetch(argosy, origin.put("/one.mkv", Resource(b"film")))
    assert json.loads(await written(tmp_path / "mark"))["size"] == 5
    (tmp_path / "mark").unlink()

    await put(argosy, size=9)

    await fetch(argosy, origin.put("/two.mkv", Resource(b"film")))
    assert json.loads(await written(tmp_path / "mark"))["size"] == 9


async def test_plugin_without_a_needed_setting_is_not_switched_on(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"url": {"type": "string"}}, "required": ["url"]}
    write(tmp_path, hook("completed", "pass"), hooks=["completed"], settings=schema)
    async with serving(tmp_path) as argosy:
        switched = await switch(argosy)
        await put(argosy, url="https://example.com")
        again = await switch(argosy)

    assert (switched["success"], again["success"]) == (False, True)
    assert switched["errors"][0]["field"] == "settings.url"


async def test_settings_of_no_plugin_are_refused(argosy: Running) -> None:
    answer = await argosy.ask(SET, name="nobody", settings={})

    (error,) = answer.data["updatePluginSettings"]["errors"]
    assert (error["code"], error["field"]) == ("NOT_FOUND", "name")
