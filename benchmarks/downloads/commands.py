"""The command lines that Argosy is measured beside: aria2c and curl."""

import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.downloads.origin import Origin

TIMEOUT_SECONDS = 300.0

ARIA2 = [
    "aria2c",
    "--quiet",
    "--no-conf",
    "--file-allocation=none",
    "--auto-file-renaming=false",
]
CURL = ["curl", "--silent", "--show-error", "--fail", "--parallel"]
SEGMENTS = {
    "aria2c -x1": ["-x1", "-s1"],
    "aria2c -x4": ["-x4", "-s4"],
    "aria2c -x16": ["-x16", "-s16"],
    "aria2c -x16 -k1M": ["-x16", "-s16", "-k1M"],
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What one download, or one batch, took: seconds, seconds of processors, and MiB."""

    wall: float
    cpu: float
    memory: float  # the most at any moment, of all of the process
    error: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A program that is started, downloads and ends."""

    name: str
    origin: Origin
    at_once: int

    def fetch(self, urls: list[str], folder: Path) -> Measured:
        """Download `urls` into `folder`; GNU time tells what it took."""
        with tempfile.TemporaryDirectory() as scratch:
            report = Path(scratch, "report")
            arguments = self._arguments(urls, folder, Path(scratch, "urls"))
            timed = ["time", "--format", "%U %S %M", "--output", str(report), *arguments]
            began = time.perf_counter()
            done = subprocess.run(
                timed,
                check=False,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=TIMEOUT_SECONDS,
            )
            wall = time.perf_counter() - began
            user, system, kibibytes = map(float, report.read_text().split("\n")[-2].split())
        error = done.stderr[-200:].decode(errors="replace") if done.returncode else ""
        return Measured(wall, user + system, kibibytes / 1024, error)

    def _arguments(self, urls: list[str], folder: Path, listed: Path) -> list[str]:
        certificate = str(self.origin.certificate)
        if self.name == "curl":
            targets = ((url, folder / url.rpartition("/")[2]) for url in urls)
            listed.write_text("".join(f'url="{u}"\noutput="{t}"\n' for u, t in targets))
            most = ["--parallel-max", str(self.at_once), "--cacert", certificate]
            return [*CURL, *most, "--config", str(listed)]
        listed.write_text("\n".join(urls))
        most = [f"-j{self.at_once}", f"--ca-certificate={certificate}", "-d", str(folder)]
        return [*ARIA2, *SEGMENTS[self.name], *most, "-i", str(listed)]
