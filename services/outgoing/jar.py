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
LONGEST_SET = 4096  # bytes of a name and a value, as for browsers
MOST_SET = 180  # cookies that servers set, over all hosts and ports
LARGEST_SET = 64 << 10  # bytes of all these


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
        self._put = (0, 0)  # how many cookies in the jars were given, and their bytes

    def header(self, url: URL) -> str | None:
        """Return what the `Cookie` header of a request for `url` carries, if anything."""
        found = self._jar(url).filter_cookies(url).values()
        pairs = [f"{morsel.key}={morsel.coded_value}" for morsel in found]
        return "; ".join(pairs) or None

    def learn(self, url: URL, set_cookies: Sequence[str]) -> None:
        """Keep what the `Set-Cookie` headers of an answer from `url` say.

        A cookie that is too long, or one more than there may be, is left out.
        """
        jar = self._jar(url)
        for line in set_cookies:
            pair = line.partition(";")[0].strip()
            if self._has_room(jar, pair):
                jar.update_cookies_from_headers([line], url)

    def _has_room(self, jar: CookieJar, pair: str) -> bool:
        """Whether a cookie may be kept: one more, or one in the place of another."""
        size = len(pair.encode("utf-8", "surrogateescape"))
        if size > LONGEST_SET:
            return False
        number, total = (now - put for now, put in zip(self._contents(), self._put, strict=True))
        if total + size > LARGEST_SET:
            return False
        name = pair.partition("=")[0].strip()
        return number < MOST_SET or any(kept.key == name for kept in jar)

    def _contents(self) -> tuple[int, int]:
        """Return how many cookies there are in all jars, and their bytes."""
        kept = [
            len(morsel.key) + len(morsel.coded_value)
            for jar in self._jars.values()
            for morsel in jar
        ]
        return len(kept), sum(kept)

    def _jar(self, url: URL) -> CookieJar:
        side = _side(url)
        if side not in self._jars:
            # An address may have cookies too, which a jar calls unsafe.
            before = self._contents()
            jar = self._jars[side] = _WordForWord(unsafe=True)
            for cookie in self._given if side in self._own else ():
                _put(jar, cookie)
            number, total = (a - b for a, b in zip(self._contents(), before, strict=True))
            self._put = self._put[0] + number, self._put[1] + total
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
