"""The checks for those who write plugins find what is wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from argosy.parts.plugins import BUILT_IN
from argosy.sdk import check
from tests.integration.http.plugins.plugging import hook, write

ROOT = Path(__file__).parents[4]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `argosy plugin`."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "argosy", "plugin", *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        text=True,
    )


def test_plugin_that_comes_with_argosy_is_right() -> None:
    url = {"url": "https://example.com/hook", "token": "secret"}

    assert check(BUILT_IN / "custom_notifier", settings=url) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("raise OSError('no')", "hook completed: OSError: no"),
        ("import services.errors", "imports of stranger.py: services.errors may change"),
        ("from argosy import container", "imports of stranger.py: argosy.container may change"),
        ("os._exit(1)", "hook completed: Its process is gone while it did completed"),
        ("context.post('https://example.com')", "hook completed: Refused: The plugin has not"),
        ("return 1", ""),
    ],
)
def test_what_is_wrong_with_a_hook_is_told(tmp_path: Path, body: str, told: str) -> None:
    file = write(tmp_path, hook("completed", body), hooks=["completed"])

    found = check(file)

    assert [each[: len(told)] for each in found] == ([told] if told else [])


def test_hook_that_hangs_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.plugins.checking.HOOK_SECONDS", 0.2)
    file = write(tmp_path, hook("completed", "while True: pass"), hooks=["completed"])

    assert check(file) == ["hook completed: completed took longer than 0.2 seconds."]


def test_url_that_is_none_is_found(tmp_path: Path) -> None:
    body = hook("before_fetch", "return 'nothing'")
    file = write(tmp_path, body, hooks=["before_fetch"], permissions=["tasks"])

    (found,) = check(file)

    assert found.startswith("hook before_fetch: ")


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "object", "properties": {"a": {"type": "nothing"}}}, "settings schema: "),
        (
            {"type": "object", "properties": {"a": {"type": "string", "default": 5}}},
            "settings: settings.a: 5 is not of type 'string'",
        ),
    ],
)
def test_schema_that_is_wrong_is_found(
    tmp_path: Path, schema: dict[str, object], told: str
) -> None:
    file = write(tmp_path, hook("completed", "pass"), hooks=["completed"], settings=schema)

    assert any(each.startswith(told) for each in check(file))


def test_command_says_what_is_right_and_what_is_wrong(tmp_path: Path) -> None:
    file = write(tmp_path, hook("completed", "raise OSError('no')"), hooks=["completed"])

    ended = run("check", str(file))

    assert ended.returncode == 1
    assert "right  manifest\n" in ended.stdout
    assert "wrong  hook completed\n       OSError: no\n" in ended.stdout


def test_commands_switch_plugins_and_list_them(tmp_path: Path) -> None:
    place = ("--data-dir", str(tmp_path))

    enabled = run("enable", "custom_notifier", *place)
    listed = run("list", *place)
    disabled = run("disable", "custom_notifier", *place)
    unknown = run("enable", "nobody", *place)

    said = "custom_notifier 1.0.0 is on. Beside the facts it may use: network.\n"
    assert (enabled.returncode, enabled.stdout) == (0, said)
    assert listed.stdout == "custom_notifier\t1.0.0\ton\tbuilt-in\n"
    assert disabled.stdout == "custom_notifier is off.\n"
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "There are: custom_notifier." in unknown.stderr


def test_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    (found,) = check(tmp_path / "nothing.py")

    assert found.startswith("manifest: ")
