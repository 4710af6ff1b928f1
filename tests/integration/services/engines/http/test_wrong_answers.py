"""Servers that lie, and disks that refuse."""

import errno
import os
from pathlib import Path

import pytest

from services.errors import ErrorCode
from tests.fakes.origin import content
from tests.fakes.wire import Said, Wire, answer
from tests.integration.services.engines.http.fetching import Download

BODY = content(300_000)


CHUNKED = "Transfer-Encoding: chunked"
LATER = [
    (answer("500 Internal Server Error", body=b"oh"), ErrorCode.HTTP_STATUS),
    (answer("200 OK", "Content-Length: 4,4", body=b"body"), ErrorCode.BAD_RESPONSE),
    (answer("200 OK", "Content-Length: -4", body=b"body"), ErrorCode.BAD_RESPONSE),
    (answer("200 OK", "Content-Length: 4", body=b"body and more"), ErrorCode.BAD_RESPONSE),
    (answer("200 OK", CHUNKED, body=b"x\r\n"), ErrorCode.BAD_RESPONSE),
    (Said(b"220 mail.example.com ESMTP\r\n\r\n"), ErrorCode.BAD_RESPONSE),
    (answer("200 OK", CHUNKED, body=b"4\r\nbo"), ErrorCode.INCOMPLETE),
    (answer("200 OK", body=BODY, cut=100), ErrorCode.INCOMPLETE),
]
NEVER = [
    (answer("404 Not Found", body=b"sorry"), ErrorCode.HTTP_STATUS),
    (answer("204 No Content"), ErrorCode.HTTP_STATUS),
    (answer("206 Partial Content", body=b"body"), ErrorCode.HTTP_STATUS),
    (answer("200 OK", "Content-Encoding: gzip", body=b"\x1f\x8b"), ErrorCode.BAD_RESPONSE),
    (answer("200 OK", f"Content-Length: {9 * 10**18}", body=b"b"), ErrorCode.BAD_RESPONSE),
]


@pytest.mark.parametrize(
    ("said", "code", "temporary"),
    [(*pair, True) for pair in LATER] + [(*pair, False) for pair in NEVER],
)
async def test_wrong_answer_makes_no_file(
    download: Download, said: Said, code: ErrorCode, temporary: bool
) -> None:
    async with Wire(said) as wire:
        failure = await download.failure(f"{wire.url}/a")

    assert (failure.code, failure.temporary) == (code, temporary)
    assert str(failure).endswith(".")
    assert download.finished() == {}


async def test_part_that_is_longer_than_it_said_is_thrown_away(download: Download) -> None:
    whole = answer("200 OK", 'ETag: "one"', body=BODY, cut=1_000)
    carried = f"Content-Range: bytes 1000-{len(BODY) - 1}/{len(BODY)}"
    longer = answer("206 Partial Content", carried, 'ETag: "one"', body=BODY)
    async with Wire(whole, longer) as wire:
        await download.failure(f"{wire.url}/a")

        failure = await download.failure(f"{wire.url}/a")

    assert (failure.code, failure.temporary) == (ErrorCode.BAD_RESPONSE, True)
    assert download.finished() == {}
    assert download.unfinished() == set()


async def test_disk_that_is_full_loses_nothing(
    download: Download, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write

    def write(file: int, data: bytes) -> int:
        if os.fstat(file).st_size >= 1_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(file, data[:700])

    carried = f"Content-Range: bytes 1400-{len(BODY) - 1}/{len(BODY)}"
    rest = answer("206 Partial Content", carried, 'ETag: "one"', body=BODY[1_400:])
    async with Wire(answer("200 OK", 'ETag: "one"', body=BODY), rest) as wire:
        with monkeypatch.context() as patched:
            patched.setattr(os, "write", write)
            failure = await download.failure(f"{wire.url}/a")

        assert (failure.code, failure.temporary) == (ErrorCode.DISK_FULL, True)

        await download.attempt(f"{wire.url}/a")
    assert download.finished() == {"alice/films/a": BODY}


async def test_sync_that_fails_is_not_taken_for_done(
    download: Download, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fdatasync(file: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", fdatasync)
    async with Wire(answer("200 OK", body=BODY)) as wire:
        failure = await download.failure(f"{wire.url}/a")

    assert (failure.code, failure.temporary) == (ErrorCode.WRITE_FAILED, True)
    assert download.finished() == {}


async def test_link_on_the_way_to_the_folder_is_not_followed(
    download: Download, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere: Path = tmp_path_factory.mktemp("elsewhere")
    (download.root / "alice").symlink_to(elsewhere)
    async with Wire(answer("200 OK", body=BODY)) as wire:
        failure = await download.failure(f"{wire.url}/a")

    assert failure.code is ErrorCode.WRITE_FAILED
    assert list(elsewhere.iterdir()) == []


async def test_file_where_a_folder_should_be_is_left_alone(download: Download) -> None:
    (download.root / "alice").write_bytes(b"mine")
    async with Wire(answer("200 OK", body=BODY)) as wire:
        failure = await download.failure(f"{wire.url}/a")

    assert failure.code is ErrorCode.WRITE_FAILED
    assert (download.root / "alice").read_bytes() == b"mine"
    assert download.part.stat().st_size == len(BODY)
