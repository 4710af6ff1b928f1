"""A file that cannot be opened for now is not lost."""

from pathlib import Path

import pytest

from services.engines.unfinished.journal import Source
from services.engines.unfinished.unfinished import SHORT, Unfinished
from services.errors import ErrorCode, FetchFailed
from services.ids import new_id

SOURCE = Source("https://example.com/a", '"one"', 2 * SHORT, "a.bin")


async def test_what_there_is_outlasts_an_attempt_that_cannot_open_it(tmp_path: Path) -> None:
    task_id = new_id()
    first = Unfinished(tmp_path, task_id)
    first.open()
    first.begin(SOURCE)
    first.write(0, b"x" * 100)
    await first.close()
    aside = first.path.rename(tmp_path / "aside")
    first.path.mkdir()

    second = Unfinished(tmp_path, task_id)
    with pytest.raises(FetchFailed) as refused:
        second.open()
    await second.close()
    first.path.rmdir()
    aside.rename(first.path)
    third = Unfinished(tmp_path, task_id)

    assert refused.value.code is ErrorCode.WRITE_FAILED
    assert third.open().size == 100
    await third.close()
