"""Cookies that are given with a download: one by one, or as a file that browsers export."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address

from services.errors import InvalidInput

MOST_COOKIES = 1000
LONGEST_FILE = 256 << 10  # bytes
LATEST = datetime(9999, 12, 31, tzinfo=UTC)
HTTP_ONLY = "#HttpOnly_"

NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z()<>@,:/\[\]?{}]{1,256}")
HOST = re.compile(r"[0-9a-z_]([0-9a-z_-]*[0-9a-z_])?(\.[0-9a-z_]([0-9a-z_-]*[0-9a-z_])?)*")


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie as browsers keep it (RFC 6265). `domain` without a leading dot."""

    name: str
    value: str
    domain: str
    path: str = "/"
    is_secure: bool = False  # for https only
    is_host_only: bool = True  # for the domain itself, not for what is below it
    expires: datetime | None = None  # None: with the task


def check_cookie(cookie: Cookie, *, field: str | None = None) -> None:
    """Raise `InvalidInput` about the argument `field` where a request could not carry it."""
    if wrong := _wrong(cookie):
        message = f"The cookie has {wrong}."
        raise InvalidInput(message, field=field)


def parse_cookies_txt(text: str, *, field: str | None = None) -> tuple[Cookie, ...]:
    """Return the cookies in a file in the format of Netscape, as curl and browsers write it.

    At most `MOST_COOKIES` in `LONGEST_FILE` bytes. Raises `InvalidInput` about the argument
    `field`, which names the line and repeats nothing of it.
    """
    if len(text.encode("utf-8", "surrogatepass")) > LONGEST_FILE:
        message = f"The cookies are more than {LONGEST_FILE >> 10} KiB. Keep those of one site."
        raise InvalidInput(message, field=field)
    cookies: list[Cookie] = []
    for number, line in _lines(text):
        try:
            cookies.append(_cookie(line))
        except ValueError as error:
            message = f"Line {number} of the cookies has {error}."
            raise InvalidInput(message, field=field) from None
        if len(cookies) > MOST_COOKIES:
            message = f"There are more than {MOST_COOKIES} cookies. Keep those of one site."
            raise InvalidInput(message, field=field)
    return tuple(cookies)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        line = line.removesuffix("\r").removeprefix(HTTP_ONLY)  # noqa: PLW2901
        if line.strip() and not line.startswith("#"):
            yield number, line


def _cookie(line: str) -> Cookie:
    """Return the cookie in a line of seven fields; raise `ValueError` that says what it has."""
    fields = line.split("\t")
    if len(fields) == 6:  # some programs leave out an empty value, and the tab before it
        fields.append("")
    if len(fields) != 7:
        wrong = f"{len(fields)} fields between tabs, and not 7"
        raise ValueError(wrong)
    domain, below, path, secure, expires, name, value = fields
    cookie = Cookie(
        name=name,
        value=value,
        domain=_domain(domain),
        path=path or "/",
        is_secure=_flag(secure),
        is_host_only=not _flag(below),
        expires=_moment(expires),
    )
    if trouble := _wrong(cookie):
        raise ValueError(trouble)
    return cookie


def _domain(text: str) -> str:
    host = text.strip().removeprefix(".").lower()
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return ""


def _flag(text: str) -> bool:
    flag = text.strip().upper()
    if flag not in {"TRUE", "FALSE"}:
        wrong = "something else than TRUE or FALSE in a place for these"
        raise ValueError(wrong)
    return flag == "TRUE"


def _moment(text: str) -> datetime | None:
    """Return when a cookie expires: seconds since 1970, where 0 and less are the session."""
    text = text.strip()
    if not text:
        return None
    if not re.fullmatch(r"-?[0-9]{1,20}(\.[0-9]{1,20})?", text):
        wrong = "no number of seconds as its fifth field"
        raise ValueError(wrong)
    seconds = float(text)
    if seconds <= 0:
        return None
    return datetime.fromtimestamp(min(seconds, LATEST.timestamp()), UTC)


def _wrong(cookie: Cookie) -> str | None:
    """Return what a cookie has that it may not have, or None."""
    if not NAME.fullmatch(cookie.name):
        return "no usable name"
    if ";" in cookie.value or not _is_carried(cookie.value):
        return "a semicolon or a control character in its value"
    if not _is_host(cookie.domain):
        return "no usable domain"
    if not cookie.path.startswith("/") or ";" in cookie.path or not _is_carried(cookie.path):
        return "a path that does not begin with /, or has odd signs in it"
    return None


def _is_carried(text: str) -> bool:
    """Whether a header can carry `text` as it is."""
    if any(ord(sign) < 0x20 or 0x7F <= ord(sign) < 0xA0 for sign in text):
        return False
    return not any(0xD800 <= ord(sign) < 0xE000 for sign in text)


def _is_host(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return len(text) <= 253 and HOST.fullmatch(text) is not None
    return "%" not in text
