"""Removing finished files: only what is named, below the download folder, following no link."""

import os
import stat
from pathlib import Path, PurePosixPath

from services.files.places import Place, opened


def size_of(root: Path, path: str) -> int | None:
    """Return how many bytes the file at `path` below `root` has; None if it is no file. Blocks."""
    try:
        place, name = _split(path)
        with opened(root, place) as folder:
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def remove(root: Path, path: str, size: int) -> bool:
    """Remove the file at `path` below `root` if it has that many bytes. Blocks.

    Returns whether it did: a link, a folder, or a file that somebody has changed since stays.
    Raises `OSError` where it may not be removed.
    """
    if size_of(root, path) != size:
        return False
    place, name = _split(path)
    with opened(root, place) as folder:
        os.unlink(name, dir_fd=folder)
    return True


def _split(path: str) -> tuple[Place, str]:
    *folders, name = PurePosixPath(path).parts or ("",)
    if not name or path.startswith("/") or ".." in (*folders, name):
        raise NotADirectoryError(path)
    return Place(tuple(folders)), name
