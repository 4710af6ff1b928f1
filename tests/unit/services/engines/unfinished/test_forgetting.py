"""What is kept of a task goes without a trace."""

from pathlib import Path
from uuid import UUID

from services.engines.unfinished.leftovers import forget, kept_tasks

ONE = UUID("0199c2f0-7a10-7000-8000-000000000001")
OTHER = UUID("0199c2f0-7a10-7000-8000-000000000002")


def test_all_files_of_the_task_are_removed_and_no_others(tmp_path: Path) -> None:
    folder = tmp_path / ".incomplete"
    folder.mkdir()
    for task_id in (ONE, OTHER):
        for ending in ("part", "journal", "journal-new"):
            (folder / f"task_{task_id}.{ending}").touch()

    forget(tmp_path, ONE)

    assert set(kept_tasks(tmp_path)) == {OTHER}
    assert len(list(folder.iterdir())) == 3


def test_forgetting_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    forget(tmp_path, ONE)

    assert list(tmp_path.iterdir()) == []
