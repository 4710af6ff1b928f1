"""Where plugins are found: beside the program, in installed packages, in the data folder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.machinery import PathFinder
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from services.errors import InvalidInput
from services.files.names import safe_name
from services.plugins.manifest import Manifest, read_manifest

GROUP = "argosy.plugins"
FILE = "plugin.py"  # in the folder of a plugin
MOST = 200  # plugins in one place
HIDDEN = ("_", ".")
LONGEST_NAME = 63


class Source(StrEnum):
    """Where a plugin comes from."""

    BUILT_IN = "built-in"
    PACKAGE = "package"  # an installed package with an entry point
    FOLDER = "folder"  # in the folder for plugins


@dataclass(frozen=True, slots=True)
class Found:
    """A plugin that is there. Where its manifest is bad, there is none, and `problem` says why.

    `file` holds the manifest. A package is loaded by `module`, all else from the file.
    """

    name: str
    source: Source
    file: Path | None
    manifest: Manifest | None
    problem: str | None = None
    module: str | None = None


def find(built_in: Path, folder: Path) -> dict[str, Found]:
    """Return all plugins by their names, in order. It reads files: call it in a thread.

    Of two with one name, the first counts: built in, of a package, in the folder.
    """
    found: dict[str, Found] = {}
    for each in (*in_folder(built_in, Source.BUILT_IN), *in_packages(), *in_folder(folder)):
        found.setdefault(each.name, each)
    return dict(sorted(found.items()))


def in_folder(folder: Path, source: Source = Source.FOLDER) -> Iterator[Found]:
    """Yield the plugins in a folder: `NAME.py`, or `NAME/plugin.py`."""
    try:
        entries = sorted(folder.iterdir())
    except OSError:  # mostly there is none
        return
    count = 0
    for entry in entries:
        file = entry / FILE if entry.is_dir() else entry
        if entry.name.startswith(HIDDEN) or file.suffix != ".py" or count >= MOST:
            continue
        count += 1
        yield read(file, entry.stem if file is entry else entry.name, source)


def in_packages() -> Iterator[Found]:
    """Yield the plugins of installed packages, by their entry points. Nothing is imported."""
    points: Sequence[EntryPoint] = list(entry_points(group=GROUP))
    for point in points[:MOST]:
        name = _clean(point.name)
        file = _file_of(point.module)
        if file is None:
            problem = f"Its module {point.module} is not there."
            yield Found(name, Source.PACKAGE, None, None, problem)
        else:
            yield read(file, point.name, Source.PACKAGE, module=point.value)


def read(file: Path, name: str, source: Source, *, module: str | None = None) -> Found:
    """Return the plugin in a file, which is to have this name."""
    try:
        manifest = _read_once(file, file.stat().st_mtime_ns, file.stat().st_size)
    except InvalidInput as error:
        return Found(_clean(name), source, file, None, error.message)
    except OSError as error:
        return Found(_clean(name), source, file, None, f"{_clean(file.name)}: {error.strerror}.")
    if manifest.name != name:
        problem = f"It calls itself {manifest.name}; the name of its file is to be the same."
        return Found(_clean(name), source, file, None, problem)
    return Found(name, source, file, manifest, module=module)


def _clean(name: str) -> str:
    return safe_name(name)[:LONGEST_NAME]


@lru_cache(maxsize=512)
def _read_once(file: Path, _changed: int, _size: int) -> Manifest:
    return read_manifest(file)


def _file_of(module: str) -> Path | None:
    """Return the file of a module, found as Python finds it, without running its packages."""
    path: Sequence[str] | None = None
    spec = None
    for part in module.split("."):
        spec = PathFinder.find_spec(part, path)
        if spec is None:
            return None
        path = spec.submodule_search_locations
        if path is not None:
            path = list(path)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin)
