"""The memory that a container or a service may have (cgroups v2), and what is used of it."""

from pathlib import Path

GROUP = Path("/proc/self/cgroup")
ROOT = Path("/sys/fs/cgroup")
NO_LIMIT = "max"


def allotted_percent(group: Path = GROUP, root: Path = ROOT) -> float | None:
    """Return how much is used of what this process's group may have; None without a limit."""
    try:
        lines = group.read_text().splitlines()
        own = next(line.removeprefix("0::/") for line in lines if line.startswith("0::/"))
        limit = (root / own / "memory.max").read_text().strip()
        if limit == NO_LIMIT:
            return None
        used = int((root / own / "memory.current").read_text())
        return 100 * max(0, used - _given_back(root / own)) / int(limit)
    except (OSError, StopIteration, ValueError, ZeroDivisionError):
        return None  # there are no such groups here


def _given_back(folder: Path) -> int:
    """Return how much of what is used holds files that can be read again, and gives way."""
    for line in (folder / "memory.stat").read_text().splitlines():
        name, _, value = line.partition(" ")
        if name == "inactive_file":
            return int(value)
    return 0
