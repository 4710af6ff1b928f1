"""What a download does to the server that it runs in: memory, and answers that come later."""

import shutil
import statistics
import time
from pathlib import Path

from benchmarks.downloads.races import Course, differences
from benchmarks.downloads.report import Row
from benchmarks.downloads.scenarios import ARGOSY
from benchmarks.downloads.server import COUNTS, Server, takes_connections

SEGMENTS = 16
SETTLE_SECONDS = 2.0
WATCHED_SECONDS = 6.0
PAUSE_SECONDS = 0.005  # between two questions: a steady reader, not a flood
BEGIN_SECONDS = 0.5  # until all segments run
VERSION = "{ status { version } }"


def memory(course: Course, rounds: int) -> list[Row]:
    """Return how much memory a download in 16 segments adds, with a new server each time."""
    return [{"round": number} | _memory(course) for number in range(rounds)]


def _memory(course: Course) -> Row:
    folder = course.memory / "target"
    folder.mkdir()
    with course.argosy() as server:
        _use_segments(server)
        time.sleep(SETTLE_SECONDS)
        idle = server.memory("VmRSS")
        taken = server.fetch(course.origin.urls("limited", "middle.bin"), folder)
    wrong = differences(course.origin, "middle.bin", folder, thorough=True)
    shutil.rmtree(folder)
    return {
        "contestant": ARGOSY,
        "idle": round(idle, 2),
        "most": round(taken.memory, 2),
        "added": round(taken.memory - idle, 2),
        "right": not taken.error and not wrong,
    }


def latency(course: Course, rounds: int) -> list[Row]:
    """Return how long answers take, in ms, without and beside 16 segments that write to disk."""
    with course.argosy(on_disk=True) as server:
        _use_segments(server)
        return [{"round": number} | _latency(course, server, number) for number in range(rounds)]


def _latency(course: Course, server: Server, number: int) -> Row:
    idle = answers(server)
    ids = server.add(course.origin.urls("limited", "big.bin"), f"latency-{number}")
    time.sleep(BEGIN_SECONDS)
    loaded = answers(server, while_busy=True)
    server.cancel(ids)
    while server.ask(COUNTS)["status"]["activeTasks"]:
        time.sleep(PAUSE_SECONDS)
    for place in server.downloads.glob(f"*/latency-{number}"):
        shutil.rmtree(place)
    row = {
        "idle_p50": statistics.median(idle),
        "idle_p99": p99(idle),
        "loaded_p50": statistics.median(loaded),
        "loaded_p99": p99(loaded),
        "added": p99(loaded) - p99(idle),
    }
    counts = {"contestant": ARGOSY, "answers": len(loaded)}
    return {name: round(value, 2) for name, value in row.items()} | counts


def answers(server: Server, *, while_busy: bool = False) -> list[float]:
    """Return how many ms each answer took in some seconds, at most until the task is done."""
    taken = []
    deadline = time.perf_counter() + WATCHED_SECONDS
    while (began := time.perf_counter()) < deadline:
        server.ask(VERSION)
        taken.append((time.perf_counter() - began) * 1000)
        if while_busy and len(taken) % 100 == 0 and not _is_busy(server.downloads):
            break
        time.sleep(PAUSE_SECONDS)
    return taken


def _is_busy(downloads: Path) -> bool:
    """Whether something is being downloaded: its folder for the unfinished is not empty."""
    return any((downloads / ".incomplete").iterdir())


def p99(values: list[float]) -> float:
    """Return what 99 of 100 values do not go beyond."""
    return statistics.quantiles(values, n=100)[98]


def _use_segments(server: Server) -> None:
    if takes_connections():
        server.connections = SEGMENTS
