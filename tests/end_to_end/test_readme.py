"""What the README tells people to type works, word for word but for the addresses."""

import re
import subprocess
from pathlib import Path

import orjson
import pytest

from tests.end_to_end.program import KEY, Program
from tests.fakes.origin import Origin, Resource, content

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PUBLIC_FILE = "https://proof.ovh.net/files/10Mb.dat"
SERVER = "http://127.0.0.1:8060"
EXAMPLE_ID = re.compile(r"task_01[0-9a-f-]{34}")


def blocks(language: str) -> list[str]:
    """Return the README's blocks in that language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


@pytest.fixture
def here(program: Program, origin: Origin) -> dict[str, str]:
    """What the addresses of the README are in this test."""
    return {PUBLIC_FILE: origin.put("/10Mb.dat", Resource(content(100_000))), SERVER: program.url}


def placed(text: str, here: dict[str, str]) -> str:
    for there, address in here.items():
        text = text.replace(there, address)
    return text


def test_get_downloads_the_file(program: Program, here: dict[str, str]) -> None:
    (command,) = [block for block in blocks("bash") if block.startswith("./run get")]

    done = program.run(*placed(command, here).split()[1:])

    assert done.returncode == 0, done.stderr
    assert (program.downloads / "admin" / "10Mb.dat").stat().st_size == 100_000


def test_mutation_answers_as_shown(program: Program, here: dict[str, str]) -> None:
    (document,) = [block for block in blocks("graphql") if block.startswith("mutation")]
    (shown,) = map(orjson.loads, blocks("json"))

    answer = program.ask(placed(document, here))

    (task,) = answer["data"]["addDownloads"]["tasks"]
    assert EXAMPLE_ID.fullmatch(task["id"])
    task["id"] = shown["data"]["addDownloads"]["tasks"][0]["id"]
    assert answer == shown


async def test_subscription_follows_to_the_end(program: Program, here: dict[str, str]) -> None:
    (document,) = [block for block in blocks("graphql") if block.startswith("subscription")]
    (task_id,) = program.add(here[PUBLIC_FILE])

    async with program.following(task_id, EXAMPLE_ID.sub(task_id, document)) as events:
        said = [event async for event in events]

    assert said[-1] == {
        "taskId": task_id,
        "progress": 100,
        "speed": "0 B/s",
        "eta": None,
        "status": "completed",
    }


def test_curl_answers(program: Program, here: dict[str, str]) -> None:
    (command,) = [block for block in blocks("bash") if block.startswith("curl")]

    done = subprocess.run(
        ["bash", "-c", placed(command, here)],
        env=program.environment | {"ARGOSY_KEY": KEY},
        capture_output=True,
        check=True,
    )

    status = orjson.loads(done.stdout)["data"]["status"]
    assert list(status) == ["version", "uptime", "activeTasks", "totalDownloads"]


def test_first_start_prints_what_is_shown(tmp_path: Path) -> None:
    (shown,) = re.findall(r"^Argosy .*? is ready\..*?(?=^```)", README, re.DOTALL | re.MULTILINE)
    first = Program(tmp_path, ARGOSY_ADMIN_TOKEN="")

    first.start()
    first.stop()

    said = [line for line in first.log.read_text().splitlines() if not line.startswith("{")]
    assert [blurred(line) for line in said if line] == [
        blurred(line) for line in shown.splitlines() if line
    ]


def blurred(line: str) -> str:
    """Return a line without what differs from start to start."""
    return re.sub(r"(http:|/)\S+$", "…", line)
