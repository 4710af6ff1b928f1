"""Waiting for a server that went away."""

import asyncio
import time

import pytest

from argosy.cli import patience
from argosy.cli.bars import Download
from argosy.cli.client import Client
from argosy.cli.get import _learn_end
from argosy.cli.patience import Patience
from argosy.cli.whereabouts import ServerAway, ServerTroubled, Whereabouts
from tests.fakes.clock import FakeClock

AWAY = ServerAway("no answer")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """Let waiting take no time but on this clock."""
    clock = FakeClock()

    async def sleep(seconds: float) -> None:
        clock.advance(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr(time, "monotonic", clock.monotonic)
    return clock


class RestartedServer(Client):
    """A server that answers the second time only."""

    def __init__(self) -> None:
        super().__init__(Whereabouts(server=None, key=None, data_dir=None))
        self.asked = 0

    async def ask(self, name: str, field: str, **variables: object) -> dict[str, object]:
        self.asked += 1
        if self.asked == 1:
            raise AWAY
        file = {"path": "a/b"}
        times = {"startedAt": None, "finishedAt": None}
        return {"state": "COMPLETED", "isGroup": False, "files": {"nodes": [file]}, **times}


async def test_away_and_back_are_told_once_each(clock: FakeClock) -> None:
    said: list[str] = []
    waiting = Patience(said.append)

    for _ in range(3):
        await waiting.wait(AWAY)
    waiting.reward()
    waiting.reward()

    assert said == [patience.WENT_AWAY, "The server is back."]


async def test_trouble_is_told_in_the_servers_words(clock: FakeClock) -> None:
    said: list[str] = []
    waiting = Patience(said.append)

    await waiting.wait(ServerTroubled("The database cannot do this now."))

    assert said == [f"The database cannot do this now. {patience.TROUBLED}"]


async def test_waits_grow_and_end(clock: FakeClock) -> None:
    waiting = Patience(lambda _: None)
    began, at = clock.monotonic(), []

    async def wait_on() -> None:
        while True:
            await waiting.wait(AWAY)
            at.append(clock.monotonic() - began)

    with pytest.raises(ServerAway):
        await wait_on()

    assert at[:6] == [0.25, 0.5, 1, 2, 4, 8]
    assert patience.LONGEST_SECONDS < at[-1] <= patience.LONGEST_SECONDS + patience.LONGEST_WAIT


async def test_end_of_a_download_is_learned_after_a_restart(clock: FakeClock) -> None:
    said: list[str] = []
    download = Download("task_a", "a", state="COMPLETED")

    await _learn_end(RestartedServer(), Patience(said.append), download)

    assert download.path == "a/b"
    assert said == [patience.WENT_AWAY, "The server is back."]
