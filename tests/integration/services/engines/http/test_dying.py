"""A process that dies at any step of a download, or between any two of them."""

import errno
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.wire import Wire, answer
from tests.integration.services.engines.http.fetching import (
    PLACE,
    TASK_ID,
    a_job,
    fetched,
    finished_files,
    kept_files,
    new_engine,
)

STEPS = (
    "open", "write", "pwrite", "fdatasync", "fsync", "ftruncate", "link", "rename", "unlink",
    "mkdir",
)  # fmt: skip


class Dead(BaseException):
    """Nothing in a process that is dead takes notice of this."""


class Machine:
    """Counts what is asked of the operating system, and dies before the step `last`."""

    def __init__(self, last: int | None = None, *, links: bool = True) -> None:
        self.done = 0
        self._last = last
        self._links = links
        self._open: set[int] = set()
        self._close = os.close

    def install(self, patched: pytest.MonkeyPatch) -> None:
        for name in STEPS:
            patched.setattr(os, name, self._guard(name, getattr(os, name)))
        patched.setattr(os, "close", self._closed)

    def bury(self) -> None:
        """Close what the dead process had open, and so let go of its locks."""
        for descriptor in self._open:
            self._close(descriptor)

    def _closed(self, descriptor: int) -> None:
        self._open.discard(descriptor)
        self._close(descriptor)

    def _guard(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            if self.done == self._last:
                raise Dead(name)
            self.done += 1
            if name == "link" and not self._links:
                raise OSError(errno.EPERM, "Operation not permitted")
            result = real(*args, **kwargs)
            if name == "open":
                self._open.add(result)
            return result

        return step


@pytest.fixture(params=[b"body", b""], ids=["body", "empty"])
def body(request: pytest.FixtureRequest) -> bytes:
    """What is fetched."""
    return bytes(request.param)


@pytest.fixture(params=[True, False], ids=["links", "no links"])
def links(request: pytest.FixtureRequest) -> bool:
    """Whether the file system has hard links."""
    return bool(request.param)


Deaths = AsyncIterator[tuple[Path, Machine]]


@pytest.fixture
def deaths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: bytes, links: bool) -> Deaths:
    """Download folders, one for each step before which the process died."""

    async def die() -> Deaths:
        machine = Machine(links=links)
        await attempt(tmp_path / "whole", machine)
        assert machine.done > 8
        for last in range(machine.done):
            root = tmp_path / str(last)
            dying = Machine(last, links=links)
            with pytest.raises(Dead):
                await attempt(root, dying)
            dying.bury()
            yield root, Machine(links=links)

    async def attempt(root: Path, machine: Machine) -> None:
        (root / "alice/films").mkdir(parents=True)
        (root / "alice/films/a.zip").write_bytes(b"another's")
        said = answer("200 OK", 'ETag: "one"', body=body)
        async with new_engine(root) as engine, Wire(said) as wire:
            with monkeypatch.context() as patched:
                machine.install(patched)
                await engine.fetch(a_job(f"{wire.url}/a.zip"))

    return die()


async def test_next_attempt_makes_one_file(
    deaths: Deaths, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async for root, machine in deaths:
        said = answer("200 OK", 'ETag: "one"', body=body)
        async with new_engine(root) as engine, Wire(said) as wire:
            with monkeypatch.context() as patched:
                machine.install(patched)
                results = [await engine.fetch(a_job(f"{wire.url}/a.zip")) for _ in range(2)]
            await engine.forget(TASK_ID)

        assert results == [fetched("a (1).zip", body, etag='"one"')] * 2
        assert kept_files(root) == []
        assert finished_files(root) == {
            "alice/films/a.zip": b"another's",
            "alice/films/a (1).zip": body,
        }


async def test_discarding_leaves_what_was_there_before(
    deaths: Deaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    async for root, machine in deaths:
        async with new_engine(root) as engine:
            with monkeypatch.context() as patched:
                machine.install(patched)
                await engine.discard(TASK_ID, PLACE)

        assert kept_files(root) == []
        assert finished_files(root) == {"alice/films/a.zip": b"another's"}
