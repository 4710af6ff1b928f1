"""The packages at the root have plain names: make sure that they are ours."""

from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("argosy", "schema", "resolvers", "services", "models")


def strangers() -> list[str]:
    """Return a line for each package that Python would take from somewhere else."""
    lines = []
    for room in ROOMS:
        spec = find_spec(room)
        where = Path(spec.origin).parent if spec and spec.origin else None
        if where != ROOT / room:
            lines.append(
                f"Python finds the package {room!r} at {where}, not beside this program at "
                f"{ROOT / room}. Uninstall what put it there, or run from a clean environment."
            )
    return lines
