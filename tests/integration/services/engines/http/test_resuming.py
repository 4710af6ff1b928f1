"""Downloads that stopped half way: gone on with where that is safe, else begun anew."""

import hashlib

import pytest

from services.engines.http import journal
from services.errors import ErrorCode
from tests.fakes.origin import content
from tests.fakes.wire import Said, Wire, answer
from tests.integration.services.engines.http.fetching import Download, new_engine

BODY = content(300_000)
HALF = 150_000
OTHER = content(300_000, seed=2)
ETAG = 'ETag: "one"'
TOTAL = len(BODY)


def cut(*headers: str, at: int = HALF) -> Said:
    """Return an answer with the whole file that breaks off."""
    return answer("200 OK", *headers, body=BODY, cut=at)


def held(*headers: str) -> Said:
    """Return an answer that sends a half, and then nothing more."""
    return answer("200 OK", *headers, body=BODY, cut=HALF, holds=True)


def rest(*headers: str, start: int = HALF, body: bytes = BODY) -> Said:
    """Return an answer with the file from `start` on."""
    carried = f"Content-Range: bytes {start}-{len(body) - 1}/{len(body)}"
    return answer("206 Partial Content", carried, *headers, body=body[start:])


async def test_cancelled_download_goes_on(download: Download) -> None:
    async with Wire(held(ETAG), rest(ETAG)) as wire:
        await download.stop_at(HALF, f"{wire.url}/a")
        assert download.part.stat().st_size == HALF

        fetched = await download.attempt(f"{wire.url}/a")

        second = wire.heard[1].headers
    assert second["range"] == f"bytes={HALF}-"
    assert second["if-range"] == '"one"'
    assert fetched.sha256 == hashlib.sha256(BODY).hexdigest()
    assert download.finished() == {"alice/films/a": BODY}


async def test_broken_download_goes_on_as_often_as_it_breaks(download: Download) -> None:
    answers = [cut(ETAG, at=100), *[rest(ETAG, start=start) for start in (100, 2_000, 250_000)]]
    answers[1] = Said(answers[1].content[: -(TOTAL - 2_000)])
    answers[2] = Said(answers[2].content[: -(TOTAL - 250_000)])
    async with Wire(*answers) as wire:
        for _ in range(3):
            assert (await download.failure(f"{wire.url}/a")).code is ErrorCode.INCOMPLETE

        await download.attempt(f"{wire.url}/a")

        assert [heard.headers.get("range") for heard in wire.heard] == [
            None,
            "bytes=100-",
            "bytes=2000-",
            "bytes=250000-",
        ]
    assert download.finished() == {"alice/films/a": BODY}


async def test_date_that_is_old_enough_is_a_validator(download: Download) -> None:
    modified = "Sat, 21 Nov 2026 10:00:00 GMT"
    dates = (f"Last-Modified: {modified}", "Date: Sun, 22 Nov 2026 10:00:00 GMT")
    async with Wire(cut(*dates), rest(*dates)) as wire:
        await download.failure(f"{wire.url}/a")
        await download.attempt(f"{wire.url}/a")

        assert wire.heard[1].headers["if-range"] == modified
    assert download.finished() == {"alice/films/a": BODY}


@pytest.mark.parametrize(
    "headers",
    [
        (),
        ('ETag: W/"one"',),
        ("Last-Modified: Sun, 22 Nov 2026 10:00:00 GMT", "Date: Sun, 22 Nov 2026 10:00:00 GMT"),
        ("Last-Modified: yesterday", "Date: Sun, 22 Nov 2026 10:00:00 GMT"),
    ],
    ids=["none", "weak", "too young", "nonsense"],
)
async def test_no_part_is_asked_for_without_a_validator_that_is_strong(
    download: Download, headers: tuple[str, ...]
) -> None:
    async with Wire(cut(*headers), answer("200 OK", *headers, body=OTHER)) as wire:
        await download.failure(f"{wire.url}/a")
        await download.attempt(f"{wire.url}/a")

        assert "range" not in wire.heard[1].headers
    assert download.finished() == {"alice/films/a": OTHER}


async def test_whole_answer_to_a_range_begins_anew(download: Download) -> None:
    async with Wire(cut(ETAG), answer("200 OK", 'ETag: "two"', body=OTHER)) as wire:
        await download.failure(f"{wire.url}/a")
        fetched = await download.attempt(f"{wire.url}/a")

        assert len(wire.heard) == 2
    assert fetched.sha256 == hashlib.sha256(OTHER).hexdigest()
    assert download.finished() == {"alice/films/a": OTHER}


async def test_new_file_is_gone_on_with_by_its_own_validator(download: Download) -> None:
    other = answer("200 OK", 'ETag: "two"', body=OTHER, cut=HALF)
    async with Wire(cut(ETAG), other, rest('ETag: "two"', body=OTHER)) as wire:
        await download.failure(f"{wire.url}/a")
        await download.failure(f"{wire.url}/a")
        await download.attempt(f"{wire.url}/a")

        assert wire.heard[2].headers["if-range"] == '"two"'
    assert download.finished() == {"alice/films/a": OTHER}


def part(carried: str, body: bytes = BODY[HALF:], *headers: str) -> Said:
    return answer("206 Partial Content", f"Content-Range: {carried}", *headers, body=body)


@pytest.mark.parametrize(
    "said",
    [
        answer("416 Range Not Satisfiable", f"Content-Range: bytes */{HALF}"),
        answer("206 Partial Content", body=BODY[HALF:]),
        part("none"),
        part(f"bytes 0-{TOTAL - 1}/{TOTAL}", BODY),
        part(f"bytes {HALF + 1}-{TOTAL - 1}/{TOTAL}", BODY[HALF + 1 :]),
        part(f"bytes {HALF}-{TOTAL - 2}/{TOTAL}", BODY[HALF:-1]),
        part(f"bytes {HALF}-{TOTAL}/{TOTAL + 1}", BODY[HALF:] + b"x"),
        part(f"bytes {HALF}-{TOTAL - 2}/{TOTAL - 1}", BODY[HALF:-1]),
        part(f"bytes {HALF}-{TOTAL - 1}/{'9' * 5_000}"),
        part(f"bytes {HALF}-{TOTAL - 1}/{TOTAL}", BODY[HALF:], 'ETag: "two"'),
        answer("206 Partial Content", "Content-Type: multipart/byteranges; boundary=a"),
    ],
    ids=[
        "shorter", "no range", "nonsense", "from the start", "too late", "not to the end",
        "longer", "shorter by one", "no number", "another ETag", "several parts",
    ],
)  # fmt: skip
async def test_part_that_does_not_fit_is_not_joined(download: Download, said: Said) -> None:
    async with Wire(cut(ETAG), said, answer("200 OK", 'ETag: "two"', body=OTHER)) as wire:
        await download.failure(f"{wire.url}/a")
        await download.attempt(f"{wire.url}/a")

        assert [heard.headers.get("range") for heard in wire.heard] == [
            None,
            f"bytes={HALF}-",
            None,
        ]
    assert download.finished() == {"alice/films/a": OTHER}


@pytest.mark.parametrize("status", ["503 Service Unavailable", "404 Not Found", "304 Not Modified"])
async def test_refusal_leaves_what_has_come(download: Download, status: str) -> None:
    async with Wire(cut(ETAG), answer(status), rest(ETAG)) as wire:
        await download.failure(f"{wire.url}/a")

        assert (await download.failure(f"{wire.url}/a")).code is ErrorCode.HTTP_STATUS
        assert download.part.stat().st_size == HALF

        await download.attempt(f"{wire.url}/a")
    assert download.finished() == {"alice/films/a": BODY}


async def test_whole_file_that_was_not_placed_is_not_asked_for_again(download: Download) -> None:
    async with Wire(cut(ETAG, at=TOTAL - 1), rest(ETAG, start=TOTAL - 1)) as wire:
        await download.failure(f"{wire.url}/a")
        with download.part.open("ab") as file:
            file.write(BODY[-1:])  # it came, and the process died before it did anything else

        await download.attempt(f"{wire.url}/a")

        assert len(wire.heard) == 1
    assert download.finished() == {"alice/films/a": BODY}


async def test_total_that_was_unknown_is_learnt_from_the_part(download: Download) -> None:
    endless = Said(
        b'HTTP/1.1 200 OK\r\nETag: "one"\r\nTransfer-Encoding: chunked\r\n\r\n'
        + b"%x\r\n%b\r\n" % (HALF, BODY[:HALF])
    )
    async with Wire(endless, rest(ETAG)) as wire:
        await download.failure(f"{wire.url}/a")
        await download.attempt(f"{wire.url}/a")

        assert wire.heard[1].headers["range"] == f"bytes={HALF}-"
    assert download.finished() == {"alice/films/a": BODY}


async def test_another_url_begins_anew(download: Download) -> None:
    async with Wire(cut(ETAG), answer("200 OK", ETAG, body=OTHER)) as wire:
        await download.failure(f"{wire.url}/a")
        await download.attempt(f"{wire.url}/b")

        assert "range" not in wire.heard[1].headers
    assert download.finished() == {"alice/films/b": OTHER}


async def test_what_was_not_synced_is_fetched_again_after_the_loss_of_power(
    download: Download, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Wire(held(ETAG), rest(ETAG, start=1_000)) as wire:
        await download.stop_at(HALF, f"{wire.url}/a")
        lines = [
            line for line in download.journal.read_bytes().splitlines() if b"synced" not in line
        ]
        download.journal.write_bytes(b"\n".join([*lines, b'{"synced":1000}', b""]))
        with download.part.open("r+b") as file:
            file.seek(1_000)
            file.write(bytes(HALF))  # what a file system may leave of it
        monkeypatch.setattr(journal, "this_boot", lambda: "another")

        await download.attempt(f"{wire.url}/a")

        assert wire.heard[1].headers["range"] == "bytes=1000-"
    assert download.finished() == {"alice/films/a": BODY}


async def test_nothing_is_kept_of_a_download_that_did_not_begin(download: Download) -> None:
    async with Wire(answer("404 Not Found")) as wire:
        await download.failure(f"{wire.url}/a")

    assert download.unfinished() == set()


async def test_discarded_download_leaves_nothing(download: Download) -> None:
    async with Wire(cut(ETAG)) as wire:
        await download.failure(f"{wire.url}/a")
    engine = new_engine(download.root)
    assert await engine.leftovers() == {download.task_id}

    await engine.discard(download.task_id, download.place)

    assert download.unfinished() == set()
    assert await engine.leftovers() == set()
