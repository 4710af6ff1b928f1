"""Files that come in one go."""

import hashlib
import os
import stat

import pytest

from services.engines.engine import Meter, Phase
from tests.fakes.origin import content
from tests.fakes.wire import Said, Wire, answer, chunked
from tests.integration.services.engines.http.fetching import Download, new_engine

BODY = content(300_000)


@pytest.mark.parametrize(
    "said",
    [
        answer("200 OK", body=BODY),
        answer("200 OK", "Transfer-Encoding: chunked", body=chunked(BODY[:9], BODY[9:])),
        Said(b"HTTP/1.1 200 OK\r\n\r\n" + BODY),  # ends with the connection
    ],
    ids=["length", "chunked", "until the end"],
)
async def test_file_is_whole_and_lies_in_its_folder(download: Download, said: Said) -> None:
    async with Wire(said) as wire:
        fetched = await download.attempt(f"{wire.url}/a.bin")

    assert download.finished() == {"alice/films/a.bin": BODY}
    assert (fetched.name, fetched.path) == ("a.bin", "alice/films/a.bin")
    assert fetched.size == len(BODY)
    assert fetched.sha256 == hashlib.sha256(BODY).hexdigest()


@pytest.mark.parametrize(
    "said",
    [
        answer("200 OK"),
        answer("200 OK", "Transfer-Encoding: chunked", body=chunked()),
    ],
)
async def test_empty_file_is_a_file(download: Download, said: Said) -> None:
    async with Wire(said) as wire:
        fetched = await download.attempt(f"{wire.url}/empty")

    assert fetched.size == 0
    assert download.finished() == {"alice/films/empty": b""}


async def test_meter_tells_how_it_goes(download: Download) -> None:
    meter = Meter()
    async with Wire(answer("200 OK", body=BODY)) as wire:
        await download.attempt(f"{wire.url}/a.bin", meter)

    assert (meter.received, meter.total, meter.name) == (len(BODY), len(BODY), "a.bin")
    assert meter.phase is Phase.PROCESSING


async def test_meter_tells_no_total_that_nobody_said(download: Download) -> None:
    meter = Meter()
    said = answer("200 OK", "Transfer-Encoding: chunked", body=chunked(b"body"))
    async with Wire(said) as wire:
        await download.attempt(wire.url, meter)

    assert (meter.received, meter.total) == (4, None)


async def test_name_that_the_server_gives_is_made_safe(download: Download) -> None:
    disposition = 'Content-Disposition: attachment; filename="../../../etc/passwd"'
    async with Wire(answer("200 OK", disposition, body=b"body")) as wire:
        await download.attempt(f"{wire.url}/a.bin")

    assert download.finished() == {"alice/films/passwd": b"body"}


async def test_name_is_that_of_the_last_hop(download: Download) -> None:
    there = answer("302 Found", "Location: /b.bin")
    async with Wire(there, answer("200 OK", body=b"body")) as wire:
        await download.attempt(f"{wire.url}/get?id=1")

    assert download.finished() == {"alice/films/b.bin": b"body"}


async def test_taken_name_gets_a_number(download: Download) -> None:
    folder = download.root / "alice/films"
    folder.mkdir(parents=True)
    (folder / "a.zip").write_bytes(b"mine")
    (folder / "a (1).zip").symlink_to("a.zip")
    async with Wire(answer("200 OK", body=b"body")) as wire:
        fetched = await download.attempt(f"{wire.url}/a.zip")

    assert fetched.name == "a (2).zip"
    assert (folder / "a.zip").read_bytes() == b"mine"
    assert (folder / "a (2).zip").read_bytes() == b"body"


async def test_finished_file_may_be_read_and_the_unfinished_only_by_its_owner(
    download: Download,
) -> None:
    umask = os.umask(0o022)
    try:
        async with Wire(answer("200 OK", body=b"body")) as wire:
            await download.attempt(f"{wire.url}/a")
    finally:
        os.umask(umask)

    mode = stat.S_IMODE((download.root / "alice/films/a").stat().st_mode)
    assert mode == 0o644
    assert stat.S_IMODE(download.part.parent.stat().st_mode) == 0o700


async def test_only_the_journal_stays_until_the_engine_may_forget(download: Download) -> None:
    async with Wire(answer("200 OK", body=b"body")) as wire:
        await download.attempt(f"{wire.url}/a")
    engine = new_engine(download.root)

    assert download.unfinished() == {download.journal.name}
    assert await engine.leftovers() == {download.task_id}

    await engine.forget(download.task_id)

    assert download.unfinished() == set()
    assert await engine.leftovers() == set()
    assert download.finished() == {"alice/films/a": b"body"}
