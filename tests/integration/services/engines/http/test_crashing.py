"""The process died while a whole file was given its name: the next attempt finds it again."""

import os
from pathlib import Path

import pytest

from services.engines.engine import Meter
from services.engines.http.engine import HttpEngine
from services.engines.unfinished.journal import Finished, Source
from services.engines.unfinished.unfinished import Unfinished
from tests.fakes.wire import Wire, answer
from tests.integration.services.engines.http.fetching import (
    BODY,
    PLACE,
    TASK_ID,
    a_job,
    fetched,
    finished_files,
    kept_files,
)

URL = "http://127.0.0.1:9/a.zip"  # nobody answers there
WHOLE = Finished("a.zip", len(BODY), fetched("a.zip", BODY).sha256)


@pytest.fixture
async def unfinished(root: Path) -> Unfinished:
    """A file of which every byte has come, and nothing else was done."""
    unfinished = Unfinished(root, TASK_ID)
    unfinished.open()
    unfinished.journal.begin(Source(URL, '"one"', len(BODY), "a.zip"))
    unfinished.write(0, BODY)
    unfinished.settle()
    return unfinished


def there(root: Path, name: str = "a.zip") -> Path:
    """Return the path of a finished file, its folder made."""
    folder = root / "alice/films"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


async def test_whole_file_is_placed_without_asking_again(
    engine: HttpEngine, root: Path, unfinished: Unfinished
) -> None:
    await unfinished.close()

    assert await engine.fetch(a_job(URL)) == fetched("a.zip", BODY)
    assert finished_files(root) == {"alice/films/a.zip": BODY}


async def test_after_it_was_said_that_the_file_gets_its_name(
    engine: HttpEngine, root: Path, unfinished: Unfinished
) -> None:
    unfinished.journal.place(WHOLE)
    await unfinished.close()

    assert await engine.fetch(a_job(URL)) == fetched("a.zip", BODY)
    assert finished_files(root) == {"alice/films/a.zip": BODY}


async def test_after_it_was_said_and_another_took_the_name(
    engine: HttpEngine, root: Path, unfinished: Unfinished
) -> None:
    unfinished.journal.place(WHOLE)
    await unfinished.close()
    there(root).write_bytes(b"another's")

    assert await engine.fetch(a_job(URL)) == fetched("a (1).zip", BODY)
    assert there(root).read_bytes() == b"another's"


async def test_after_the_file_got_its_name(
    engine: HttpEngine, root: Path, unfinished: Unfinished
) -> None:
    unfinished.journal.place(WHOLE)
    os.link(unfinished.path, there(root))
    await unfinished.close()

    assert await engine.fetch(a_job(URL)) == fetched("a.zip", BODY)
    assert finished_files(root) == {"alice/films/a.zip": BODY}


async def test_after_the_file_got_a_numbered_name(
    engine: HttpEngine, root: Path, unfinished: Unfinished
) -> None:
    there(root).write_bytes(b"another's")
    unfinished.journal.place(WHOLE)
    os.link(unfinished.path, there(root, "a (1).zip"))
    await unfinished.close()

    assert await engine.fetch(a_job(URL)) == fetched("a (1).zip", BODY)
    assert finished_files(root) == {
        "alice/films/a.zip": b"another's",
        "alice/films/a (1).zip": BODY,
    }


async def test_after_the_name_was_reserved_where_there_are_no_hard_links(
    engine: HttpEngine, root: Path, unfinished: Unfinished
) -> None:
    unfinished.journal.place(WHOLE)
    there(root).touch()
    await unfinished.close()

    assert await engine.fetch(a_job(URL)) == fetched("a.zip", BODY)
    assert finished_files(root) == {"alice/films/a.zip": BODY}


async def test_after_the_file_was_moved_where_there_are_no_hard_links(
    engine: HttpEngine, root: Path, unfinished: Unfinished
) -> None:
    unfinished.journal.place(WHOLE)
    unfinished.path.rename(there(root))
    await unfinished.close()

    assert await engine.fetch(a_job(URL)) == fetched("a.zip", BODY)
    assert finished_files(root) == {"alice/films/a.zip": BODY}


async def test_after_the_file_was_moved_beside_another_of_the_same_name(
    engine: HttpEngine, root: Path, unfinished: Unfinished
) -> None:
    there(root).write_bytes(b"another's")
    unfinished.journal.place(WHOLE)
    unfinished.path.rename(there(root, "a (1).zip"))
    await unfinished.close()

    assert await engine.fetch(a_job(URL)) == fetched("a (1).zip", BODY)
    assert len(finished_files(root)) == 2


async def test_after_its_name_was_written_down(
    engine: HttpEngine, root: Path, unfinished: Unfinished
) -> None:
    unfinished.journal.place(WHOLE)
    os.link(unfinished.path, there(root))
    unfinished.journal.place_done(WHOLE)
    await unfinished.close()

    assert await engine.fetch(a_job(URL)) == fetched("a.zip", BODY)
    assert finished_files(root) == {"alice/films/a.zip": BODY}
    assert kept_files(root) == [".journal"]


async def test_after_everything_but_the_record_in_storage(
    engine: HttpEngine, root: Path, unfinished: Unfinished
) -> None:
    unfinished.place(WHOLE, PLACE)
    await unfinished.close()

    results = [await engine.fetch(a_job(URL)) for _ in range(3)]

    assert results == [fetched("a.zip", BODY)] * 3
    assert finished_files(root) == {"alice/films/a.zip": BODY}


async def test_empty_file_is_found_again(engine: HttpEngine, root: Path) -> None:
    unfinished = Unfinished(root, TASK_ID)
    unfinished.open()
    unfinished.journal.begin(Source(URL, None, 0, "a.zip"))
    unfinished.journal.place(Finished("a.zip", 0, fetched("a.zip", b"").sha256))
    await unfinished.close()

    assert await engine.fetch(a_job(URL)) == fetched("a.zip", b"")
    assert finished_files(root) == {"alice/films/a.zip": b""}


@pytest.mark.parametrize("replaced", [False, True])
async def test_file_that_somebody_took_away_is_fetched_again(
    engine: HttpEngine, root: Path, replaced: bool
) -> None:
    async with Wire(*[answer("200 OK", 'ETag: "one"', body=BODY)] * 2) as wire:
        await engine.fetch(a_job(f"{wire.url}/a.zip"))
        there(root).unlink()
        if replaced:
            there(root).write_bytes(b"another's")

        result = await engine.fetch(a_job(f"{wire.url}/a.zip"))

        assert len(wire.heard) == 2
    assert result == fetched("a (1).zip" if replaced else "a.zip", BODY, etag='"one"')


async def test_discarding_takes_the_placed_file_too(
    engine: HttpEngine, root: Path, unfinished: Unfinished
) -> None:
    unfinished.place(WHOLE, PLACE)
    await unfinished.close()

    await engine.discard(TASK_ID, PLACE)

    assert (finished_files(root), kept_files(root)) == ({}, [])


async def test_discarding_leaves_what_has_taken_the_name_since(
    engine: HttpEngine, root: Path, unfinished: Unfinished
) -> None:
    unfinished.place(WHOLE, PLACE)
    await unfinished.close()
    there(root).write_bytes(b"another's")

    await engine.discard(TASK_ID, PLACE)

    assert finished_files(root) == {"alice/films/a.zip": b"another's"}
    assert kept_files(root) == []


async def test_discarding_needs_no_folder(
    engine: HttpEngine, root: Path, unfinished: Unfinished
) -> None:
    unfinished.journal.place(WHOLE)
    await unfinished.close()
    (root / "alice").write_bytes(b"in the way")

    await engine.discard(TASK_ID, PLACE)

    assert (finished_files(root), kept_files(root)) == ({"alice": b"in the way"}, [])


async def test_whole_file_is_shown_as_whole(engine: HttpEngine, unfinished: Unfinished) -> None:
    meter = Meter()
    await unfinished.close()

    await engine.fetch(a_job(URL, meter=meter))

    assert (meter.received, meter.total, meter.name) == (len(BODY), len(BODY), "a.zip")


async def test_discarding_what_never_began_is_no_error(engine: HttpEngine, root: Path) -> None:
    await engine.discard(TASK_ID, PLACE)

    assert (finished_files(root), kept_files(root)) == ({}, [])


async def test_other_things_among_the_unfinished_are_not_taken_for_tasks(
    engine: HttpEngine, root: Path
) -> None:
    (root / ".incomplete").mkdir()
    for name in ("notes.txt", "task_x.part", f"task_{TASK_ID}.part"):
        (root / ".incomplete" / name).touch()

    assert await engine.leftovers() == {TASK_ID}
