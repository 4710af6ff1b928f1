"""The files of an archive that are no tables: put beside what there is, and never in its place.

The settings are another machine's, perhaps, and without their secrets: whoever runs the server
looks at them first. What is known of hosts is put where there is nothing; keys join those there.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from services.backups.format import KNOWN_HOSTS, SETTINGS
from services.backups.restoring.extraction import Extracted

RESTORED = ".restored"


def place_beside(extracted: Extracted, data_dir: Path) -> list[Path]:
    """Put the settings and known hosts of an archive into the data folder; return where. It blocks.

    What is there already as the archive has it is left alone.
    """
    return list(_placed(extracted, data_dir))


def _placed(extracted: Extracted, data_dir: Path) -> Iterator[Path]:
    for member in (SETTINGS, KNOWN_HOSTS):
        source = extracted.beside(member)
        if source is None:
            continue
        there = data_dir / Path(member).name
        if _is_same(source, there):
            continue
        is_put = member == KNOWN_HOSTS and not os.path.lexists(there)
        target = there if is_put else there.with_name(there.name + RESTORED)
        draft = target.with_name(f".{target.name}.new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with source.open("rb") as content:
                shutil.copyfileobj(content, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
        yield target


def _is_same(source: Path, there: Path) -> bool:
    with suppress(OSError):
        return source.read_bytes() == there.read_bytes()
    return False
