"""The image has all that the server needs: no Docker is at hand, so its steps are replayed."""

import re
import shlex
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "Dockerfile"
READY_SECONDS = 60.0


def last_stage() -> list[str]:
    """Return the instructions of the stage that runs, continued lines joined."""
    text = DOCKERFILE.read_text().replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    start = max(number for number, line in enumerate(lines) if line.startswith("FROM "))
    return [line for line in lines[start:] if not line.startswith("#")]


def instructions(word: str) -> list[str]:
    """Return the arguments of every such instruction of the stage that runs."""
    return [line.removeprefix(word).strip() for line in last_stage() if line.startswith(f"{word} ")]


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A folder with nothing in it but what the image's COPY lines put there."""
    folder = tmp_path / "app"
    folder.mkdir()
    for line in instructions("COPY"):
        words = line.split()
        if words[0] == "--from=packages":
            continue  # the virtual environment: this one stands in for it
        source, target = words[-2:]
        source = source.removeprefix("/build/") if words[0] == "--from=web" else source
        skipped = shutil.ignore_patterns("__pycache__", "dashboard")
        ignore = None if words[0] == "--from=web" else skipped
        shutil.copytree(ROOT / source, folder / target, ignore=ignore, dirs_exist_ok=True)
    return folder


@pytest.fixture
def served(image: Path, tmp_path: Path) -> Iterator[str]:
    """The address of the image's command, running in that folder with the image's variables."""
    data = tmp_path / "data"
    declared = dict(re.findall(r"(ARGOSY_\w+|PYTHON\w+)=(\S+)", " ".join(instructions("ENV"))))
    environment = declared | {
        "ARGOSY_DATA_DIR": str(data),
        "ARGOSY_HOST": "127.0.0.1",
        "ARGOSY_PORT": "0",
        "PYTHONPATH": str(image),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    words = orjson.loads(instructions("ENTRYPOINT")[0]) + orjson.loads(instructions("CMD")[0])
    process = subprocess.Popen([sys.executable, *words[1:]], cwd=image, env=environment)
    deadline = time.monotonic() + READY_SECONDS
    while not (data / "server.json").exists() and time.monotonic() < deadline:
        assert process.poll() is None
        time.sleep(0.02)
    yield orjson.loads((data / "server.json").read_bytes())["url"]
    process.terminate()
    assert process.wait(15) == 0


def fetched(url: str, accept: str = "*/*") -> str:
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200
        return str(answer.read().decode())


def test_image_serves_from_its_own_files_and_writes_none(served: str, image: Path) -> None:
    before = sorted(image.rglob("*"))

    health = orjson.loads(fetched(f"{served}/health"))
    page = fetched(f"{served}/graphql?with=key", "text/html")
    (script,) = re.findall(r'src="(/assets/[^"]+\.js)"', page)

    assert health["status"] == "healthy"
    assert len(fetched(served + script)) > 1000
    assert "Quickstart" in fetched(f"{served}/docs/")
    assert sorted(image.rglob("*")) == before


def test_health_check_is_a_command_that_asks_the_server(served: str) -> None:
    check = instructions("HEALTHCHECK")[0]
    words = orjson.loads(check[check.index("[") :])
    port = served.rsplit(":", 1)[1]

    well = subprocess.run([sys.executable, *words[1:]], env={"ARGOSY_PORT": port}, check=False)
    ill = subprocess.run(
        [sys.executable, *words[1:]], env={"ARGOSY_PORT": "1"}, check=False, capture_output=True
    )

    assert (well.returncode, ill.returncode) == (0, 1)


def test_image_runs_as_a_plain_user() -> None:
    assert instructions("USER") == ["argosy"]
    assert instructions("VOLUME") == ["/data"]


def test_ignored_files_keep_out_all_but_what_is_copied() -> None:
    allowed = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line.startswith("!")
    }

    text = DOCKERFILE.read_text()
    copied = [shlex.split(line)[1:] for line in re.findall(r"^COPY (?!--from).*", text, re.M)]
    sources = {word.split("/")[0] for words in copied for word in words[:-1]}
    assert sources == allowed
