"""Two servers on one database, each with a data folder of its own, and one folder of files."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.end_to_end.program import Program


@contextmanager
def two_servers(folder: Path, url: str, **settings: str) -> Iterator[tuple[Program, Program]]:
    """Give two servers that are not started yet; whatever happens, they end."""
    downloads = str(folder / "downloads")
    one, two = (
        Program(folder / name, ARGOSY_DATABASE_URL=url, ARGOSY_DOWNLOAD_DIR=downloads, **settings)
        for name in ("one", "two")
    )
    for program in (one, two):
        program.folder.mkdir()
        program.downloads = folder / "downloads"
    try:
        yield one, two
    finally:
        for program in (one, two):
            program.close()


def completed_by(program: Program) -> set[str]:
    """Return the ids of the tasks that a server says it has completed."""
    lines = program.log.read_text().splitlines()
    done = [line for line in lines if '"task.completed"' in line]
    return {found[1] for line in done if (found := re.search(r'"task_id":\s*"(\w+-[\w-]+)"', line))}
