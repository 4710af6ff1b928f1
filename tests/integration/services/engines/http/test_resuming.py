"""An attempt was cut off: the next one goes on where that cannot corrupt the file."""

from pathlib import Path

import pytest

from services.engines.http.engine import HttpEngine
from services.engines.unfinished import journal as journal_module
from services.errors import ErrorCode
from tests.fakes.meter import WatchedMeter
from tests.fakes.wire import Said, Wire, answer, chunked
from tests.integration.services.engines.http.fetching import (
    BODY,
    HALF,
    OTHER_BODY,
    PLACE,
    TASK_ID,
    a_job,
    cut_off,
    failing,
    fetched,
    finished_files,
    half,
    kept_files,
    rest,
)

DATES = ("Last-Modified: Sun, 22 Nov 2026 11:00:00 GMT", "Date: Sun, 22 Nov 2026 12:00:00 GMT")


async def test_rest_is_asked_for_and_every_byte_comes_once(engine: HttpEngine, root: Path) -> None:
    async with Wire(half('ETag: "one"'), rest('ETag: "one"')) as wire:
        await cut_off(engine, f"{wire.url}/a.zip")
        result = await engine.fetch(a_job(f"{wire.url}/a.zip"))

        headers = wire.heard[1].headers
    assert (headers["range"], headers["if-range"]) == (f"bytes={HALF}-", '"one"')
    assert result == fetched("a.zip", BODY, etag='"one"')
    assert finished_files(root) == {"alice/films/a.zip": BODY}


async def test_strong_date_serves_as_well(engine: HttpEngine, root: Path) -> None:
    async with Wire(half(*DATES), rest(*DATES)) as wire:
        await cut_off(engine, f"{wire.url}/a.zip")
        await engine.fetch(a_job(f"{wire.url}/a.zip"))

        headers = wire.heard[1].headers
    assert (headers["range"], headers["if-range"]) == (
        f"bytes={HALF}-",
        "Sun, 22 Nov 2026 11:00:00 GMT",
    )
    assert finished_files(root) == {"alice/films/a.zip": BODY}


async def test_file_goes_on_over_several_attempts(engine: HttpEngine, root: Path) -> None:
    etag = 'ETag: "one"'
    content_range = f"Content-Range: bytes {HALF}-{len(BODY) - 1}/{len(BODY)}"
    piece = answer("206 Partial Content", content_range, etag, body=BODY[HALF:], cut=30_000)
    async with Wire(half(etag), piece, rest(etag, start=HALF + 30_000)) as wire:
        await cut_off(engine, f"{wire.url}/a.zip")
        error = await failing(engine, wire)
        await engine.fetch(a_job(f"{wire.url}/a.zip"))

        assert error.code is ErrorCode.INCOMPLETE
        assert wire.heard[2].headers["range"] == f"bytes={HALF + 30_000}-"
    assert finished_files(root) == {"alice/films/a.zip": BODY}


async def test_first_name_stays_when_the_rest_is_named_differently(engine: HttpEngine) -> None:
    named = rest('ETag: "one"', 'Content-Disposition: attachment; filename="other.zip"')
    async with Wire(half('ETag: "one"'), named) as wire:
        await cut_off(engine, f"{wire.url}/a.zip")
        result = await engine.fetch(a_job(f"{wire.url}/a.zip"))

    assert result.name == "a.zip"


@pytest.mark.parametrize(
    "part", [rest('ETag: "one"', total="*"), rest(), rest('ETag: "one"', "Last-Modified: x")]
)
async def test_part_may_leave_open_what_is_known(
    engine: HttpEngine, root: Path, part: Said
) -> None:
    async with Wire(half('ETag: "one"'), part) as wire:
        await cut_off(engine, f"{wire.url}/a.zip")
        await engine.fetch(a_job(f"{wire.url}/a.zip"))

        assert len(wire.heard) == 2
    assert finished_files(root) == {"alice/films/a.zip": BODY}


async def test_length_that_was_unknown_is_learnt_from_the_part(
    engine: HttpEngine, root: Path
) -> None:
    endless = Said(
        b'HTTP/1.1 200 OK\r\nETag: "one"\r\nTransfer-Encoding: chunked\r\n\r\n'
        + chunked(BODY)[: HALF + 7],
        holds=True,
    )
    meter = WatchedMeter(len(BODY))
    async with Wire(endless, rest('ETag: "one"')) as wire:
        await cut_off(engine, f"{wire.url}/a.zip")
        await engine.fetch(a_job(f"{wire.url}/a.zip", meter=meter))

    assert meter.total == len(BODY)
    assert finished_files(root) == {"alice/films/a.zip": BODY}


@pytest.mark.parametrize(
    "headers",
    [
        (),
        ('ETag: W/"one"',),
        ("Last-Modified: Sun, 22 Nov 2026 12:00:00 GMT", "Date: Sun, 22 Nov 2026 12:00:00 GMT"),
    ],
)
async def test_nothing_is_joined_without_a_strong_validator(
    engine: HttpEngine, root: Path, headers: tuple[str, ...]
) -> None:
    async with Wire(half(*headers), answer("200 OK", *headers, body=OTHER_BODY)) as wire:
        await cut_off(engine, f"{wire.url}/a.zip")
        await engine.fetch(a_job(f"{wire.url}/a.zip"))

        assert "range" not in wire.heard[1].headers
    assert finished_files(root) == {"alice/films/a.zip": OTHER_BODY}


async def test_file_that_changed_is_fetched_from_the_start(engine: HttpEngine, root: Path) -> None:
    changed = answer("200 OK", 'ETag: "two"', body=OTHER_BODY)
    async with Wire(half('ETag: "one"'), changed) as wire:
        await cut_off(engine, f"{wire.url}/a.zip")
        result = await engine.fetch(a_job(f"{wire.url}/a.zip"))

        assert [heard.headers.get("if-range") for heard in wire.heard] == [None, '"one"']
    assert result == fetched("a.zip", OTHER_BODY, etag='"two"')
    assert finished_files(root) == {"alice/films/a.zip": OTHER_BODY}


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(rest('ETag: "two"', body=OTHER_BODY), id="other ETag"),
        pytest.param(rest('ETag: W/"one"', body=OTHER_BODY), id="weak ETag"),
        pytest.param(rest('ETag: "one"', start=HALF - 1), id="earlier start"),
        pytest.param(rest('ETag: "one"', start=HALF + 1), id="later start"),
        pytest.param(rest('ETag: "one"', start=0), id="from the start"),
        pytest.param(rest('ETag: "one"', body=BODY + b"more"), id="other length"),
        pytest.param(rest('ETag: "one"', total=str(len(BODY) + 4)), id="not to the end"),
        pytest.param(rest('ETag: "one"', total="1"), id="length that cannot be"),
        pytest.param(rest('ETag: "one"', total="9" * 5_000), id="length beyond all numbers"),
        pytest.param(answer("206 Partial Content", body=BODY[HALF:]), id="no range"),
        pytest.param(
            answer("206 Partial Content", "Content-Type: multipart/byteranges; boundary=x"),
            id="several parts",
        ),
        pytest.param(answer("416 Range Not Satisfiable"), id="no such range"),
    ],
)
async def test_part_that_does_not_fit_is_not_joined(
    engine: HttpEngine, root: Path, part: Said
) -> None:
    whole = answer("200 OK", 'ETag: "two"', body=OTHER_BODY)
    async with Wire(half('ETag: "one"'), part, whole) as wire:
        await cut_off(engine, f"{wire.url}/a.zip")
        result = await engine.fetch(a_job(f"{wire.url}/a.zip"))

        assert "range" in wire.heard[1].headers
        assert "range" not in wire.heard[2].headers
    assert result == fetched("a.zip", OTHER_BODY, etag='"two"')
    assert finished_files(root) == {"alice/films/a.zip": OTHER_BODY}


async def test_part_with_another_date_is_not_joined(engine: HttpEngine, root: Path) -> None:
    later = "Last-Modified: Sun, 22 Nov 2026 11:30:00 GMT"
    whole = answer("200 OK", later, DATES[1], body=OTHER_BODY)
    async with Wire(half(*DATES), rest(later, body=OTHER_BODY), whole) as wire:
        await cut_off(engine, f"{wire.url}/a.zip")
        await engine.fetch(a_job(f"{wire.url}/a.zip"))

        assert "range" not in wire.heard[2].headers
    assert finished_files(root) == {"alice/films/a.zip": OTHER_BODY}


@pytest.mark.parametrize(
    "headers",
    [
        ('ETag: "caf\udce9"',),
        (DATES[0], "Date: Mon, 01 Jan 2029 00:00:00 +99999999999999999999"),
    ],
)
async def test_validator_that_makes_no_sense_is_none(
    engine: HttpEngine, root: Path, headers: tuple[str, ...]
) -> None:
    async with Wire(half(*headers), answer("200 OK", *headers, body=BODY)) as wire:
        await cut_off(engine, f"{wire.url}/a.zip")
        await engine.fetch(a_job(f"{wire.url}/a.zip"))

        assert "range" not in wire.heard[1].headers
    assert finished_files(root) == {"alice/films/a.zip": BODY}


async def test_server_that_ignores_ranges_sends_everything_again(
    engine: HttpEngine, root: Path
) -> None:
    async with Wire(half('ETag: "one"'), answer("200 OK", 'ETag: "one"', body=BODY)) as wire:
        await cut_off(engine, f"{wire.url}/a.zip")
        await engine.fetch(a_job(f"{wire.url}/a.zip"))

    assert finished_files(root) == {"alice/films/a.zip": BODY}


async def test_part_that_is_longer_than_it_says_spoils_nothing(
    engine: HttpEngine, root: Path
) -> None:
    content_range = f"Content-Range: bytes {HALF}-{len(BODY) - 1}/{len(BODY)}"
    long = answer("206 Partial Content", content_range, body=BODY[HALF:] + b"more")
    whole = answer("200 OK", 'ETag: "one"', body=BODY)
    async with Wire(half('ETag: "one"'), long, whole) as wire:
        await cut_off(engine, f"{wire.url}/a.zip")
        await engine.fetch(a_job(f"{wire.url}/a.zip"))

        assert "range" not in wire.heard[2].headers
    assert finished_files(root) == {"alice/films/a.zip": BODY}


async def test_part_that_is_shorter_than_it_says_is_gone_on_from(
    engine: HttpEngine, root: Path
) -> None:
    content_range = f"Content-Range: bytes {HALF}-{len(BODY) - 1}/{len(BODY)}"
    short = answer("206 Partial Content", content_range, body=BODY[HALF : HALF + 10])
    async with Wire(half('ETag: "one"'), short, rest(start=HALF + 10)) as wire:
        await cut_off(engine, f"{wire.url}/a.zip")
        error = await failing(engine, wire)
        await engine.fetch(a_job(f"{wire.url}/a.zip"))

        assert (error.code, error.temporary) == (ErrorCode.INCOMPLETE, True)
    assert finished_files(root) == {"alice/films/a.zip": BODY}


async def test_coded_part_is_not_joined(engine: HttpEngine, root: Path) -> None:
    whole = answer("200 OK", 'ETag: "one"', body=BODY)
    async with Wire(half('ETag: "one"'), rest("Content-Encoding: gzip"), whole) as wire:
        await cut_off(engine, f"{wire.url}/a.zip")
        await engine.fetch(a_job(f"{wire.url}/a.zip"))

        assert "range" not in wire.heard[2].headers
    assert finished_files(root) == {"alice/films/a.zip": BODY}


@pytest.mark.parametrize("status", ["503 Service Unavailable", "404 Not Found"])
async def test_failure_between_keeps_what_there_is(
    engine: HttpEngine, root: Path, status: str
) -> None:
    async with Wire(half('ETag: "one"'), answer(status), rest('ETag: "one"')) as wire:
        await cut_off(engine, f"{wire.url}/a.zip")
        await failing(engine, wire)
        await engine.fetch(a_job(f"{wire.url}/a.zip"))

        assert wire.heard[2].headers["range"] == f"bytes={HALF}-"
    assert finished_files(root) == {"alice/films/a.zip": BODY}


async def test_other_url_of_the_same_task_is_another_file(engine: HttpEngine, root: Path) -> None:
    async with Wire(half('ETag: "one"'), answer("200 OK", body=OTHER_BODY)) as wire:
        await cut_off(engine, f"{wire.url}/a.zip")
        await engine.fetch(a_job(f"{wire.url}/b.zip"))

        assert "range" not in wire.heard[1].headers
    assert finished_files(root) == {"alice/films/b.zip": OTHER_BODY}


async def test_only_synced_bytes_are_gone_on_from_after_the_machine_stopped(
    engine: HttpEngine, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Wire(half('ETag: "one"'), rest('ETag: "one"', start=1000)) as wire:
        await cut_off(engine, f"{wire.url}/a.zip")
        part = root / f".incomplete/task_{TASK_ID}.part"
        part.write_bytes(BODY[:1000] + b"\0" * 50_000)
        with part.with_suffix(".journal").open("ab") as journal:
            journal.write(b'{"synced":[[0,1000]]}\n')
        monkeypatch.setattr(journal_module, "this_boot", lambda: "another run")
        await engine.fetch(a_job(f"{wire.url}/a.zip"))

        assert wire.heard[1].headers["range"] == "bytes=1000-"
    assert finished_files(root) == {"alice/films/a.zip": BODY}


async def test_cancelled_attempt_keeps_what_came_for_the_next(
    engine: HttpEngine, root: Path
) -> None:
    async with Wire(half('ETag: "one"')) as wire:
        await cut_off(engine, f"{wire.url}/a.zip")

    assert await engine.leftovers() == {TASK_ID}
    assert kept_files(root) == [".journal", ".part"]
    assert (root / f".incomplete/task_{TASK_ID}.part").read_bytes() == BODY[:HALF]


async def test_discarding_leaves_nothing(engine: HttpEngine, root: Path) -> None:
    async with Wire(half('ETag: "one"')) as wire:
        await cut_off(engine, f"{wire.url}/a.zip")

    await engine.discard(TASK_ID, PLACE)

    assert (kept_files(root), finished_files(root)) == ([], {})
    assert await engine.leftovers() == set()
