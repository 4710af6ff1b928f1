"""Runs a race: every contestant once a round, in an order of chance, each result compared."""

import hashlib
import random
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.downloads.commands import Command, Measured
from benchmarks.downloads.origin import BLOCK, Origin
from benchmarks.downloads.report import Row
from benchmarks.downloads.scenarios import ARGOSY, Race
from benchmarks.downloads.server import Server, started, takes_connections


class Contestant(Protocol):
    """Whoever can download."""

    name: str

    def fetch(self, urls: list[str], folder: Path) -> Measured: ...


@dataclass(frozen=True, slots=True)
class Course:
    """Where races are run: the server, a folder on disk, and one in shared memory."""

    origin: Origin
    disk: Path
    memory: Path

    @contextmanager
    def argosy(
        self, settings: Mapping[str, str] | None = None, *, on_disk: bool = False
    ) -> Iterator[Server]:
        """Start Argosy: its database on disk, what it downloads in shared memory, or not."""
        downloads = (self.disk if on_disk else self.memory) / "downloads"
        more = {"hash": "off"} | dict(settings or {})
        with started(ARGOSY, self.origin, self.disk / "data", downloads, **more) as server:
            yield server


def run(race: Race, course: Course, rounds: int) -> list[Row]:
    """Return what everybody took in every round."""
    with course.argosy(race.settings) as server:
        if race.connections is not None and takes_connections():
            server.connections = race.connections
        others = [_Other(name, course.origin, race.at_once) for name in race.others]
        contestants: list[Contestant] = [server, *others]
        rows = []
        for number in range(rounds):
            random.shuffle(contestants)
            for contestant in contestants:
                row = once(race, course, contestant, thorough=number == 0)
                rows.append({"contestant": contestant.name, "round": number} | row)
    return sorted(rows, key=lambda row: (row["round"], race.contestants.index(row["contestant"])))


class _Other:
    """A command line that takes part."""

    def __init__(self, name: str, origin: Origin, at_once: int) -> None:
        self.name = name
        self._command = Command(name, origin, at_once)

    def fetch(self, urls: list[str], folder: Path) -> Measured:
        return self._command.fetch(urls, folder)


def once(race: Race, course: Course, contestant: Contestant, *, thorough: bool) -> Row:
    """Have a contestant download everything once, and compare what came."""
    folder = course.memory / "target"
    folder.mkdir()
    try:
        taken = contestant.fetch(course.origin.urls(race.server, race.what), folder)
        wrong = differences(course.origin, race.what, folder, thorough=thorough)
    finally:
        shutil.rmtree(folder)
    if taken.error or wrong:
        print(race.name, contestant.name, taken.error, wrong[:3], file=sys.stderr)
    return {
        "wall": round(taken.wall, 3),
        "cpu": round(taken.cpu, 2),
        "memory": round(taken.memory, 1),
        "gib": course.origin.size(race.what) / (1 << 30),
        "right": not taken.error and not wrong,
    }


def differences(origin: Origin, what: str, folder: Path, *, thorough: bool) -> list[str]:
    """Return the names of files that are missing, in excess, or not as they should be.

    `thorough` compares digests, else every byte is compared with the original.
    """
    paths = {path.rpartition("/")[2]: path for path in origin.files(what)}
    there = {file.name for file in folder.iterdir()}
    wrong = sorted(there ^ paths.keys())
    for name in sorted(there & paths.keys()):
        file, path = folder / name, paths[name]
        if thorough:
            with file.open("rb") as opened:
                same = hashlib.file_digest(opened, "sha256").hexdigest() == origin.digests[path]
        else:
            same = is_same(file, origin.data / path)
        if not same:
            wrong.append(name)
    return wrong


def is_same(one: Path, other: Path) -> bool:
    """Whether two files have the same bytes."""
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as left, other.open("rb") as right:
        while block := left.read(BLOCK):
            if block != right.read(BLOCK):
                return False
    return True
