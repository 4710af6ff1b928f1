"""The time that programs see, as a test sets it."""

from pathlib import Path


class FalseClock:
    """A clock of programs that can be set while they run."""

    def __init__(self, folder: Path, library: Path) -> None:
        self._file = folder / "time"
        self.settings = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",  # as older versions have it
            "NO_FAKE_STAT": "1",
        }
        self.set(0)

    def set(self, seconds: int) -> None:
        """Have the programs see the right time and that many seconds more."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{seconds:+d}s\n")
        fresh.replace(self._file)
