"""What this process may not do, whatever a library does at the wish of a URL.

A URL can name local files to be read and sent (templates, keys), and some services are programs or
sockets of the machine. Python tells a hook of each such thing before it is done; what the hook
raises, the library gets. A hook cannot be taken away again.
"""

import os
import resource
import sys
import sysconfig
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
MEMORY = 1 << 30  # bytes
PROCESSOR_SECONDS = 60

# Of the machine, nothing is secret in these, and libraries read them.
OPEN_FOLDERS = (
    *("/etc/ssl", "/etc/pki", "/usr/lib/ssl", "/usr/share/ca-certificates"),
    *("/usr/local/share/ca-certificates", "/usr/share/zoneinfo"),
)
OPEN_FILES = ("/dev/null", "/dev/urandom", "/etc/localtime", "/etc/mime.types", "/etc/timezone")
NEVER = frozenset(
    {
        *("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn"),
        *("os.spawn", "pty.spawn", "os.kill", "os.killpg", "os.chmod", "os.chown", "os.link"),
        *("os.symlink", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate"),
        *("os.utime", "os.setxattr", "os.removexattr", "shutil.move", "shutil.rmtree"),
        *("sqlite3.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname"),
        *("socket.gethostbyaddr", "socket.sendto", "os.putenv", "os.unsetenv", "pdb.Pdb"),
        *("shutil.copyfile", "tempfile.mkstemp", "tempfile.mkdtemp", "socket.sethostname"),
    }
)
READING = frozenset({"os.listdir", "os.scandir", "os.walk", "glob.glob", "os.chdir"})


def limit() -> None:
    """Bound what this process may use of the machine, and let nothing of it be kept."""
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
    ):
        _, hard = resource.getrlimit(what)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))


class Belt:
    """Refuses what has nothing to do with sending a message. `refusal` is the last reason."""

    def __init__(self, proxy: tuple[str, int], code: str) -> None:
        """Let nothing be reached but `proxy`; `code` is the folder of our own modules."""
        paths = sysconfig.get_paths()
        folders = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
        base = sysconfig.get_paths(vars={"base": sys.base_prefix, "platbase": sys.base_prefix})
        folders |= {base["stdlib"], base["platstdlib"], *OPEN_FOLDERS}
        self._folders = tuple(os.path.realpath(folder) + os.sep for folder in (*folders, code))
        self._proxies = (proxy, (f"::ffff:{proxy[0]}", proxy[1]))
        self.refusal: str | None = None

    def fasten(self) -> None:
        """Refuse from now on, for ever."""
        sys.addaudithook(self._look)

    def _look(self, event: str, values: tuple[Any, ...]) -> None:
        if event == "open":
            self._look_at_file(*values)
        elif event == "socket.connect":
            if values[1][:2] not in self._proxies:
                self._refuse("This service goes around the server's way out. Take another.")
        elif event in NEVER:
            self._refuse(f"This service needs something that it may not do ({event}).")
        elif event in READING and values and not self._is_ours(values[0]):
            self._refuse("This service looks into folders of the server. Take another.")
        elif event == "ctypes.dlopen" and values[0] is not None and not self._is_ours(values[0]):
            self._refuse("This service needs a library of the machine. Take another.")

    def _look_at_file(self, path: Any, _mode: Any, flags: Any) -> None:
        if isinstance(path, int):
            return  # it is open already
        if path not in OPEN_FILES and (
            not self._is_ours(path) or (isinstance(flags, int) and flags & WRITING)
        ):
            self._refuse("The URL names a file of the server, which may not be read. Leave it out.")

    def _is_ours(self, path: Any) -> bool:
        if isinstance(path, int):
            return True
        real = os.path.realpath(os.fsdecode(path))
        return f"{real}{os.sep}".startswith(self._folders)

    def _refuse(self, message: str) -> None:
        self.refusal = message
        raise PermissionError(message)
