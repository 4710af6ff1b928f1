"""Places for files: folders opened without following links, names taken without overwriting.

DOWNLOAD_DIR/
    alice/            a user's folder
        films/        where they asked for it
            a.mkv
    .incomplete/      what is not finished, one name for each task
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from services.errors import ErrorCode, InvalidInput
from services.files.names import numbered, safe_name

INCOMPLETE = ".incomplete"
DEEPEST = 16
TRIES = 10_000

# What link() answers on file systems without hard links (exFAT, some network shares).
NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.EMLINK})

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Place:
    """A folder below the download folder: the owner's name, then what they asked for."""

    parts: tuple[str, ...]

    @classmethod
    def of(cls, owner: str, folder: str) -> "Place":
        """Return the place of `folder` (see `parse_folder`) among what `owner` has."""
        return cls((owner, *PurePosixPath(folder).parts))

    def path(self, name: str) -> str:
        """Return the path of `name` in this place, relative to the download folder."""
        return "/".join((*self.parts, name))


def parse_folder(text: str, *, field: str | None = None) -> str:
    """Return the relative folder in `text`, or raise `InvalidInput` about `field`.

    Users name their own folders, so nothing is repaired here: a name that could not be
    created as it was given is refused.
    """
    parts = text.split("/") if text else []
    if len(parts) > DEEPEST:
        message = f"Folders go {DEEPEST} levels deep at most."
        raise InvalidInput(message, code=ErrorCode.INVALID_FOLDER, field=field)
    for part in parts:
        if part != safe_name(part):
            message = (
                f"{text[:80]!r} cannot be a folder. Give names separated by / such as "
                "films/2026, without leading or double slashes, dots at the start, or signs "
                "that some file systems refuse."
            )
            raise InvalidInput(message, code=ErrorCode.INVALID_FOLDER, field=field)
    return text


@contextmanager
def opened(root: Path, place: Place, *, create: bool = False) -> Iterator[int]:
    """Give a descriptor of the folder `place` below `root`; no link on the way is followed.

    Raises `FileNotFoundError` where a part is missing (unless `create`), and
    `NotADirectoryError` where one is a link or a file.
    """
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in place.parts:
            if create:
                with suppress(FileExistsError):
                    os.mkdir(part, 0o755, dir_fd=folder)
            below = os.open(part, FOLDER, dir_fd=folder)
            os.close(folder)
            folder = below
        yield folder
    finally:
        os.close(folder)


def put(source: Path, folder: int, name: str, *, again: bool = False) -> str:
    """Give the file `source` a free name in `folder`, and return that name.

    Nothing is overwritten. Where the file system has hard links, `source` keeps its own name
    as well: unlink it when it is written down that this was done. `again` says that this may
    have been begun before: then an empty file of that name is our reservation.
    """
    for number in range(TRIES):
        candidate = numbered(name, number)
        try:
            os.link(source, candidate, dst_dir_fd=folder, follow_symlinks=False)
        except FileExistsError:
            if same_file(source, folder, candidate):
                return candidate
            if not (again and _is_empty(folder, candidate)):
                continue
            os.rename(source, candidate, dst_dir_fd=folder)
        except OSError as error:
            if error.errno not in NO_LINKS:
                raise
            if not _reserve(folder, candidate, again=again):
                continue
            os.rename(source, candidate, dst_dir_fd=folder)
        os.fsync(folder)
        return candidate
    raise FileExistsError(name)


def same_file(source: Path, folder: int, name: str) -> bool:
    """Whether `name` in `folder` is a second name of the file `source`."""
    try:
        ours = source.stat(follow_symlinks=False)
        theirs = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return (ours.st_dev, ours.st_ino) == (theirs.st_dev, theirs.st_ino)


def _reserve(folder: int, name: str, *, again: bool) -> bool:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        os.close(os.open(name, flags, 0o644, dir_fd=folder))
    except FileExistsError:
        return again and _is_empty(folder, name)
    return True


def _is_empty(folder: int, name: str) -> bool:
    found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    return stat.S_ISREG(found.st_mode) and found.st_size == 0
