"""Server-sent events through nginx as it comes, which buffers answers, and as curl sees them."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import orjson
import pytest

from tests.integration.http.listening import EVENTS, happen, listening, place
from tests.integration.http.nginx import free_port, nginx_with
from tests.integration.http.running import JSON, KEY, PATIENCE_SECONDS, Running, until
from tests.needs import needs

SERVER = "server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass {url}; }} }}"


@pytest.fixture
async def nginx(argosy: Running, tmp_path: Path) -> AsyncIterator[str]:
    """The address of an nginx in front of the server."""
    port = free_port()
    async with nginx_with(tmp_path / "nginx", port, SERVER.format(port=port, url=argosy.url)):
        yield f"http://127.0.0.1:{port}"


async def test_proxy_gives_each_event_on_as_it_comes(argosy: Running, nginx: str) -> None:
    async with listening(argosy, url=nginx) as stream:
        for number in range(1, 4):  # each is heard before the next happens
            await happen(argosy)
            assert await stream.seqs(1) == [number]


async def test_client_behind_a_proxy_comes_back_without_a_gap(argosy: Running, nginx: str) -> None:
    async with listening(argosy, url=nginx) as stream:
        await happen(argosy)
        last = (await stream.hear()).id
    await happen(argosy, number=2)

    async with listening(argosy, url=nginx, last=last) as stream:
        assert await stream.seqs(2) == [2, 3]


async def test_client_that_leaves_the_proxy_ends_its_source(argosy: Running, nginx: str) -> None:
    tail = argosy.container.services.tail
    async with listening(argosy, url=nginx):
        await until(lambda: tail.followers == 1)

    await until(lambda: tail.followers == 0)


POST = ("-H", f"Content-Type: {JSON}", "-d", orjson.dumps({"query": EVENTS}).decode())
GET = ("-G", "--data-urlencode", f"query={EVENTS}")
BY_EACH_METHOD = pytest.mark.parametrize("method", [POST, GET], ids=["POST", "GET"])


@asynccontextmanager
async def curl(url: str, *options: str) -> AsyncIterator[asyncio.StreamReader]:
    """Give what `curl -N` prints; it is killed at the end."""
    (program,) = needs("curl")
    running = await asyncio.create_subprocess_exec(
        *(program, "-sSN", f"{url}/graphql", "-H", "Accept: text/event-stream"),
        *("-H", f"Authorization: Bearer {KEY}", *options),
        stdout=asyncio.subprocess.PIPE,
        env={"PATH": os.environ["PATH"]},
    )
    assert running.stdout is not None
    try:
        yield running.stdout
    finally:
        running.kill()
        await running.wait()


async def lines(printed: asyncio.StreamReader, number: int) -> list[str]:
    """Return the next lines that say something."""
    found: list[str] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(found) < number:
            line = (await printed.readuntil(b"\n")).decode().strip()
            if line and not line.startswith(":") and not line.startswith("retry:"):
                found.append(line)
    return found


async def hear(argosy: Running, printed: asyncio.StreamReader, number: int) -> None:
    """Read the event of that number, and nothing else."""
    event, key, data = await lines(printed, 3)

    assert (event, key) == ("event: next", f"id: {place(argosy, number)}")
    update = orjson.loads(data.removeprefix("data: "))["data"]["taskEvents"]
    assert update["event"]["seq"] == number


@BY_EACH_METHOD
async def test_curl_prints_each_event_as_it_comes(argosy: Running, method: tuple[str]) -> None:
    async with curl(argosy.url, *method) as printed:
        await until(lambda: argosy.container.services.tail.followers == 1)
        for number in (1, 2):
            await happen(argosy)
            await hear(argosy, printed, number)


async def test_curl_prints_each_event_as_it_comes_through_a_proxy(
    argosy: Running, nginx: str
) -> None:
    async with curl(nginx, *POST) as printed:
        await until(lambda: argosy.container.services.tail.followers == 1)
        for number in (1, 2, 3):
            await happen(argosy)
            await hear(argosy, printed, number)


@BY_EACH_METHOD
async def test_curl_that_was_killed_resumes_by_the_header(
    argosy: Running, method: tuple[str]
) -> None:
    await happen(argosy, number=3)
    async with curl(argosy.url, *method, *resuming_at(argosy, 0)) as printed:
        await hear(argosy, printed, 1)

    await happen(argosy, number=2)
    async with curl(argosy.url, *method, *resuming_at(argosy, 1)) as printed:
        for number in (2, 3, 4, 5):
            await hear(argosy, printed, number)


def resuming_at(argosy: Running, number: int) -> tuple[str, str]:
    return ("-H", f"Last-Event-ID: {place(argosy, number)}")
