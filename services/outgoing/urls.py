"""URLs that users give: parsed once, by the parser that the requests use."""

import re
import socket
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

from yarl import URL

from services.errors import ErrorCode, InvalidInput
from services.outgoing.addresses import AddressPolicy, ForbiddenAddress
from services.redaction import redact

SCHEMES = frozenset({"http", "https"})
FETCHABLE = SCHEMES | {"ftp", "ftpes", "ftps", "sftp"}
PORTS = {"http": 80, "https": 443, "ftp": 21, "ftpes": 21, "ftps": 990, "sftp": 22}
LONGEST = 8192
LEGAL = "!#$%&'()*+,/:;=?@[]^_`{|}~"  # signs in a URL that mean something, or are left alone
VERBATIM = re.compile(r"""(?:[^\x00-\x20\x7f-\U0010ffff"#<>\\%]|%[0-9A-Fa-f]{2})*""")
DOTS = re.compile(r"(^|/)\.{1,2}(/|$)")
BLANKS = re.compile(r"[\x00-\x20\x7f\\]")


def parse_url(text: str, *, field: str | None = None, schemes: frozenset[str] = SCHEMES) -> URL:
    """Return the URL in `text`, or raise `InvalidInput` about the argument `field`."""
    text = text.strip()
    if len(text) > LONGEST:
        message = f"The URL is longer than {LONGEST} letters."
        raise InvalidInput(message, code=ErrorCode.INVALID_URL, field=field)
    if BLANKS.search(text):
        message = f"{_short(text)} has a blank, a backslash or a control character in it."
        raise InvalidInput(message, code=ErrorCode.INVALID_URL, field=field)
    try:
        url = URL(text)
        host, port = url.host, url.explicit_port
    except ValueError as error:
        message = f"{_short(text)} is not a URL: {redact(str(error))}."
        raise InvalidInput(message, code=ErrorCode.INVALID_URL, field=field) from error
    if not url.scheme or (not host and url.scheme in schemes):
        message = f"{_short(text)} is not a URL. It should look like https://example.com/file.zip"
        raise InvalidInput(message, code=ErrorCode.INVALID_URL, field=field)
    if url.scheme not in schemes:
        message = f"{url.scheme}: is not fetched here, only {', '.join(sorted(schemes))}."
        raise InvalidInput(message, code=ErrorCode.UNSUPPORTED_SCHEME, field=field)
    if url.raw_user is not None or url.raw_password is not None:
        message = "A name or password in a URL ends up in logs; take it out."
        raise InvalidInput(message, code=ErrorCode.INVALID_URL, field=field)
    if port == 0:
        message = f"{_short(text)} has no usable port."
        raise InvalidInput(message, code=ErrorCode.INVALID_URL, field=field)
    return _as_given(url.with_fragment(None), text)


def literal_address(host: str) -> str | None:
    """Return the numeric address that `host` spells, or None if it is a name.

    Takes the spellings that resolvers take too: `127.1`, `0x7f.1`, `2130706433`.
    """
    with suppress(ValueError):
        return str(ip_address(host))
    # inet_aton takes a number in front of anything ("1 example"), a host has no blank.
    with suppress(OSError):
        return socket.inet_ntoa(socket.inet_aton(host))
    return None


def is_localhost(name: str) -> bool:
    """Whether a name always means this machine (RFC 6761, section 6.3)."""
    name = name.rstrip(".").lower()
    return name == "localhost" or name.endswith(".localhost")


def check_target(url: URL, policy: AddressPolicy, *, field: str | None = None) -> None:
    """Raise `ForbiddenAddress` where `url` itself says that it may not be reached.

    That is for literal addresses and `localhost`; names are looked up when connecting, and
    what they lead to is checked then.
    """
    check_host(url.host or "", port_of(url), policy, field=field)


def port_of(url: URL) -> int:
    """Return the port that a connection for `url` goes to."""
    return url.explicit_port or PORTS.get(url.scheme) or url.port or PORTS["http"]


def is_same_origin(one: str, other: str) -> bool:
    """Whether two URLs lead to the same server by the same protocol."""
    first, second = URL(one), URL(other)
    return (first.scheme, first.raw_host, port_of(first)) == (
        second.scheme,
        second.raw_host,
        port_of(second),
    )


def check_host(host: str, port: int, policy: AddressPolicy, *, field: str | None = None) -> None:
    """Raise `ForbiddenAddress` where a host, as it stands in a URL, may not be reached."""
    addresses = [literal_address(host)]
    if is_localhost(host):
        addresses = ["127.0.0.1", "::1"]
        if any(policy.permits(ip_address(a), port) for a in addresses if a):
            return
    if addresses[0] is None:
        return
    try:
        policy.check(addresses[0], port, name=host)
    except ForbiddenAddress as error:
        error.field = field
        raise


def shown(url: str | URL) -> str:
    """Return `url` without what may be secret in it (user, query, fragment), for logs."""
    url = URL(url) if isinstance(url, str) else url
    return str(url.with_user(None).with_query(None).with_fragment(None))


def _as_given(url: URL, text: str) -> URL:
    """Return `url` with its path and query as they stand in `text`, where that is legal.

    The parser writes some of it in another way (`%2F` in a query becomes `/`), and then a
    signature over the text would no longer hold.
    """
    _, _, path, query, _ = urlsplit(text)
    if not VERBATIM.fullmatch(path) or not VERBATIM.fullmatch(query) or DOTS.search(path):
        return url
    return URL.build(
        scheme=url.scheme,
        authority=url.raw_authority,
        path=path or "/",
        query_string=query,
        encoded=True,
    )


def _short(text: str) -> str:
    text = redact(text)
    return repr(text if len(text) <= 80 else text[:77] + "…")
