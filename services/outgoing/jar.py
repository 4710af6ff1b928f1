"""Cookies kept for one task, and sent where RFC 6265 says.

They are not sent to another port, as browsers would: another program may listen there.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from http.cookies import Morsel

from aiohttp import CookieJar
from yarl import URL

from services.outgoing.cookies import Cookie
from services.outgoing.urls import port_of

USUAL_PORTS = frozenset({80, 443})


class _WordForWord(CookieJar):
    """Sends a value as it was given: some servers compare it, quotes and all."""

    def _build_morsel(self, cookie: "Morsel[str]") -> "Morsel[str]":
        return _morsel(cookie.key, cookie.coded_value)


class Jar:
    """The cookies of one task. Belongs to the loop that it was made in."""

    def __init__(self, given: Sequence[Cookie], *, origin: URL) -> None:
        self._given = given
        self._own = {_side(origin), _side(URL("https://example.com"))}
        self._jars: dict[int, CookieJar] = {}

    def header(self, url: URL) -> str | None:
        """Return what the `Cookie` header of a request for `url` carries, if anything."""
        found = self._jar(url).filter_cookies(url).values()
        pairs = [f"{morsel.key}={morsel.coded_value}" for morsel in found]
        return "; ".join(pairs) or None

    def learn(self, url: URL, set_cookies: Sequence[str]) -> None:
        """Keep what the `Set-Cookie` headers of an answer from `url` say."""
        self._jar(url).update_cookies_from_headers(set_cookies, url)

    def _jar(self, url: URL) -> CookieJar:
        side = _side(url)
        if side not in self._jars:
            # An address may have cookies too, which a jar calls unsafe.
            jar = self._jars[side] = _WordForWord(unsafe=True)
            for cookie in self._given if side in self._own else ():
                _put(jar, cookie)
        return self._jars[side]


def _side(url: URL) -> int:
    port = port_of(url)
    return 0 if port in USUAL_PORTS else port


def _put(jar: CookieJar, cookie: Cookie) -> None:
    if cookie.expires is not None and cookie.expires <= datetime.now(UTC):
        return
    host = URL.build(scheme="https", host=cookie.domain)
    morsel = _morsel(cookie.name, cookie.value)
    morsel["path"] = cookie.path
    if cookie.is_secure:
        morsel["secure"] = True
    if not cookie.is_host_only:
        morsel["domain"] = host.raw_host
    if cookie.expires is not None:
        morsel["expires"] = format_datetime(cookie.expires.astimezone(UTC), usegmt=True)
    jar.update_cookies([(cookie.name, morsel)], host)


def _morsel(name: str, value: str) -> "Morsel[str]":
    """Return a cookie with its value as it stands, whatever signs the name has."""
    morsel: Morsel[str] = Morsel()
    morsel.__setstate__(  # type: ignore[attr-defined]
        {"key": name, "value": value, "coded_value": value}
    )
    return morsel
