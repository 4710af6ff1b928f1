"""A process that dies at any step of a download, or between any two of them."""

import errno
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from services.ids import new_id
from tests.fakes.wire import Wire, answer
from tests.integration.services.engines.http.fetching import Download, new_engine

STEPS = (
    "open", "write", "fdatasync", "fsync", "ftruncate", "link", "rename", "unlink", "mkdir",
)  # fmt: skip


class Dead(BaseException):
    """Nothing in a process that is dead takes notice of this."""


class Machine:
    """Counts what is asked of the operating system, and dies before the step `last`."""

    def __init__(self, last: int | None = None, *, links: bool = True) -> None:
        self.done = 0
        self._last = last
        self._links = links

    def install(self, patched: pytest.MonkeyPatch) -> None:
        for name in STEPS:
            patched.setattr(os, name, self._guard(name, getattr(os, name)))

    def _guard(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            if self.done == self._last:
                raise Dead(name)
            self.done += 1
            if name == "link" and not self._links:
                raise OSError(errno.EPERM, "Operation not permitted")
            return real(*args, **kwargs)

        return step


@pytest.fixture(params=[b"body", b""], ids=["body", "empty"])
def body(request: pytest.FixtureRequest) -> bytes:
    """What is fetched."""
    return bytes(request.param)


@pytest.fixture(params=[True, False], ids=["links", "no links"])
def links(request: pytest.FixtureRequest) -> bool:
    """Whether the file system has hard links."""
    return bool(request.param)


@pytest.fixture
def deaths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: bytes, links: bool
) -> AsyncIterator[tuple[Download, Machine]]:
    """Downloads, one for each step before which their process died."""

    async def die() -> AsyncIterator[tuple[Download, Machine]]:
        machine = Machine(links=links)
        await attempt(Download(tmp_path / "whole", task_id=new_id()), machine)
        assert machine.done > 8
        for last in range(machine.done):
            download = Download(tmp_path / str(last), task_id=new_id())
            with pytest.raises(Dead):
                await attempt(download, Machine(last, links=links))
            yield download, Machine(links=links)

    async def attempt(download: Download, machine: Machine) -> None:
        download.root.mkdir()
        (download.root / "alice/films").mkdir(parents=True)
        (download.root / "alice/films/a").write_bytes(b"mine")
        async with Wire(answer("200 OK", 'ETag: "one"', body=body)) as wire:
            with monkeypatch.context() as patched:
                machine.install(patched)
                await download.attempt(f"{wire.url}/a")

    return die()


async def test_next_attempt_makes_one_file(
    deaths: AsyncIterator[tuple[Download, Machine]], body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async for download, machine in deaths:
        async with Wire(*[answer("200 OK", 'ETag: "one"', body=body)] * 2) as wire:
            with monkeypatch.context() as patched:
                machine.install(patched)
                fetched = await download.attempt(f"{wire.url}/a")
                again = await download.attempt(f"{wire.url}/a")

        assert again == fetched
        await new_engine(download.root).forget(download.task_id)
        assert download.unfinished() == set()
        assert download.finished() == {"alice/films/a": b"mine", fetched.path: body}


async def test_discarding_leaves_what_was_there_before(
    deaths: AsyncIterator[tuple[Download, Machine]], monkeypatch: pytest.MonkeyPatch
) -> None:
    async for download, machine in deaths:
        with monkeypatch.context() as patched:
            machine.install(patched)
            await new_engine(download.root).discard(download.task_id, download.place)

        assert download.unfinished() == set()
        assert download.finished() == {"alice/films/a": b"mine"}
