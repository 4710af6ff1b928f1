"""What a program asks of a proxy: the head of a CONNECT, or of a request with a whole URL."""

from dataclasses import dataclass

LONGEST_HEAD = 65_536  # bytes
MOST_HEADERS = 200
# They are about the connection to the proxy, and nothing to whoever stands behind it.
OURS = frozenset(
    {"proxy-authorization", "proxy-connection", "connection", "keep-alive", "te", "upgrade"}
)


class BadHead(Exception):
    """What was sent is no request that a proxy takes."""


@dataclass(frozen=True, slots=True)
class Head:
    """A request to a proxy. `path` is None for a CONNECT."""

    method: str
    host: str
    port: int
    path: str | None
    headers: tuple[tuple[str, str], ...]

    def header(self, name: str) -> str | None:
        """Return the first header of that name."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def length(self) -> int:
        """How many bytes of a body follow. Raises `BadHead` where nobody can know."""
        if self.header("transfer-encoding") is not None:
            raise BadHead
        text = self.header("content-length") or "0"
        if not (text.isascii() and text.isdigit() and len(text) <= 18):
            raise BadHead
        return int(text)

    def passed_on(self) -> bytes:
        """Return the head as the server behind is sent it, over a connection for it alone."""
        lines = [f"{self.method} {self.path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in self.headers if name.lower() not in OURS]
        return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1")


def read_head(content: bytes) -> Head:
    """Return what a head asks for, or raise `BadHead`."""
    first, *lines = content.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1.") or len(lines) > MOST_HEADERS:
        raise BadHead
    method, target, _ = words
    headers = tuple(_header(line) for line in lines)
    if method == "CONNECT":
        host, port = _authority(target, None)
        return Head(method, host, port, None, headers)
    scheme, separator, rest = target.partition("://")
    if not separator or scheme.lower() != "http" or not method.isalpha():
        raise BadHead
    authority, slash, path = rest.partition("/")
    host, port = _authority(authority, 80)
    return Head(method, host, port, f"{slash or '/'}{path}", headers)


def _header(line: str) -> tuple[str, str]:
    name, separator, value = line.partition(":")
    if not separator or not name or name != name.strip() or "\n" in line or "\r" in line:
        raise BadHead
    return name, value.strip()


def _authority(text: str, usual: int | None) -> tuple[str, int]:
    """Return the host and the port in `host:port` or `[address]:port`."""
    host, _, port = text.rpartition(":") if not text.endswith("]") else (text, "", "")
    if not host:
        host, port = port, ""
    if port == "" and usual is not None:
        port = str(usual)
    if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        raise BadHead
    host = host.removeprefix("[").removesuffix("]")
    if not host or len(host) > 255 or not host.isprintable() or set(host) & set("@/ []"):
        raise BadHead
    return host, int(port)
