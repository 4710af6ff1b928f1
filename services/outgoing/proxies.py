"""Proxies: what a user or the operator may name as one.

They are reached by CONNECT (RFC 9110, section 9.3.6), with TLS or without, or by SOCKS 5
(RFC 1928, RFC 1929).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_network

from yarl import URL

from services.errors import ErrorCode, FetchFailed, InvalidInput
from services.outgoing.addresses import Network
from services.outgoing.cookies import HOST
from services.outgoing.routes import SYSTEM_PROXY, Route

PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")
SOCKS = ("socks5", "socks5h")
LONGEST_LOGIN = 255  # bytes in a name or a password: RFC 1929
LONGEST_PROXY = 1024


@dataclass(frozen=True, slots=True)
class Around:
    """Where a proxy is gone around: hosts, and networks in which they lie.

    `names` are in small letters; one that begins with a dot is for all below it, others are
    for themselves and all below them.
    """

    names: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()

    @classmethod
    def parse(cls, texts: Sequence[str]) -> "Around":
        """Read `localhost`, `.example.com`, `192.0.2.1` or `10.0.0.0/8`.

        Raises `ValueError` that names those that are none of these.
        """
        names: list[str] = []
        networks: list[Network] = []
        bad: list[str] = []
        for text in filter(None, (text.strip() for text in texts)):
            try:
                networks.append(ip_network(text.strip("[]"), strict=False))
            except ValueError:
                (names if HOST.fullmatch(text.lower().removeprefix(".")) else bad).append(
                    text.lower()
                )
        if bad:
            message = f"not a host such as .example.com or 10.0.0.0/8: {', '.join(map(repr, bad))}"
            raise ValueError(message)
        return cls(tuple(names), tuple(networks))

    def covers(self, host: str, addresses: Sequence[str]) -> bool:
        """Whether a host is reached directly, as it is called or by all of its addresses."""
        name = f".{host.rstrip('.').lower()}"
        if any(_is_below(name, one) for one in self.names):
            return True
        found = [ip_address(address.partition("%")[0]) for address in addresses]
        return bool(found) and all(
            any(address in network for network in self.networks) for address in found
        )


NOWHERE = Around()


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy. `is_checked` says that only a public address is taken as one."""

    host: str
    port: int
    is_socks: bool
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    is_checked: bool = True
    is_tls: bool = False  # all that is said to it
    around: Around = NOWHERE


def parse_proxy(text: str, *, field: str | None = None, is_checked: bool = True) -> Proxy:
    """Return the proxy that a URL names, or raise `InvalidInput` about the argument `field`.

    Such as `socks5://name:password@proxy.example:1080`. The message never repeats the login.
    socks5 and socks5h are the same here: names are always looked up by this server.
    """
    url = _parse(text.strip(), field)
    if url.scheme not in PROXY_SCHEMES:
        message = "A proxy is reached by http://, https://, socks5:// or socks5h://."
        raise _invalid(message, field)
    if not url.host or not url.explicit_port:
        message = "The URL of a proxy has a host and a port."
        raise _invalid(message, field)
    if url.path not in {"", "/"} or url.query_string or url.fragment:
        message = "The URL of a proxy ends behind its port."
        raise _invalid(message, field)
    _check_login(url, field)
    return Proxy(
        url.raw_host or url.host,
        url.explicit_port,
        url.scheme in SOCKS,
        url.user,
        url.password,
        is_checked,
        url.scheme == "https",
    )


def system_proxy(text: str | None, around: Sequence[str] = ()) -> Proxy | None:
    """Return the operator's proxy, which may be anywhere; None is none."""
    if text is None:
        return None
    return replace(parse_proxy(text, is_checked=False), around=Around.parse(around))


def proxy_of(route: Route, system: Proxy | None) -> Proxy | None:
    """Return the proxy that `route` goes through, if it does.

    Raises `FetchFailed` where the operator's is asked for and there is none.
    """
    if route.proxy is None:
        return None
    if route.proxy != SYSTEM_PROXY:
        return parse_proxy(route.proxy)
    if system is None:
        message = (
            "The task is to go through the proxy of this server, which has none. "
            "Ask its operator, or choose another proxy."
        )
        raise FetchFailed(message, code=ErrorCode.PROXY_FAILED, temporary=False)
    return system


def _is_below(name: str, rule: str) -> bool:
    """Whether `.name` is what a rule names, or below that."""
    return name.endswith(rule if rule.startswith(".") else f".{rule}") and name != rule


def _parse(text: str, field: str | None) -> URL:
    if len(text) > LONGEST_PROXY or not text.isprintable() or " " in text or "\\" in text:
        message = "The URL of the proxy is too long, or has odd signs in it."
        raise _invalid(message, field)
    try:
        url = URL(text)
        _ = url.host, url.explicit_port
    except ValueError:  # its message may repeat the password
        message = "That is no URL of a proxy. It should look like socks5://proxy.example:1080"
        raise _invalid(message, field) from None
    return url


def _check_login(url: URL, field: str | None) -> None:
    user, password = url.user, url.password
    if user is None and password is None:
        return
    if not user or (url.scheme in SOCKS and not password):
        message = "The login of the proxy needs a name and a password."
        raise _invalid(message, field)
    both = user + (password or "")
    if not both.isprintable() or ":" in user:
        message = "The login of the proxy has odd signs in it."
        raise _invalid(message, field)
    longest = max(len(user), len(password or ""))
    if url.scheme in SOCKS and (not both.isascii() or longest > LONGEST_LOGIN):
        message = f"A login to a socks proxy has at most {LONGEST_LOGIN} ASCII letters."
        raise _invalid(message, field)


def _invalid(message: str, field: str | None) -> InvalidInput:
    return InvalidInput(message, code=ErrorCode.INVALID_URL, field=field)
