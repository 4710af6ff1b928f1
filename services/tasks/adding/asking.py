"""Options as people give them: every value checked, and all that is wrong said at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from services.engines.digests import parse_checksum
from services.engines.options import (
    Algorithm,
    Checksum,
    Conflict,
    Filters,
    Kind,
    Options,
    Patience,
    ProxyKind,
    Secrets,
)
from services.errors import ArgosyError, InvalidInput
from services.files.names import safe_name
from services.outgoing.certificates import client_tls
from services.outgoing.cookies import Cookie, check_cookie, parse_cookies_txt
from services.outgoing.proxies import parse_proxy
from services.outgoing.visitor import check_header_value, check_headers
from services.tasks.options import NO_SECRETS

T = TypeVar("T")

MOST_CONNECTIONS = 64
MOST_RETRIES = 100
MOST_CHECKSUMS = 10
MOST_EXTENSIONS = 100
MOST_HEADERS = 50
MOST_COOKIES = 1000
LONGEST_EXTENSION = 24  # letters
LONGEST_WAIT = 24 * 3600.0  # seconds
LONGEST_LOGIN = 1024  # letters
LONGEST_KEY = 64 << 10  # letters
GREATEST = 1 << 62  # bytes


@dataclass(frozen=True, slots=True)
class AskedCookie:
    """A cookie. Without a domain it goes to the host of the URL, which must then be one."""

    name: str
    value: str
    domain: str
    path: str | None = None
    is_secure: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a fetch, as it was given. None is what is usual."""

    name: str | None = None
    mirrors: Sequence[str] = ()
    checksums: Sequence[tuple[Algorithm, str]] = ()
    conflict: Conflict | None = None
    connections: int | None = None
    speed_limit: int | None = None
    min_size: int | None = None
    max_size: int | None = None
    excluded_extensions: Sequence[str] = ()
    excluded_kinds: Sequence[Kind] = ()
    modified_from: datetime | None = None
    modified_to: datetime | None = None
    connect_timeout: float | None = None
    read_timeout: float | None = None
    total_timeout: float | None = None
    lowest_speed: int | None = None
    retries: int | None = None
    retry_interval: float | None = None
    user_agent: str | None = None
    referer: str | None = None
    headers: Sequence[tuple[str, str]] = field(default=(), repr=False)
    cookies: Sequence[AskedCookie] = field(default=(), repr=False)
    cookies_txt: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    certificate: str | None = field(default=None, repr=False)
    private_key: str | None = field(default=None, repr=False)
    proxy_kind: ProxyKind | None = None
    proxy_url: str | None = field(default=None, repr=False)
    host_key: str | None = None


def read_asked(asked: Asked, errors: list[ArgosyError]) -> tuple[Options, Secrets]:
    """Return what was asked for; what is wrong is added to `errors`, with its field.

    Mirrors are checked where the URLs are.
    """
    reader = _Reader(errors)
    return _options(asked, reader), _secrets(asked, reader)


class _Reader:
    """Checks values, and gathers what is wrong with them."""

    def __init__(self, errors: list[ArgosyError]) -> None:
        self._errors = errors

    def check(self, name: str, is_right: bool, message: str) -> None:
        if not is_right:
            self._errors.append(InvalidInput(message, field=f"options.{name}"))

    def within(self, name: str, value: T, least: T, most: T) -> T:
        """Check that a number, if there is one, lies between two; NaN lies nowhere."""
        is_right = value is None or least <= value <= most  # type: ignore[operator]
        self.check(name, is_right, f"It goes from {least} to {most}.")
        return value

    def parse(self, name: str, parse: Callable[..., T], *given: object) -> T | None:
        """Return what `parse` makes of what was given as `name`; None where it refuses that."""
        try:
            return parse(*given, field=f"options.{name}")
        except ArgosyError as error:
            self._errors.append(error)
            return None


def _options(asked: Asked, reader: _Reader) -> Options:
    reader.within("connections", asked.connections, 1, MOST_CONNECTIONS)
    reader.within("speedLimit", asked.speed_limit, 1, GREATEST)
    if asked.name is not None:
        is_safe = asked.name == safe_name(asked.name)
        reader.check("name", is_safe, "It cannot be a file's name on every system.")
    for name, value in (("userAgent", asked.user_agent), ("referer", asked.referer)):
        if value is not None:
            _header_value(reader, name, value)
    return Options(
        name=asked.name,
        mirrors=tuple(asked.mirrors),
        checksums=_checksums(asked, reader),
        conflict=asked.conflict or Conflict.RENAME,
        connections=asked.connections,
        speed_limit=asked.speed_limit,
        filters=_filters(asked, reader),
        patience=_patience(asked, reader),
        user_agent=asked.user_agent,
        referer=asked.referer,
        proxy=_proxy(asked, reader),
    )


def _checksums(asked: Asked, reader: _Reader) -> tuple[Checksum, ...]:
    few = len(asked.checksums) <= MOST_CHECKSUMS
    reader.check("checksums", few, f"Give up to {MOST_CHECKSUMS} checksums.")
    found: list[Checksum | None] = []
    for position, (algorithm, digest) in enumerate(asked.checksums[:MOST_CHECKSUMS]):
        text = f"{algorithm.value}:{digest}"
        name = f"checksums.{position}.digest"
        found.append(reader.parse(name, parse_checksum, text))
    return tuple(checksum for checksum in found if checksum)


def _filters(asked: Asked, reader: _Reader) -> Filters:
    reader.within("minSize", asked.min_size, 0, GREATEST)
    reader.within("maxSize", asked.max_size, asked.min_size or 0, GREATEST)
    extensions = [text.lower().removeprefix(".") for text in asked.excluded_extensions]
    few = len(extensions) <= MOST_EXTENSIONS
    reader.check("excludedExtensions", few, f"Give up to {MOST_EXTENSIONS}.")
    for position, extension in enumerate(extensions[:MOST_EXTENSIONS]):
        is_one = 0 < len(extension) <= LONGEST_EXTENSION and "/" not in extension
        is_one = is_one and extension.isprintable()
        reader.check(f"excludedExtensions.{position}", is_one, "Give an extension, such as exe.")
    if asked.modified_from and asked.modified_to:
        in_order = asked.modified_from <= asked.modified_to
        reader.check("modifiedTo", in_order, "It lies before modifiedFrom.")
    return Filters(
        min_size=asked.min_size or 0,
        max_size=asked.max_size,
        excluded_extensions=frozenset(extensions),
        excluded_kinds=frozenset(asked.excluded_kinds),
        modified_from=asked.modified_from,
        modified_to=asked.modified_to,
    )


def _patience(asked: Asked, reader: _Reader) -> Patience:
    reader.within("lowestSpeed", asked.lowest_speed, 0, GREATEST)
    reader.within("retries", asked.retries, 0, MOST_RETRIES)
    return Patience(
        connect=reader.within("connectTimeout", asked.connect_timeout, 0.1, LONGEST_WAIT),
        silence=reader.within("readTimeout", asked.read_timeout, 0.1, LONGEST_WAIT),
        total=reader.within("totalTimeout", asked.total_timeout, 0.1, 30 * LONGEST_WAIT),
        lowest_speed=asked.lowest_speed or 0,
        retries=asked.retries,
        retry_interval=reader.within("retryInterval", asked.retry_interval, 0.5, LONGEST_WAIT),
    )


def _proxy(asked: Asked, reader: _Reader) -> ProxyKind:
    usual = ProxyKind.NONE if asked.proxy_url is None else ProxyKind.CUSTOM
    kind = asked.proxy_kind or usual
    if kind is ProxyKind.CUSTOM:
        reader.check("proxy.url", asked.proxy_url is not None, "Say which proxy.")
    else:
        reader.check("proxy.url", asked.proxy_url is None, "It is for the type CUSTOM only.")
    if asked.proxy_url is not None:
        reader.parse("proxy.url", parse_proxy, asked.proxy_url)
    return kind


def _secrets(asked: Asked, reader: _Reader) -> Secrets:
    few = len(asked.headers) <= MOST_HEADERS
    reader.check("headers", few, f"Give up to {MOST_HEADERS} headers.")
    for position, header in enumerate(asked.headers[:MOST_HEADERS]):
        name = f"headers.{position}"
        reader.parse(name, check_headers, [header])
    _check_login(asked, reader)
    _check_keys(asked, reader)
    secrets = Secrets(
        headers=tuple(asked.headers),
        cookies=_cookies(asked, reader),
        username=asked.username,
        password=asked.password,
        token=asked.token,
        certificate=asked.certificate,
        private_key=asked.private_key,
        proxy_url=asked.proxy_url,
        host_key=asked.host_key,
    )
    return NO_SECRETS if secrets == NO_SECRETS else secrets


def _cookies(asked: Asked, reader: _Reader) -> tuple[Cookie, ...]:
    cookies: list[Cookie] = []
    few = len(asked.cookies) <= MOST_COOKIES
    reader.check("cookies", few, f"Give up to {MOST_COOKIES} cookies.")
    for position, given in enumerate(asked.cookies[:MOST_COOKIES]):
        domain = given.domain.removeprefix(".").lower()
        is_host_only = not given.domain.startswith(".")
        path = given.path or "/"
        cookie = Cookie(given.name, given.value, domain, path, given.is_secure, is_host_only)
        name = f"cookies.{position}"
        reader.parse(name, check_cookie, cookie)
        cookies.append(cookie)
    if asked.cookies_txt is not None:
        cookies += reader.parse("cookiesTxt", parse_cookies_txt, asked.cookies_txt) or ()
    return tuple(cookies)


def _check_login(asked: Asked, reader: _Reader) -> None:
    for name, value in (("username", asked.username), ("password", asked.password)):
        if value is not None:
            is_text = len(value) <= LONGEST_LOGIN and not any(
                ord(sign) < 0x20 or ord(sign) == 0x7F or 0xD800 <= ord(sign) < 0xE000
                for sign in value
            )
            message = f"It has up to {LONGEST_LOGIN} letters, none of them a control character."
            reader.check(name, is_text, message)
    if asked.username is not None:
        message = "A name has no colon: what follows it would be taken for the password."
        reader.check("username", ":" not in asked.username, message)
    if asked.password is not None:
        reader.check("username", asked.username is not None, "A password belongs to a name.")
    if asked.token is not None:
        _header_value(reader, "token", asked.token)
        reader.check("token", asked.username is None, "Give a token or a name, not both.")


def _check_keys(asked: Asked, reader: _Reader) -> None:
    certificate, key = asked.certificate, asked.private_key
    if certificate is not None:
        reader.parse("certificate", client_tls, certificate, key)
    elif key is not None:
        is_key = len(key) <= LONGEST_KEY and key.lstrip().startswith("-----BEGIN")
        reader.check("privateKey", is_key, "Give the key as text that begins with -----BEGIN.")
    if asked.host_key is not None:
        is_print = asked.host_key.startswith("SHA256:") and 48 <= len(asked.host_key) <= 52
        message = "It looks like SHA256:uNiVztksCsDhcc0u9e8BrrQyxbL2e…, as OpenSSH shows it."
        reader.check("hostKey", is_print, message)


def _header_value(reader: _Reader, name: str, value: str) -> None:
    reader.parse(name, check_header_value, value)
