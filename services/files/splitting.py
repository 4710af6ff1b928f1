"""A finished file, cut into parts that are no larger than a size, with their hashes beside them.

    film.mkv  →  film.mkv.001 film.mkv.002 film.mkv.003 film.mkv.sha256

`cat film.mkv.0*` gives the file back, and `sha256sum -c film.mkv.sha256` says whether the parts are
whole. The file itself stays until its parts are written down.
"""

import hashlib
import os
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path, PurePosixPath

from services.files.places import FILE, INCOMPLETE, Place, find, opened, put

PREFIX = "split-"  # of what is being made
BLOCK = 1 << 20
MOST_PARTS = 999
LEAST_DIGITS = 3


class Stopped(Exception):
    """Somebody asked for an end of it."""


class Changed(Exception):
    """The file is not what it was when it was finished, or not there."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the files that were made; `path` is below the download folder."""

    name: str
    path: str
    size: int
    sha256: str


def clear(root: Path) -> None:
    """Remove what a crash has left of parts that were being made. Blocks."""
    for path in (root / INCOMPLETE).glob(f"{PREFIX}*"):
        with suppress(OSError):
            path.unlink()


def parts_of(size: int, most: int) -> int:
    """Return how many parts a file is cut into."""
    return -(-size // most)


def split(order: "Order", stop: threading.Event) -> list[Part]:
    """Cut a file into parts; return them, the list of their hashes last.

    If this was done before and not written down, the same parts are found again. Blocks. Raises
    `Changed`, `Stopped`, and `OSError`; then nothing of it is left but whole parts.
    """
    pure = PurePosixPath(order.path)
    place = Place(pure.parts[:-1])
    with opened(order.root, place) as folder:
        made, whole = _cut(order, Shelf(order, place, folder), pure.name, stop)
        if order.sha256 is not None and whole != order.sha256:
            remove_parts(order.root, made)
            raise Changed(order.path)
        return made


@dataclass(frozen=True, slots=True)
class Order:
    """Which file is to be cut, and into parts of how many bytes. `taken` are paths of others'."""

    root: Path
    path: str
    size: int
    sha256: str | None
    most: int
    taken: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where parts come from, and where they go."""

    order: Order
    place: Place
    folder: int

    def fresh(self, what: object) -> Path:
        """Return where a part is made."""
        return self.order.root / INCOMPLETE / f"{PREFIX}{os.getpid()}-{what}"

    def place_part(self, fresh: Path, wanted: str, size: int, sha256: str) -> Part:
        """Give a part its name; one that a crash has left there is it, if it is nobody's."""
        name = find(self.folder, wanted, size, inode=None, sha256=sha256)
        if name is None or self.place.path(name) in self.order.taken:
            name = put(fresh, self.folder, wanted)
        return Part(name, self.place.path(name), size, sha256)


def _cut(order: Order, shelf: Shelf, name: str, stop: threading.Event) -> tuple[list[Part], str]:
    """Return the parts, the list of their hashes last, and the hash of the whole."""
    made: list[Part] = []
    whole = hashlib.sha256()
    with _reading(shelf.folder, name, order.size) as file:
        for number in range(parts_of(order.size, order.most)):
            length = min(order.most, order.size - number * order.most)
            fresh = shelf.fresh(number)
            try:
                digest = _copy(_blocks(file, length, stop), fresh, whole)
                wanted = f"{name}.{number + 1:0{LEAST_DIGITS}}"
                made.append(shelf.place_part(fresh, wanted, length, digest))
            finally:
                fresh.unlink(missing_ok=True)
    lines = [f"# {whole.hexdigest()}  {name}, {order.size} bytes, in {len(made)} parts"]
    lines += [f"{part.sha256}  {part.name}" for part in made]
    content = "".join(f"{line}\n" for line in lines).encode()
    fresh = shelf.fresh("list")
    try:
        digest = _copy([content], fresh, hashlib.sha256())
        made.append(shelf.place_part(fresh, f"{name}.sha256", len(content), digest))
    finally:
        fresh.unlink(missing_ok=True)
    return made, whole.hexdigest()


def remove_parts(root: Path, parts: list[Part]) -> None:
    """Remove parts that nobody wants after all. Blocks."""
    for part in parts:
        pure = PurePosixPath(part.path)
        with suppress(OSError), opened(root, Place(pure.parts[:-1])) as folder:
            os.unlink(pure.name, dir_fd=folder)


def _reading(folder: int, name: str, size: int) -> FileIO:
    try:
        file = FileIO(os.open(name, FILE, dir_fd=folder))
    except OSError as error:
        raise Changed(name) from error
    if os.fstat(file.fileno()).st_size != size:
        file.close()
        raise Changed(name)
    return file


def _blocks(file: FileIO, length: int, stop: threading.Event) -> Iterator[bytes]:
    while length:
        if stop.is_set():
            raise Stopped
        block = file.read(min(BLOCK, length))
        if not block:
            raise Changed
        length -= len(block)
        yield block


def _copy(blocks: Iterable[bytes], fresh: Path, whole: "hashlib._Hash") -> str:
    """Write blocks into a file, and count them for the whole; return their own hash."""
    digest = hashlib.sha256()
    with fresh.open("wb") as made:
        for block in blocks:
            digest.update(block)
            whole.update(block)
            made.write(block)
        made.flush()
        os.fsync(made.fileno())
    return digest.hexdigest()
