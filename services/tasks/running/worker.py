"""The name by which a worker knows its own tasks again after a restart."""

from pathlib import Path
from uuid import uuid4

FILE = "worker"


def worker_id(data_dir: Path) -> str:
    """Return the id kept in the data folder, made if need be.

    The lock on the folder makes sure that no two processes go by it at once.
    """
    path = data_dir / FILE
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists() and (found := path.read_text().strip()):
        return found
    made = str(uuid4())
    path.touch(0o600)
    path.write_text(made + "\n")
    return made
