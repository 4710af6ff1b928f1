"""The page for those who write plugins: its code is run as it stands there."""

import asyncio
import re
from pathlib import Path
from runpy import run_path

import pytest

from argosy.sdk import check
from services.plugins.hooks import Hook, Permission
from services.plugins.manifest import KEYS
from tests.fakes.origin import Origin, Resource
from tests.integration.http.plugins.plugging import enabled, fetch, plugin
from tests.integration.http.running import serving, until

PAGE = (Path(__file__).parents[4] / "docs" / "how-to" / "write-a-plugin.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
PLUGINS = {
    re.findall(r'"name": "(\w+)"', block)[0]: block for block in BLOCKS if "MANIFEST" in block
}
(TEST,) = (block for block in BLOCKS if "MANIFEST" not in block)


def save(folder: Path, name: str) -> Path:
    """Write a plugin of the page into a folder."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.py").write_text(PLUGINS[name])
    return folder / f"{name}.py"


@pytest.mark.parametrize("name", PLUGINS)
def test_plugin_of_the_page_passes_the_checks(tmp_path: Path, name: str) -> None:
    file = save(tmp_path, name)

    assert check(file, url="memo://text/hello") == []


def test_test_of_the_page_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path, "counter")
    (tmp_path / "test_counter.py").write_text(TEST)
    monkeypatch.chdir(tmp_path)

    run_path(str(tmp_path / "test_counter.py"))["test_plugin_is_right"]()


async def test_first_plugin_of_the_page_counts(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path / "plugins", "counter")
    said = ""
    with Origin() as origin:
        async with serving(tmp_path, allow_networks="127.0.0.1") as argosy:
            await enabled(argosy, "counter")
            for name in ("one.mkv", "two.mkv"):
                await fetch(argosy, origin.put(f"/{name}", Resource(b"film")))

            def is_told() -> bool:
                nonlocal said
                said += capfd.readouterr().out
                return "Number 2 is there: two.mkv" in said

            await until(is_told)

    assert "Number 1 is there: one.mkv" in said


async def test_mirror_of_the_page_is_fetched_from(tmp_path: Path) -> None:
    save(tmp_path / "plugins", "mirror")
    with Origin() as origin:
        there = origin.put("/near/film.mkv", Resource(b"film"))
        async with serving(tmp_path, allow_networks="127.0.0.1") as argosy:
            to = there.removesuffix("film.mkv")
            await argosy.container.services.plugins.update_settings("mirror", {"to": to})
            await enabled(argosy, "mirror")

            last = await fetch(argosy, "https://example.com/film.mkv")

    assert last["state"] == "COMPLETED"


async def test_engine_of_the_page_fetches(tmp_path: Path) -> None:
    save(tmp_path / "plugins", "memo")
    async with serving(tmp_path) as argosy:
        await enabled(argosy, "memo")

        last = await fetch(argosy, "memo://text/hello%20there")
        gone = await fetch(argosy, "memo://text/")
        seen = await plugin(argosy, "memo")

    assert last["state"] == "COMPLETED"
    (file,) = await asyncio.to_thread(lambda: list((tmp_path / "downloads").rglob("memo.txt")))
    assert file.read_text() == "hello there"
    assert gone["error"]["message"] == "memo did not find the file: There is no text in the URL."
    assert seen.crashes == 0


def test_page_names_all_that_there_is() -> None:
    rows = set(re.findall(r"^\| ((?:`\w+`(?:, )?)+)", PAGE, re.MULTILINE))
    named = {word for row in rows for word in re.findall(r"\w+", row)}

    assert named >= {hook.value for hook in Hook}
    assert named >= KEYS
    assert all(f"`{permission.value}`" in PAGE for permission in Permission)
