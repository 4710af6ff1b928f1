"""What a task shows of itself where it asks for something, and to whom."""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

from yarl import URL

from services.errors import InvalidInput
from services.outgoing.cookies import Cookie
from services.outgoing.digest_login import DigestLogin, challenge_in
from services.outgoing.routes import DIRECT, Route
from services.outgoing.urls import PORTS, port_of

if TYPE_CHECKING:
    from multidict import CIMultiDictProxy

    from services.outgoing.jar import Jar

MOST_HEADERS = 50
LONGEST_VALUE = 8000
TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}")
# What the engine says by itself, and what would change where a message ends.
RESERVED = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "if-range",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "range",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


class Answer(Protocol):
    """What a visitor looks at of an answer."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> "CIMultiDictProxy[str]": ...


class Visitor:
    """One task, as servers see it.

    What is secret or personal goes to the origin of the task's URL alone, whatever it
    redirects to; cookies go where their rules say. Belongs to one loop.
    """

    def __init__(
        self,
        *,
        origin: URL,
        route: Route = DIRECT,
        user_agent: str | None = None,
        referer: str | None = None,
        headers: Sequence[tuple[str, str]] = (),
        cookies: Sequence[Cookie] = (),
        username: str | None = None,
        password: str | None = None,
        token: str | None = None,
    ) -> None:
        self.route = route
        self._origin = origin
        self._user_agent = user_agent
        self._cookies = tuple(cookies)
        self._private = _private(referer, username, password, token, headers)
        self._login = (username, password or "") if username is not None else None
        if token is not None or any(name.lower() == "authorization" for name, _ in headers):
            self._login = None  # what was given is shown, and nothing else
        self._digest: DigestLogin | None = None
        self._jar: Jar | None = None

    def route_for(self, url: URL) -> Route:
        """Return through what a request for `url` goes: the certificate is for the origin alone."""
        if self.route.certificate is None or self._is_home(url):
            return self.route
        return replace(self.route, certificate=None, private_key=None)

    def headers_for(self, url: URL) -> dict[str, str]:
        """Return what a GET of `url` says of the task."""
        found = dict(self._private) if self._is_home(url) else {}
        if self._digest is not None and self._is_home(url):
            found["Authorization"] = self._digest.header("GET", url.raw_path_qs)
        if self._user_agent is not None:
            found.setdefault("User-Agent", self._user_agent)
        if kept := self._kept().header(url):
            found["Cookie"] = "; ".join(filter(None, [found.get("Cookie"), kept]))
        return found

    def learn(self, url: URL, response: Answer) -> None:
        """Keep the cookies that an answer from `url` sets."""
        if set_cookies := response.headers.getall("Set-Cookie", ()):
            self._kept().learn(url, list(set_cookies))

    def meets(self, url: URL, response: Answer, *, is_first: bool) -> bool:
        """Whether it makes sense to ask again: the answer wants a Digest that can be given.

        It does once; a second time only where the login was right and its nonce used up.
        """
        if response.status != HTTPStatus.UNAUTHORIZED or self._login is None:
            return False
        if not self._is_home(url):
            return False
        found = challenge_in(response.headers.getall("WWW-Authenticate", ()))
        if found is None or not (is_first or found.is_stale):
            return False
        if self._digest is None or self._digest.challenge.nonce != found.nonce:
            self._digest = DigestLogin(*self._login, found)
        return True

    def _kept(self) -> "Jar":
        if self._jar is None:
            from services.outgoing.jar import Jar  # aiohttp is slow to import

            self._jar = Jar(self._cookies, origin=self._origin)
        return self._jar

    def _is_home(self, url: URL) -> bool:
        home = (self._origin.scheme, self._origin.host, port_of(self._origin))
        there = (url.scheme, url.host, port_of(url))
        # The same host by TLS in the place of none is no stranger.
        safer = ("https", self._origin.host, PORTS["https"])
        return there == home or (home[::2] == ("http", PORTS["http"]) and there == safer)


def check_headers(
    headers: Sequence[tuple[str, str]], *, field: str | None = None
) -> tuple[tuple[str, str], ...]:
    """Return `headers`, or raise `InvalidInput` about the argument `field`."""
    if len(headers) > MOST_HEADERS:
        message = f"There are more than {MOST_HEADERS} headers."
        raise InvalidInput(message, field=field)
    for name, value in headers:
        if not TOKEN.fullmatch(name):
            message = f"{name[:80]!r} is no name of a header."
            raise InvalidInput(message, field=field)
        if name.lower() in RESERVED:
            message = f"{name} is set by the engine; leave it out."
            raise InvalidInput(message, field=field)
        check_header_value(value, field=field)
    return tuple(headers)


def check_header_value(value: str, *, field: str | None = None) -> str:
    """Return `value`, or raise `InvalidInput` where a header cannot carry it.

    For the user agent, the referer and the bearer token too. The message does not repeat it.
    """
    if len(value) > LONGEST_VALUE:
        message = f"The value of a header has more than {LONGEST_VALUE} letters."
        raise InvalidInput(message, field=field)
    if not all(sign == "\t" or sign.isprintable() for sign in value):
        message = "The value of a header has a line break or another control character in it."
        raise InvalidInput(message, field=field)
    return value


def _private(
    referer: str | None,
    username: str | None,
    password: str | None,
    token: str | None,
    headers: Sequence[tuple[str, str]],
) -> Mapping[str, str]:
    found: dict[str, str] = {}
    if referer is not None:
        found["Referer"] = referer
    if token is not None:
        found["Authorization"] = f"Bearer {token}"
    elif username is not None:
        login = f"{username}:{password or ''}".encode()  # RFC 7617, section 2.1
        found["Authorization"] = f"Basic {b64encode(login).decode()}"
    given: dict[str, str] = {}
    for name, value in headers:
        title = "-".join(part.capitalize() for part in name.split("-"))
        between = "; " if title == "Cookie" else ", "
        given[title] = f"{given[title]}{between}{value}" if title in given else value
    return found | given
