"""What a manifest may be."""

import os
from pathlib import Path
from typing import Any

import pytest

from services.errors import InvalidInput
from services.plugins.hooks import Hook, Permission
from services.plugins.manifest import Claims, parse_manifest, read_manifest

GOOD: dict[str, Any] = {
    "name": "good",
    "version": "1.0",
    "author": "Somebody",
    "description": "Does good.",
    "hooks": ["completed"],
}
ENGINE = ["look_at_file", "read_file"]


def test_manifest_is_read() -> None:
    manifest = parse_manifest({**GOOD, "permissions": ["network", "network"]})

    assert (manifest.name, manifest.hooks) == ("good", (Hook.COMPLETED,))
    assert manifest.permissions == (Permission.NETWORK,)
    assert manifest.schema == {}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "Good"}, "name is to be"),
        ({"name": "../good"}, "name is to be"),
        ({"name": "x" * 64}, "name is to be"),
        ({"name": 5}, "name is to be"),
        ({"version": ""}, "version is to be"),
        ({"version": "1\n2"}, "version is to be"),
        ({"author": None}, "author is to be"),
        ({"description": "x" * 501}, "description is to be"),
        ({"hooks": "completed"}, "hooks is to be a list"),
        ({"hooks": ["nothing"]}, "'nothing' is none of the hooks"),
        ({"permissions": ["everything"]}, "'everything' is none of the permissions"),
        ({"more": 1}, "'more' is nothing that a manifest has"),
        ({"settings": []}, "settings is to be a JSON Schema"),
        ({"settings": {"type": "array"}}, '"type": "object"'),
        ({"settings": {"type": "object", "properties": {"a": {"$ref": "x"}}}}, "$ref"),
        ({"settings": {"type": "object", "title": "x" * 70_000}}, "larger than"),
        ({"settings": {"type": "object", "default": {1, 2}}}, "JSON does not know"),
        ({"hooks": ["look_at_file"]}, "An engine has both"),
        ({"hooks": ENGINE}, "this one claims nothing"),
        ({"hooks": ENGINE, "engine": {"schemes": ["http"]}}, "claim hosts instead"),
        ({"hooks": ENGINE, "engine": {"schemes": ["a b"]}}, "cannot be one of engine.schemes"),
        ({"hooks": ENGINE, "engine": {"hosts": ["*"]}}, "cannot be one of engine.hosts"),
        ({"hooks": ENGINE, "engine": {"hosts": [["a"]]}}, "cannot be one of engine.hosts"),
        ({"hooks": ENGINE, "engine": []}, "engine is to have"),
        ({"engine": {"schemes": ["memo"]}}, "has the hooks of an engine"),
        ({"hooks": ["before_fetch"]}, "asks for the permission tasks"),
    ],
)
def test_what_is_wrong_is_told(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        parse_manifest({**GOOD, **changes})

    assert told in raised.value.message


@pytest.mark.parametrize("content", [None, [], "text", 5])
def test_manifest_is_a_dictionary(content: object) -> None:
    with pytest.raises(InvalidInput, match="no dictionary"):
        parse_manifest(content)


def test_reading_a_manifest_runs_nothing(tmp_path: Path) -> None:
    file = tmp_path / "good.py"
    file.write_text(f"raise SystemExit\nMANIFEST = {GOOD!r}\n")

    assert read_manifest(file).name == "good"


def test_pipe_or_device_in_the_place_of_a_plugin_is_not_waited_for(tmp_path: Path) -> None:
    pipe, device = tmp_path / "pipe.py", tmp_path / "device.py"
    os.mkfifo(pipe)
    device.symlink_to("/dev/zero")

    for file in (pipe, device):
        with pytest.raises(InvalidInput, match="is no plain file"):
            read_manifest(file)


@pytest.mark.parametrize("claims", [{"schemes": 5}, {"schemes": [["memo"]]}, {"hosts": "a.b"}])
def test_claims_of_another_shape_are_told(claims: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=r"engine\."):
        parse_manifest({**GOOD, "engine": claims})


@pytest.mark.parametrize(
    ("scheme", "host", "holds"),
    [
        ("memo", "anything", True),
        ("https", "files.example", True),
        ("http", "FILES.example.", True),
        ("http", "deep.more.example", True),
        ("http", "more.example", False),
        ("http", "evilfiles.example", False),
        ("ftp", "files.example", False),
    ],
)
def test_claims_hold_what_they_name(scheme: str, host: str, holds: bool) -> None:
    claims = Claims(frozenset({"memo"}), frozenset({"files.example", ".more.example"}))

    assert claims.hold(scheme, host) is holds
