"""A whole file in one go."""

import asyncio
import errno
import os
from functools import partial
from io import FileIO
from pathlib import Path

import pytest

from services.engines import watch
from services.engines.digests import digest_file
from services.engines.engine import Meter, Phase
from services.engines.http.engine import HttpEngine
from services.engines.options import Algorithm
from services.engines.unfinished import unfinished as unfinished_module
from services.engines.unfinished.faults import in_thread
from services.errors import ErrorCode
from tests.fakes.origin import Origin, Resource
from tests.fakes.wire import Said, Wire, answer, chunked
from tests.integration.services.engines.http.fetching import (
    BODY,
    TASK_ID,
    a_job,
    failing,
    fetched,
    finished_files,
    kept_files,
    rest,
)


async def test_file_lies_in_its_place(engine: HttpEngine, root: Path) -> None:
    async with Wire(answer("200 OK", body=BODY)) as wire:
        result = await engine.fetch(a_job(f"{wire.url}/a.zip"))

    assert result == fetched("a.zip", BODY)
    assert finished_files(root) == {"alice/films/a.zip": BODY}


@pytest.mark.parametrize("mask", [0o022, 0o002, 0o077])
async def test_umask_says_who_may_read_what_is_finished(
    engine: HttpEngine, root: Path, mask: int
) -> None:
    before = os.umask(mask)
    try:
        async with Wire(answer("200 OK", body=BODY)) as wire:
            await engine.fetch(a_job(f"{wire.url}/a.zip"))
    finally:
        os.umask(before)

    folder = root / "alice" / "films"
    assert (folder / "a.zip").stat().st_mode & 0o777 == 0o666 & ~mask
    assert folder.stat().st_mode & 0o777 == 0o777 & ~mask
    assert (root / ".incomplete").stat().st_mode & 0o777 == 0o700


async def test_big_file_comes_whole_from_an_honest_server(engine: HttpEngine, root: Path) -> None:
    with Origin() as origin:
        resource = Resource(BODY * 30)

        result = await engine.fetch(a_job(origin.put("/a.zip", resource)))

    assert (result.size, result.sha256) == (6_000_000, resource.sha256)
    assert finished_files(root) == {"alice/films/a.zip": resource.body}


async def test_empty_file_is_a_file(engine: HttpEngine, root: Path) -> None:
    async with Wire(answer("200 OK", body=b"")) as wire:
        result = await engine.fetch(a_job(f"{wire.url}/a.zip"))

    assert result == fetched("a.zip", b"")
    assert finished_files(root) == {"alice/films/a.zip": b""}


@pytest.mark.parametrize(
    "said",
    [
        answer("200 OK", "Transfer-Encoding: chunked", body=chunked(BODY[:70_000], BODY[70_000:])),
        Said(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + BODY),
    ],
)
async def test_file_of_unknown_length_ends_with_the_answer(
    engine: HttpEngine, root: Path, said: Said
) -> None:
    async with Wire(said) as wire:
        result = await engine.fetch(a_job(f"{wire.url}/a.zip"))

    assert result == fetched("a.zip", BODY)
    assert finished_files(root) == {"alice/films/a.zip": BODY}


async def test_nothing_but_the_file_as_it_is_was_asked_for(engine: HttpEngine) -> None:
    async with Wire(answer("200 OK", body=BODY)) as wire:
        await engine.fetch(a_job(f"{wire.url}/a.zip"))

        headers = wire.heard[0].headers
    assert headers["accept-encoding"] == "identity"
    assert not {"range", "if-range"} & set(headers)


async def test_meter_shows_the_whole_file_at_the_end(engine: HttpEngine) -> None:
    meter = Meter()
    async with Wire(answer("200 OK", body=BODY)) as wire:
        await engine.fetch(a_job(f"{wire.url}/a.zip", meter=meter))

    assert (meter.phase, meter.name, meter.received, meter.total) == (
        Phase.PROCESSING,
        "a.zip",
        len(BODY),
        len(BODY),
    )


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('Content-Disposition: attachment; filename="given.zip"', "given.zip"),
        ("Content-Disposition: attachment; filename*=UTF-8''%e6%98%a0.zip", "映.zip"),
        ('Content-Disposition: attachment; filename="../../../etc/passwd"', "passwd"),
        ("Content-Type: application/zip", "from-url.zip"),
    ],
)
async def test_server_names_the_file_but_not_its_folder(
    engine: HttpEngine, root: Path, header: str, name: str
) -> None:
    async with Wire(answer("200 OK", header, body=BODY)) as wire:
        result = await engine.fetch(a_job(f"{wire.url}/from-url"))

    assert result == fetched(name, BODY)
    assert finished_files(root) == {f"alice/films/{name}": BODY}


async def test_name_comes_from_where_redirects_end(engine: HttpEngine) -> None:
    moved = answer("302 Found", "Location: /files/real.zip")
    async with Wire(moved, answer("200 OK", body=BODY)) as wire:
        result = await engine.fetch(a_job(f"{wire.url}/go?id=1"))

    assert result.name == "real.zip"


async def test_taken_name_is_numbered(engine: HttpEngine, root: Path) -> None:
    (root / "alice/films").mkdir(parents=True)
    (root / "alice/films/a.zip").write_bytes(b"another's")
    async with Wire(answer("200 OK", body=BODY)) as wire:
        result = await engine.fetch(a_job(f"{wire.url}/a.zip"))

    assert result == fetched("a (1).zip", BODY)
    assert finished_files(root) == {
        "alice/films/a.zip": b"another's",
        "alice/films/a (1).zip": BODY,
    }


async def test_forgetting_leaves_only_the_finished_file(engine: HttpEngine, root: Path) -> None:
    async with Wire(answer("200 OK", body=BODY)) as wire:
        await engine.fetch(a_job(f"{wire.url}/a.zip"))

    kept = await engine.leftovers()
    await engine.forget(TASK_ID)

    assert (kept, await engine.leftovers()) == ({TASK_ID}, set())
    assert kept_files(root) == []
    assert finished_files(root) == {"alice/films/a.zip": BODY}


@pytest.mark.parametrize(
    ("said", "code", "temporary"),
    [
        (answer("404 Not Found"), ErrorCode.HTTP_STATUS, False),
        (answer("503 Service Unavailable"), ErrorCode.HTTP_STATUS, True),
        (answer("204 No Content"), ErrorCode.HTTP_STATUS, False),
        (
            answer("206 Partial Content", "Content-Range: bytes 0-3/9", body=b"body"),
            ErrorCode.HTTP_STATUS,
            False,
        ),
        (answer("416 Range Not Satisfiable"), ErrorCode.HTTP_STATUS, False),
        (
            answer("200 OK", "Content-Encoding: br", body=b"\x1f\x8b"),
            ErrorCode.BAD_RESPONSE,
            False,
        ),
        (answer("200 OK", body=BODY, cut=100), ErrorCode.INCOMPLETE, True),
        (
            answer("200 OK", "Transfer-Encoding: chunked", body=chunked(BODY), cut=100),
            ErrorCode.INCOMPLETE,
            True,
        ),
    ],
)
async def test_answer_without_the_whole_file_fails(
    engine: HttpEngine, root: Path, said: Said, code: ErrorCode, temporary: bool
) -> None:
    async with Wire(said) as wire:
        error = await failing(engine, wire)

    assert (error.code, error.temporary) == (code, temporary)
    assert finished_files(root) == {}


@pytest.mark.parametrize(
    "said",
    [
        answer("499 \x1b[31m\udcff\u202e" + "x" * 5_000),
        answer("200 OK", "Content-Encoding: \x9b31m\udcff", body=BODY),
    ],
)
async def test_words_of_the_server_are_fit_to_be_shown(engine: HttpEngine, said: Said) -> None:
    async with Wire(said) as wire:
        error = await failing(engine, wire)

    assert error.message.isprintable()
    assert len(error.message.encode()) < 1_000


async def test_creeping_server_is_given_up(
    engine: HttpEngine, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "CREEP_SECONDS", 0.05)
    async with Wire(answer("200 OK", 'ETag: "one"', body=BODY, cut=100, holds=True)) as wire:
        error = await failing(engine, wire)

    assert (error.code, error.temporary) == (ErrorCode.TIMED_OUT, True)
    assert (root / f".incomplete/task_{TASK_ID}.part").read_bytes() == BODY[:100]


async def test_hashing_ends_when_nobody_waits_for_it() -> None:
    with FileIO("/dev/zero") as endless:
        await _abandon_hashing(endless.fileno())


async def _abandon_hashing(endless: int) -> None:
    hashing = asyncio.create_task(
        in_thread(partial(digest_file, endless, 0, 1 << 60, [Algorithm.SHA256]))
    )
    await asyncio.sleep(0)

    hashing.cancel()

    await asyncio.gather(hashing, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_default_executor()  # waits for every thread


async def test_short_body_says_how_much_came(engine: HttpEngine) -> None:
    async with Wire(answer("200 OK", "Content-Length: 10", body=b"12345678901", cut=7)) as wire:
        error = await failing(engine, wire)

    assert error.code is ErrorCode.INCOMPLETE


async def test_bytes_behind_the_length_are_a_fault(engine: HttpEngine, root: Path) -> None:
    async with Wire(answer("200 OK", "Content-Length: 4", body=b"body and more")) as wire:
        error = await failing(engine, wire)

    assert (error.code, error.temporary) == (ErrorCode.BAD_RESPONSE, True)
    assert finished_files(root) == {}


async def test_file_where_the_folder_should_be_is_a_failure_to_write(
    engine: HttpEngine, root: Path
) -> None:
    (root / "alice").write_bytes(b"in the way")
    async with Wire(answer("200 OK", body=BODY)) as wire:
        error = await failing(engine, wire)

    assert (error.code, error.temporary) == (ErrorCode.WRITE_FAILED, True)
    assert finished_files(root) == {"alice": b"in the way"}


async def test_file_where_unfinished_ones_should_be_is_a_failure_to_write(
    engine: HttpEngine, root: Path
) -> None:
    (root / ".incomplete").write_bytes(b"in the way")
    async with Wire(answer("200 OK", body=BODY)) as wire:
        error = await failing(engine, wire)

        assert error.code is ErrorCode.WRITE_FAILED
        assert wire.heard == []


async def test_link_where_the_unfinished_file_should_be_is_not_followed(
    engine: HttpEngine, root: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"outside")
    (root / ".incomplete").mkdir()
    (root / f".incomplete/task_{TASK_ID}.part").symlink_to(outside)
    async with Wire(answer("200 OK", body=BODY)) as wire:
        error = await failing(engine, wire)

    assert error.code is ErrorCode.WRITE_FAILED
    assert outside.read_bytes() == b"outside"


class FullDisk:
    """The module `os`, for a disk that takes nothing more."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __getattr__(self, name: str) -> object:
        return getattr(os, name)

    def pwrite(self, *_: object) -> int:
        raise OSError(self._number, os.strerror(self._number))


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, ErrorCode.DISK_FULL),
        (errno.EDQUOT, ErrorCode.DISK_FULL),
        (errno.EIO, ErrorCode.WRITE_FAILED),
    ],
)
async def test_disk_that_takes_no_more_is_a_failure_that_passes(
    engine: HttpEngine, root: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: ErrorCode
) -> None:
    monkeypatch.setattr(unfinished_module, "os", FullDisk(number))
    async with Wire(answer("200 OK", body=BODY)) as wire:
        error = await failing(engine, wire)

    assert (error.code, error.temporary) == (code, True)
    assert finished_files(root) == {}


async def test_disk_that_is_full_keeps_what_it_took(
    engine: HttpEngine, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.pwrite

    def pwrite(file: int, data: bytes, at: int) -> int:
        if at >= 1_000:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(file, data[:700], at)

    async with Wire(answer("200 OK", 'ETag: "one"', body=BODY), rest(start=1_400)) as wire:
        with monkeypatch.context() as patched:
            patched.setattr(os, "pwrite", pwrite)
            error = await failing(engine, wire)
        await engine.fetch(a_job(f"{wire.url}/a.zip"))

        assert error.code is ErrorCode.DISK_FULL
        assert wire.heard[1].headers["range"] == "bytes=1400-"
    assert finished_files(root) == {"alice/films/a.zip": BODY}


async def test_sync_that_fails_is_not_taken_for_done(
    engine: HttpEngine, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fdatasync(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fdatasync", fdatasync)
    async with Wire(answer("200 OK", body=BODY)) as wire:
        error = await failing(engine, wire)

    assert (error.code, error.temporary) == (ErrorCode.WRITE_FAILED, True)
    assert finished_files(root) == {}


async def test_link_on_the_way_to_the_folder_is_not_followed(
    engine: HttpEngine, root: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "alice").symlink_to(outside)
    async with Wire(answer("200 OK", body=BODY)) as wire:
        error = await failing(engine, wire)

    assert error.code is ErrorCode.WRITE_FAILED
    assert list(outside.iterdir()) == []
