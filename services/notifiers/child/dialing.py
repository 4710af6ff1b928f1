"""Every connection of this process goes through the guarded proxy, whatever library makes it.

Libraries look names up and connect by themselves, each in its own way, and all of them by
Python's sockets in the end. Here the lookup gives the name back as if it were an address, and
the connection asks the proxy for that name: so it is looked up and checked there, once. Protocols
other than HTTP, such as SMTP, go the same way.
"""

import errno
import os
import socket
from typing import Any, NoReturn

USUAL_SECONDS = 20.0  # where a library sets no time
LONGEST_ANSWER = 16_384  # bytes
ANY = ("", 0, None)

Connect = Any
_connect: Connect = socket.socket.connect


class Dialer:
    """Leads to what the proxy permits. `refusal` is the last reason why something was not."""

    def __init__(self, host: str, port: int, authorization: str) -> None:
        self._proxy = (host, port)
        self._authorization = authorization
        self.refusal: str | None = None
        self.code: str | None = None

    @property
    def proxy(self) -> tuple[str, int]:
        """Where the proxy is."""
        return self._proxy

    def install(self) -> None:
        """Take the place of what Python has."""
        dialer = self

        def connect(self: socket.socket, address: Any) -> None:
            dialer._dial(self, address)

        def connect_ex(self: socket.socket, address: Any) -> int:
            try:
                dialer._dial(self, address)
            except OSError as error:
                return error.errno or errno.ECONNREFUSED
            return 0

        for name, call in (("connect", connect), ("connect_ex", connect_ex)):
            setattr(socket.socket, name, call)
        for name, look in (
            ("getaddrinfo", self._look_up),
            ("gethostbyname", _unknown),
            ("gethostbyname_ex", _unknown),
            ("gethostbyaddr", _unknown),
            ("getfqdn", lambda _name="": "localhost.localdomain"),
        ):
            setattr(socket, name, look)

    def _look_up(  # noqa: PLR0917 - as it is called
        self,
        host: Any,
        port: Any,
        family: int = 0,
        type: int = 0,  # noqa: A002
        proto: int = 0,
        flags: int = 0,
    ) -> list[tuple[Any, ...]]:
        """Give a name back as an address, for the proxy to look up."""
        if type == socket.SOCK_DGRAM:
            self._refuse("This service is reached by UDP, which cannot be checked. Take another.")
        name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
        number = socket.getservbyname(port) if _is_word(port) else int(port or 0)
        place = (name, number)
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", place)]

    def _dial(self, connection: socket.socket, address: Any) -> None:
        if connection.family == socket.AF_UNIX or not isinstance(address, tuple):
            self._refuse("This service is reached on the server's own machine. Take another.")
        if connection.type != socket.SOCK_STREAM:
            self._refuse("This service is reached by UDP, which cannot be checked. Take another.")
        seconds = connection.gettimeout()
        connection.settimeout(seconds or USUAL_SECONDS)
        host, port = self._proxy
        at = f"::ffff:{host}" if connection.family == socket.AF_INET6 else host
        _connect(connection, (at, port))
        self._ask(connection, *address[:2])
        connection.settimeout(seconds)

    def _ask(self, connection: socket.socket, host: Any, port: Any) -> None:
        to = f"[{host}]:{port}" if ":" in str(host) else f"{host}:{port}"
        lines = [f"CONNECT {to} HTTP/1.1", f"Proxy-Authorization: {self._authorization}"]
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        head = _read_head(connection)
        if head.split(" ", 2)[1:2] != ["200"]:
            self.code = next((_value(line) for line in head.split("\r\n") if _is_code(line)), None)
            self._refuse(_read_rest(connection) or "The way out refused the connection.")

    def _refuse(self, message: str) -> NoReturn:
        self.refusal = message
        raise ConnectionRefusedError(errno.ECONNREFUSED, message)


def _read_head(connection: socket.socket) -> str:
    """Read the head of an answer and nothing behind it: servers may speak first."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        sign = connection.recv(1)
        if not sign or len(head) > LONGEST_ANSWER:
            raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
        head += sign
    return head.decode("latin-1")


def _read_rest(connection: socket.socket) -> str:
    rest = b""
    while len(rest) < LONGEST_ANSWER and (chunk := connection.recv(4096)):
        rest += chunk
    return rest.decode(errors="replace")


def _is_code(line: str) -> bool:
    return line.lower().startswith("x-argosy-code:")


def _value(line: str) -> str:
    return line.partition(":")[2].strip()


def _is_word(port: Any) -> bool:
    return isinstance(port, str) and not port.isdigit()


def _unknown(*_: Any) -> NoReturn:
    raise socket.gaierror(socket.EAI_NONAME, "Names are looked up elsewhere.")
