"""What some tests need and what is no part of Argosy."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import pytest


def needs(*names: str) -> list[str]:
    """Return the paths of these programs; where one is missing, skip the test, or fail in CI."""
    path = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin"  # where servers are
    found = {name: shutil.which(name, path=path) for name in names}
    missing = [name for name, path in found.items() if path is None]
    if missing:
        _do_without(f"not on the path: {', '.join(missing)}")
    return [path for path in found.values() if path is not None]


def needs_variable(name: str) -> str:
    """Return a variable of the environment; without it, skip the test, or fail in CI."""
    value = os.environ.get(name)
    if not value:
        _do_without(f"{name} is not set")
    return value


def needs_redis() -> str:
    """Return the URL of a Redis; where none answers, skip the test, or fail in CI.

    Others use it too: each test takes a prefix of its own for its keys.
    """
    url = os.environ.get("ARGOSY_TEST_REDIS_URL") or "redis://127.0.0.1:6379/0"
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 6379)).close()
    except OSError as error:
        _do_without(f"no Redis answers: {error}")
    return url


def needs_built(path: Path) -> Path:
    """Return what the web build makes; where it is missing, skip the test, or fail in CI."""
    if not path.exists():
        _do_without(f"{path.name} is not built; `make dashboard` does")
    return path


def needs_auditors(root: Path) -> None:
    """Go on where the tools of the supply chain are set up; else skip the test, or fail in CI."""
    if not (root / ".venv-audit" / "installed-requirements-audit.lock").exists():
        _do_without("the tools of the supply chain are not set up; `make sbom` does")


def needs_ipv6() -> None:
    """Go on where this machine has IPv6; elsewhere, skip the test, or fail in CI."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError as error:
        _do_without(f"this machine has no IPv6: {error}")


@contextmanager
def needs_small_disk(folder: Path, size: int) -> Iterator[None]:
    """Have `folder` on a disk of `size` bytes; who may not mount skips the test, or fails in CI."""
    mount, unmount = needs("mount", "umount")
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", str(folder)]
    done = subprocess.run([mount, *options], capture_output=True, text=True, check=False)
    if done.returncode:
        _do_without(f"no disk can be mounted: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run([unmount, str(folder)], check=True)


def needs_faketime() -> Path:
    """Return the library that gives programs another time; without it, skip the test, or fail."""
    needs("faketime")
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        _do_without("there is no libfaketimeMT.so.1 under /usr/lib")
    return found[0]


def _do_without(message: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
