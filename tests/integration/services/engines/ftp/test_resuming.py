"""Files that are gone on with, and those that must not be."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from services.engines.ftp.engine import FtpEngine
from services.engines.options import Algorithm, Options, Pieces
from services.errors import ErrorCode, FetchFailed
from tests.fakes.ftp import FtpServer, Script
from tests.fakes.meter import WatchedMeter
from tests.integration.services.engines.ftp.fetching import (
    BODY,
    HALF,
    OTHER_BODY,
    PLACE,
    SIZE,
    TASK_ID,
    a_job,
    cut_off,
    failing,
    fetched,
    finished_files,
)


async def test_only_the_rest_is_fetched(engine: FtpEngine, root: Path) -> None:
    async with FtpServer(Script(BODY, cut=HALF, holds=True)) as server:
        await cut_off(engine, server.url())
        server.script = Script(BODY)
        result = await engine.fetch(a_job(server.url()))

    assert result == fetched("a.bin", BODY)
    assert finished_files(root) == {"alice/films/a.bin": BODY}
    assert server.heard_of("REST") == [f"REST {HALF}"]
    assert server.sent == len(BODY)


@pytest.mark.parametrize(
    "changed",
    [
        Script(OTHER_BODY, modified="20261120101113"),
        Script(OTHER_BODY[:150_000]),
        Script(OTHER_BODY, replies={"MDTM": "502 What?"}),
        Script(OTHER_BODY, replies={"MDTM": "213 once upon a time"}),
    ],
)
async def test_other_file_is_fetched_from_its_start(
    engine: FtpEngine, root: Path, changed: Script
) -> None:
    async with FtpServer(Script(BODY, cut=HALF, holds=True)) as server:
        await cut_off(engine, server.url())
        server.script = changed
        await engine.fetch(a_job(server.url()))

    assert server.heard_of("REST") == []
    assert finished_files(root) == {"alice/films/a.bin": changed.body}


async def test_server_that_cannot_skip_sends_all_again(engine: FtpEngine, root: Path) -> None:
    async with FtpServer(Script(BODY, cut=HALF, holds=True)) as server:
        await cut_off(engine, server.url())
        server.script = Script(BODY, replies={"REST": "502 What?"})
        await engine.fetch(a_job(server.url()))

    assert server.sent == HALF + len(BODY)
    assert finished_files(root) == {"alice/films/a.bin": BODY}


async def test_short_file_is_gone_on_with(engine: FtpEngine, root: Path) -> None:
    async with FtpServer(Script(BODY, cut=HALF)) as server:
        error = await failing(engine, server.url())
        server.script = Script(BODY)
        await engine.fetch(a_job(server.url()))

    assert (error.code, error.temporary) == (ErrorCode.INCOMPLETE, True)
    assert server.heard_of("REST") == [f"REST {HALF}"]
    assert finished_files(root) == {"alice/films/a.bin": BODY}


async def test_long_file_is_no_file(engine: FtpEngine, root: Path) -> None:
    async with FtpServer(Script(BODY, size=HALF)) as server:
        error = await failing(engine, server.url())

    assert (error.code, error.temporary) == (ErrorCode.BAD_RESPONSE, True)
    assert finished_files(root) == {}


LENGTH = 16_384
PIECES = Pieces(
    Algorithm.SHA256,
    LENGTH,
    tuple(hashlib.sha256(BODY[at : at + LENGTH]).hexdigest() for at in range(0, SIZE, LENGTH)),
)
BAD = (2 * LENGTH, 8 * LENGTH)  # where two of the pieces begin that are wrong at first


def damaged() -> bytes:
    body = bytearray(BODY)
    for at in BAD:
        body[at] ^= 1
    return bytes(body)


@pytest.mark.parametrize("last", ["426 You hung up.", "226 Done."])
async def test_only_bad_pieces_are_fetched_again(engine: FtpEngine, root: Path, last: str) -> None:
    script = Script(damaged(), mended=BODY, last=last)
    async with FtpServer(script) as server:
        result = await engine.fetch(a_job(server.url(), options=Options(pieces=PIECES)))

    assert result == fetched("a.bin", BODY)
    assert finished_files(root) == {"alice/films/a.bin": BODY}
    assert server.heard_of("REST") == [f"REST {at}" for at in BAD]
    assert len(server.heard_of("USER")) == 2


async def test_server_that_is_gone_after_one_piece_is_asked_again_for_the_other(
    engine: FtpEngine, root: Path
) -> None:
    async with FtpServer(Script(damaged(), mended=BODY, last=None)) as server:
        job = a_job(server.url(), options=Options(pieces=PIECES))
        with pytest.raises(FetchFailed) as caught:
            await engine.fetch(job)
        await engine.fetch(job)

    assert (caught.value.code, caught.value.temporary) == (ErrorCode.INCOMPLETE, True)
    assert finished_files(root) == {"alice/films/a.bin": BODY}
    assert server.heard_of("REST") == [f"REST {at}" for at in BAD]


async def test_pieces_that_stay_bad_are_no_file(engine: FtpEngine, root: Path) -> None:
    async with FtpServer(Script(damaged())) as server:
        error = await failing(engine, server.url(), options=Options(pieces=PIECES))

    assert (error.code, error.temporary) == (ErrorCode.CHECKSUM_MISMATCH, False)
    assert error.message.startswith("2 of 13 pieces are not what the metalink says.")
    assert len(server.heard_of("RETR")) == 3
    assert [path for path in root.rglob("*") if path.is_file()] == []


async def test_server_that_cannot_skip_sends_all_for_one_piece(
    engine: FtpEngine, root: Path
) -> None:
    script = Script(damaged(), mended=BODY, replies={"REST": "502 What?"})
    async with FtpServer(script) as server:
        await engine.fetch(a_job(server.url(), options=Options(pieces=PIECES)))

    assert finished_files(root) == {"alice/films/a.bin": BODY}
    assert len(server.heard_of("RETR")) == 2


async def test_broken_transfer_of_unknown_size_is_no_file(engine: FtpEngine, root: Path) -> None:
    script = Script(BODY, cut=HALF, replies={"SIZE": "502 What?"}, last="426 Broken.")
    async with FtpServer(script) as server:
        error = await failing(engine, server.url())

    assert (error.code, error.temporary) == (ErrorCode.INCOMPLETE, True)
    assert finished_files(root) == {}


async def test_finished_file_is_not_fetched_again(engine: FtpEngine) -> None:
    async with FtpServer(Script(BODY)) as server:
        first = await engine.fetch(a_job(server.url()))
        second = await engine.fetch(a_job(server.url()))

    assert second == first
    assert server.heard_of("RETR") == ["RETR a.bin"]


async def test_discarded_task_leaves_no_trace(engine: FtpEngine, root: Path) -> None:
    async with FtpServer(Script(BODY, cut=HALF, holds=True)) as server:
        await cut_off(engine, server.url())
        kept = await engine.leftovers()
        await engine.discard(TASK_ID, PLACE)

    assert kept == {TASK_ID}
    assert [path for path in root.rglob("*") if path.is_file()] == []


async def test_file_that_changes_meanwhile_is_fetched_again(engine: FtpEngine, root: Path) -> None:
    async with FtpServer(Script(BODY, cut=HALF, holds=True)) as server:
        job = a_job(server.url(), mark=HALF)
        fetching = asyncio.create_task(engine.fetch(job))
        assert isinstance(job.meter, WatchedMeter)
        await job.meter.reached()
        server.script.modified = "20261121101112"
        server.let_go()
        with pytest.raises(FetchFailed) as caught:
            await fetching
        server.script = Script(OTHER_BODY, modified="20261121101112")
        await engine.fetch(a_job(server.url()))

    assert (caught.value.code, caught.value.temporary) == (ErrorCode.INCOMPLETE, True)
    assert server.heard_of("REST") == []
    assert finished_files(root) == {"alice/films/a.bin": OTHER_BODY}
