"""What the process that speaks to a service may not do."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
ALONE = """
import sys
sys.path.insert(0, sys.argv[1])
from services.notifiers.child.belt import Belt, limit
from services.notifiers.child.dialing import Dialer
import ctypes, os, pathlib, shutil, socket, sqlite3, subprocess
limit()
dialer = Dialer("127.0.0.1", 1, "Basic x")
belt = Belt(dialer.proxy, sys.argv[1] + "/services")
dialer.install()
belt.fasten()
try:
    exec(sys.argv[2])
except OSError as error:
    print(type(error).__name__)
else:
    print("done")
"""


def tried(act: str) -> str:
    """Return what comes of an act in such a process."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", ALONE, str(ROOT), act],
        capture_output=True,
        text=True,
        timeout=30,
        env={},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "act",
    [
        "open('/etc/passwd').read()",
        "open('/proc/self/environ').read()",
        "os.open('/etc/passwd', os.O_RDONLY)",
        "pathlib.Path(sys.argv[1], 'pyproject.toml').read_text()",
        "open(sys.argv[1] + '/services/../pyproject.toml')",
        "open(sys.argv[1] + '/services/new.txt', 'w')",
        "open('/tmp/new.txt', 'w')",
        "os.listdir('/etc')",
        "os.remove('/tmp/nothing')",
        "os.symlink('/etc/passwd', '/tmp/link')",
        "shutil.copyfile('/etc/passwd', '/tmp/copy')",
        "sqlite3.connect('/tmp/x.db')",
        "subprocess.run(['true'])",
        "os.system('true')",
        "os.fork()",
        "os.execv('/bin/true', ['true'])",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.kill(1, 0)",
        "ctypes.CDLL('/tmp/libx.so')",
        "socket.socket().bind(('127.0.0.1', 0))",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('127.0.0.1', 53))",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 53))",
        "socket.socket(socket.AF_UNIX).connect('/run/dbus/system_bus_socket')",
        "import _socket; _socket.socket().connect(('127.0.0.1', 22))",
        "import _socket; _socket.getaddrinfo('localhost', 22)",
    ],
)
def test_act_is_refused(act: str) -> None:
    assert tried(act) in {"PermissionError", "ConnectionRefusedError"}


@pytest.mark.parametrize(
    "act",
    [
        "import json.tool, wave",  # libraries import late
        "import ssl; ssl.create_default_context()",
        "open('/dev/null').read()",
        "os.urandom(8)",
        "import zoneinfo; zoneinfo.ZoneInfo('UTC')",
    ],
)
def test_what_libraries_need_is_possible(act: str) -> None:
    assert tried(act) == "done"
