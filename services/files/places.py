"""Places for files: folders opened without following links, names taken without overwriting.

DOWNLOAD_DIR/
    alice/            a user's folder
        films/        where they asked for it
            a.mkv
    .incomplete/      what is not finished, one name for each task
"""

import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path, PurePosixPath

from services.errors import ErrorCode, InvalidInput
from services.files.names import numbered, safe_name

INCOMPLETE = ".incomplete"
DEEPEST = 16
TRIES = 10_000
COPY_BLOCK = 1 << 20

# What link() answers on file systems without hard links (exFAT, some network shares).
NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.EMLINK})

# What open() answers where there is a link, a folder or a socket.
NO_FILE = frozenset({errno.ELOOP, errno.EISDIR, errno.ENXIO})

FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
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


def close_incomplete(root: Path) -> None:
    """Make the folder of what is unfinished, closed to all others, or close one that is open.

    That is how no unfinished file needs a mode of its own, and then another when it is whole.
    """
    folder = root / INCOMPLETE
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        with suppress(OSError):  # a file system without modes
            folder.chmod(0o700)


@contextmanager
def opened(root: Path, place: Place, *, create: bool = False) -> Iterator[int]:
    """Give a descriptor of the folder `place` below `root`; no link on the way is followed.

    Raises `FileNotFoundError` where a part is missing (unless `create`), and
    `NotADirectoryError` where one is a link or a file.
    """
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in place.parts:
            below = _below(folder, part, create=create)
            os.close(folder)
            folder = below
        yield folder
    finally:
        os.close(folder)


def put(source: Path, folder: int, name: str, *, again: bool = False, replace: bool = False) -> str:
    """Give the file `source` a free name in `folder`, and return that name.

    Nothing is overwritten, unless `replace` asks for it. Where the file system has hard links,
    `source` keeps its own name as well: unlink it when it is written down that this was done.
    `again` says that this may have been begun before: then an empty file of that name is our
    reservation. A folder on another disk gets a copy. Blocks as long as that takes.
    """
    try:
        given = _put(Entry(source), folder, name, again=again, replace=replace)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        if again and (done := _twin(source, folder, name)):
            copied(source, folder).unlink()
            return done
        copy = _copy(source, folder)
        given = _put(copy, folder, name, again=again, replace=replace)
        copy.unlink()
    os.fsync(folder)
    return given


def find(folder: int, name: str, size: int, *, inode: int | None, sha256: str | None) -> str | None:
    """Return the name in `folder` that the file got which was to be called `name`.

    It is known by its inode, else by its hash.
    """
    for number in range(TRIES):
        candidate = numbered(name, number)
        try:
            file = os.open(candidate, FILE, dir_fd=folder)
            stream = FileIO(file)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno not in NO_FILE:
                raise
            continue
        with stream:
            found = os.fstat(file)
            if not stat.S_ISREG(found.st_mode) or found.st_size != size:
                continue
            if found.st_ino == inode:
                return candidate
            if sha256 is not None and hashlib.file_digest(stream, "sha256").hexdigest() == sha256:
                return candidate
    return None


@dataclass(frozen=True, slots=True)
class Entry:
    """A file by its path, or by its name in an open folder."""

    path: Path | str
    folder: int | None = None

    def stat(self) -> os.stat_result:
        return os.stat(self.path, dir_fd=self.folder, follow_symlinks=False)

    def link(self, folder: int, name: str) -> None:
        os.link(self.path, name, src_dir_fd=self.folder, dst_dir_fd=folder, follow_symlinks=False)

    def rename(self, folder: int, name: str) -> None:
        os.rename(self.path, name, src_dir_fd=self.folder, dst_dir_fd=folder)

    def unlink(self) -> None:
        with suppress(FileNotFoundError):
            os.unlink(self.path, dir_fd=self.folder)


def same_bytes(one: FileIO, other: FileIO) -> bool:
    """Whether two files have the same content. Blocks."""
    if os.fstat(one.fileno()).st_size != os.fstat(other.fileno()).st_size:
        return False
    while block := one.read(COPY_BLOCK):
        if other.read(len(block)) != block:
            return False
    return True


def _below(folder: int, part: str, *, create: bool) -> int:
    """Return a descriptor of the folder `part` in `folder`."""
    try:
        return os.open(part, FOLDER, dir_fd=folder)
    except FileNotFoundError:
        if not create:
            raise
    with suppress(FileExistsError):
        os.mkdir(part, dir_fd=folder)
    return os.open(part, FOLDER, dir_fd=folder)


def _put(source: Entry, folder: int, name: str, *, again: bool, replace: bool) -> str:
    for number in range(TRIES):
        candidate = numbered(name, number)
        if replace and number == 0 and not _is_folder(folder, candidate):
            source.rename(folder, candidate)
            return candidate
        try:
            source.link(folder, candidate)
        except FileExistsError:
            if same_file(source, folder, candidate):
                return candidate
            if not (again and _is_empty(folder, candidate)):
                continue
            source.rename(folder, candidate)
        except OSError as error:
            if error.errno not in NO_LINKS:
                raise
            if not _reserve(folder, candidate, again=again):
                continue
            source.rename(folder, candidate)
        return candidate
    raise FileExistsError(name)


def copied(source: Path, folder: int) -> Entry:
    """Return where the copy of `source` is made in a `folder` on another disk."""
    return Entry(f".{source.name}", folder)  # of the task: what a crash leaves is found again


def _copy(source: Path, folder: int) -> Entry:
    """Copy `source` into `folder` under a name of its own, synced, with its times and mode.

    Until it is whole, it is for nobody else: it lies where others may look.
    """
    made = copied(source, folder)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    file = os.open(made.path, flags, 0o600, dir_fd=folder)
    with source.open("rb") as original, FileIO(file, "wb") as copy:
        shutil.copyfileobj(original, copy, COPY_BLOCK)
        found = os.fstat(original.fileno())
        with suppress(OSError):  # a file system without modes
            os.fchmod(copy.fileno(), stat.S_IMODE(found.st_mode))
        os.utime(copy.fileno(), ns=(found.st_atime_ns, found.st_mtime_ns))
        os.fsync(copy.fileno())
    return made


def has_same_bytes(source: Path, folder: int, name: str) -> bool:
    """Whether `name` in `folder` is a file with the content of `source`. Blocks.

    Raises `FileNotFoundError` where there is nothing of that name.
    """
    try:
        with FileIO(os.open(name, FILE, dir_fd=folder)) as there, FileIO(source) as ours:
            is_file = stat.S_ISREG(os.fstat(there.fileno()).st_mode)
            return is_file and same_bytes(there, ours)
    except OSError as error:
        if error.errno not in NO_FILE:
            raise
        return False


def _twin(source: Path, folder: int, name: str) -> str | None:
    """Return the name that a copy of `source` got before a crash, if it got so far."""
    with suppress(FileNotFoundError):
        for number in range(TRIES):
            if has_same_bytes(source, folder, numbered(name, number)):
                return numbered(name, number)
    return None


def _is_folder(folder: int, name: str) -> bool:
    try:
        return stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return False


def same_file(source: Entry, folder: int, name: str) -> bool:
    """Whether `name` in `folder` is a second name of the file `source`."""
    try:
        ours = source.stat()
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
