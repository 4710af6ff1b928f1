"""Of two servers at one unfinished file, the one that has lost it leaves it alone."""

from pathlib import Path
from uuid import UUID

import pytest

from services.engines.unfinished.journal import Finished, Source
from services.engines.unfinished.unfinished import SHORT, Unfinished
from services.errors import ErrorCode, FetchFailed
from services.files.places import Place
from services.ids import new_id

SIZE = 2 * SHORT
PLACE = Place(("alice",))
LONG = Source("https://example.com/a", '"one"', SIZE, "a.bin")
BRIEF = Source("https://example.com/a", '"one"', 1000, "a.bin")


@pytest.fixture
def task_id() -> UUID:
    return new_id()


def begun(root: Path, task_id: UUID, source: Source = LONG) -> Unfinished:
    """Return a file of which the first hundred bytes have come."""
    made = Unfinished(root, task_id)
    made.open()
    made.begin(source)
    made.write(0, b"x" * 100)
    return made


async def test_what_another_has_open_is_not_gone_on_from(tmp_path: Path, task_id: UUID) -> None:
    lost = begun(tmp_path, task_id)

    new = Unfinished(tmp_path, task_id)

    assert new.open().size == 0
    await lost.close()
    await new.close()


@pytest.mark.parametrize("step", ["begin", "place", "drop"])
async def test_lost_file_can_not_be_worked_at(tmp_path: Path, task_id: UUID, step: str) -> None:
    lost = begun(tmp_path, task_id)
    new = Unfinished(tmp_path, task_id)
    new.open()
    new.begin(LONG)
    new.write(0, bytes(SIZE))
    steps = {
        "begin": lambda: lost.begin(LONG),
        "place": lambda: lost.place(Finished("a.bin", 100, None), PLACE),
        "drop": lambda: lost.drop(0, 10),
    }

    with pytest.raises(FetchFailed) as refused:
        steps[step]()
    await lost.close()

    assert refused.value.code is ErrorCode.CONFLICT
    assert new.path.read_bytes() == bytes(SIZE)
    assert new.place(Finished("a.bin", SIZE, None), PLACE).name == "a.bin"
    assert (tmp_path / "alice/a.bin").read_bytes() == bytes(SIZE)
    await new.close()


async def test_end_of_the_one_that_lost_it_removes_nothing(tmp_path: Path, task_id: UUID) -> None:
    lost = Unfinished(tmp_path, task_id)
    lost.open()
    new = begun(tmp_path, task_id)

    await lost.close()

    assert new.path.read_bytes() == b"x" * 100
    assert new.path.with_suffix(".journal").exists()
    await new.close()


async def test_what_waited_in_memory_is_not_written_over_another_file(
    tmp_path: Path, task_id: UUID
) -> None:
    lost = begun(tmp_path, task_id, BRIEF)
    new = begun(tmp_path, task_id)

    with pytest.raises(FetchFailed) as refused:
        lost.settle()
    await lost.close()

    assert refused.value.code is ErrorCode.CONFLICT
    assert new.path.read_bytes() == b"x" * 100
    await new.close()


async def test_whole_file_gets_its_name_whoever_has_it_open(tmp_path: Path, task_id: UUID) -> None:
    stopped = begun(tmp_path, task_id)
    stopped.write(100, bytes(SIZE - 100))
    stopped.settle()
    stopped.journal.place(Finished("a.bin", SIZE, None, stopped.path.stat().st_ino))

    new = Unfinished(tmp_path, task_id)
    new.open()
    placed = await new.recover(PLACE)

    assert placed is not None
    assert (tmp_path / "alice" / placed.name).stat().st_size == SIZE
    await new.close()
    await stopped.close()


async def test_file_is_free_when_the_one_that_had_it_is_done(tmp_path: Path, task_id: UUID) -> None:
    await begun(tmp_path, task_id).close()

    new = Unfinished(tmp_path, task_id)

    assert new.open().size == 100
    await new.close()
