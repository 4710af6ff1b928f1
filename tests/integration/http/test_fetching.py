"""Options that the engine goes by, given through the API of a running server."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from services.engines import watch as watch_module
from tests.fakes.origin import Origin, Resource, content
from tests.integration.http.running import Running, serving
from tests.integration.http.talking import acknowledged

ADD = """
    mutation($input: AddDownloadsInput!) { addDownloads(input: $input) {
        tasks { id } errors { field message }
    } }
"""
FOLLOW = """
    subscription($id: ID!) { taskProgress(taskId: $id) { state error { code message } } }
"""
SIZE = 300_000
SPEED = 200_000  # bytes a second


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as running:
        yield running


@pytest.fixture
async def fetching(tmp_path: Path) -> AsyncIterator[Running]:
    """A server that may fetch from this machine."""
    async with serving(tmp_path, allow_networks="127.0.0.1") as running:
        yield running


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure how much comes in a second, not in a minute."""
    monkeypatch.setattr(watch_module, "CREEP_SECONDS", 1.0)


async def fetch(argosy: Running, url: str, **options: object) -> dict[str, object]:
    """Download something and return the last word on it."""
    answer = await argosy.ask(ADD, input={"urls": [url], "options": options})
    (task,) = answer.data["addDownloads"]["tasks"]
    async with acknowledged(argosy) as socket:
        await socket.subscribe("1", FOLLOW, id=task["id"])
        last: dict[str, object] = {}
        while (message := await socket.hear())["type"] == "next":
            last = message["payload"]["data"]["taskProgress"]
    return last


async def test_download_slower_than_its_lowest_speed_is_given_up(
    fetching: Running, origin: Origin
) -> None:
    url = origin.put("/slow.bin", Resource(content(SIZE), speed=SPEED))

    end = await fetch(fetching, url, lowestSpeed=10 * SPEED, connections=1, retries=0)

    assert end == {
        "state": "FAILED",
        "error": {"code": "TIMED_OUT", "message": "Less than 2000000 bytes came within 1 seconds."},
    }
    assert origin.sent < SIZE


async def test_download_faster_than_its_lowest_speed_comes(
    fetching: Running, origin: Origin
) -> None:
    url = origin.put("/slow.bin", Resource(content(SIZE), speed=SPEED))

    end = await fetch(fetching, url, lowestSpeed=SPEED // 10, connections=1, retries=0)

    assert end == {"state": "COMPLETED", "error": None}
