"""The running server, as the command line on the same machine finds it.

While it runs, a server keeps a file in its data folder with its address and a key of its
own that works until it stops. Who can read that file can read the database as well: the
key opens nothing that is not open to them.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import orjson

FILE = "server.json"


@dataclass(frozen=True, slots=True)
class Presence:
    """Where a server answers, and a key for it."""

    url: str
    key: str

    def write(self, data_dir: Path) -> None:
        """Leave this in the data folder, for its owner's eyes only."""
        path = data_dir / FILE
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.write(file, orjson.dumps({"url": self.url, "key": self.key, "pid": os.getpid()}))
        finally:
            os.close(file)
        fresh.replace(path)


def find(data_dir: Path) -> Presence | None:
    """Return the server that left its address in the data folder, if one did."""
    try:
        content = orjson.loads((data_dir / FILE).read_bytes())
        url, key = content["url"], content["key"]
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
        return None
    return Presence(url, key) if isinstance(url, str) and isinstance(key, str) else None


def forget(data_dir: Path) -> None:
    """Remove what was left."""
    (data_dir / FILE).unlink(missing_ok=True)
