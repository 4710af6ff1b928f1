"""What a task shows of itself, and to whom."""

import subprocess
import sys
from base64 import b64decode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from services.errors import InvalidInput
from services.outgoing.cookies import Cookie
from services.outgoing.jar import LARGEST_SET, MOST_SET
from services.outgoing.visitor import (
    LONGEST_VALUE,
    MOST_HEADERS,
    Visitor,
    check_header_value,
    check_headers,
)

ORIGIN = URL("https://files.example/a")
FAR = datetime.now(UTC) + timedelta(days=1)


class Said:
    """An answer that sets these cookies."""

    status = 200

    def __init__(self, *cookies: str) -> None:
        self.headers = CIMultiDictProxy(CIMultiDict([("Set-Cookie", each) for each in cookies]))


def full(origin: URL = ORIGIN, cookies: Sequence[Cookie] = ()) -> Visitor:
    return Visitor(
        origin=origin,
        user_agent="Agent/1",
        referer="https://page.example/",
        headers=[("X-Key", "k")],
        cookies=cookies,
        username="älice",
        password="pass:word",
    )


async def test_origin_is_shown_everything() -> None:
    shown = full().headers_for(URL("https://files.example/other?x"))

    assert {name: shown[name] for name in ("User-Agent", "Referer", "X-Key")} == {
        "User-Agent": "Agent/1",
        "Referer": "https://page.example/",
        "X-Key": "k",
    }
    scheme, login = shown["Authorization"].split(" ")
    assert (scheme, b64decode(login).decode()) == ("Basic", "älice:pass:word")


@pytest.mark.parametrize(
    "url",
    [
        "http://files.example/",
        "https://files.example:8443/",
        "https://www.files.example/",
        "https://example/",
        "https://other.example/",
    ],
)
async def test_others_are_shown_the_user_agent_alone(url: str) -> None:
    assert full().headers_for(URL(url)) == {"User-Agent": "Agent/1"}


@pytest.mark.parametrize(
    ("origin", "url", "expected"),
    [
        ("http://files.example/", "https://files.example/", True),
        ("http://files.example:80/", "https://files.example:443/", True),
        ("http://files.example:8080/", "https://files.example/", False),
        ("http://files.example/", "https://files.example:8443/", False),
        ("https://files.example/", "http://files.example/", False),
        ("http://files.example/", "https://other.example/", False),
    ],
)
async def test_same_host_by_tls_is_no_stranger(origin: str, url: str, expected: bool) -> None:
    shown = full(URL(origin)).headers_for(URL(url))

    assert ("Authorization" in shown) is expected


async def test_nothing_is_shown_where_nothing_is_given() -> None:
    assert Visitor(origin=ORIGIN).headers_for(ORIGIN) == {}


async def test_token_is_shown_as_bearer() -> None:
    visitor = Visitor(origin=ORIGIN, token="t0ken")

    assert visitor.headers_for(ORIGIN) == {"Authorization": "Bearer t0ken"}


async def test_given_headers_take_the_place_of_others() -> None:
    visitor = Visitor(
        origin=ORIGIN,
        user_agent="Agent/1",
        username="alice",
        headers=[
            ("authorization", "Custom x"),
            ("USER-AGENT", "Agent/2"),
            ("accept", "a/b"),
            ("Accept", "c/d"),
            ("cookie", "a=1"),
        ],
        cookies=[Cookie("b", "2", "files.example")],
    )

    assert visitor.headers_for(ORIGIN) == {
        "Authorization": "Custom x",
        "User-Agent": "Agent/2",
        "Accept": "a/b, c/d",
        "Cookie": "a=1; b=2",
    }


@pytest.mark.parametrize(
    ("cookie", "url", "expected"),
    [
        (Cookie("a", "b", "files.example"), "https://files.example/", True),
        (Cookie("a", "b", "files.example"), "http://files.example/", True),
        (Cookie("a", "b", "files.example"), "https://www.files.example/", False),
        (Cookie("a", "b", "files.example"), "https://xfiles.example/", False),
        (Cookie("a", "b", "files.example"), "https://files.example.evil.example/", False),
        (Cookie("a", "b", "files.example"), "https://files.example:8443/", False),
        (Cookie("a", "b", "files.example", is_host_only=False), "https://w.files.example/", True),
        (Cookie("a", "b", "files.example", is_host_only=False), "https://other.example/", False),
        (Cookie("a", "b", "files.example", path="/x"), "https://files.example/x/y", True),
        (Cookie("a", "b", "files.example", path="/x"), "https://files.example/xy", False),
        (Cookie("a", "b", "files.example", path="/x"), "https://files.example/", False),
        (Cookie("a", "b", "files.example", is_secure=True), "https://files.example/", True),
        (Cookie("a", "b", "files.example", is_secure=True), "http://files.example/", False),
        (Cookie("a", "b", "files.example", expires=FAR), "https://files.example/", True),
        (
            Cookie("a", "b", "files.example", expires=datetime(1970, 1, 2, tzinfo=UTC)),
            "https://files.example/",
            False,
        ),
        (Cookie("a", "b", "cdn.example"), "https://cdn.example/", True),
        (Cookie("a", "b", "127.0.0.1"), "https://127.0.0.1/", True),
        (Cookie("a", "b", "::1"), "https://[::1]/", True),
    ],
)
async def test_cookie_goes_where_its_rules_say(cookie: Cookie, url: str, expected: bool) -> None:
    shown = Visitor(origin=ORIGIN, cookies=[cookie]).headers_for(URL(url))

    assert shown == ({"Cookie": "a=b"} if expected else {})


@pytest.mark.parametrize("value", ["a,b", '"quoted"', "a b", "{}", "a=b==", "%20", "ü", ""])
async def test_value_of_a_cookie_is_sent_word_for_word(value: str) -> None:
    given = Visitor(origin=ORIGIN, cookies=[Cookie("a", value, "files.example")])
    learned = Visitor(origin=ORIGIN)
    learned.learn(ORIGIN, Said(f"a={value}; Path=/"))

    assert given.headers_for(ORIGIN) == {"Cookie": f"a={value}"}
    assert learned.headers_for(ORIGIN) == {"Cookie": f"a={value}"}


async def test_odd_name_of_a_cookie_is_sent() -> None:
    visitor = Visitor(origin=ORIGIN, cookies=[Cookie("a[b]", "c", "files.example")])

    assert visitor.headers_for(ORIGIN) == {"Cookie": "a[b]=c"}


async def test_learned_cookies_take_the_place_of_given_ones() -> None:
    visitor = Visitor(origin=ORIGIN, cookies=[Cookie("a", "old", "files.example")])

    visitor.learn(ORIGIN, Said("a=new; Path=/", "b=2; Path=/; Max-Age=60"))

    assert visitor.headers_for(ORIGIN) == {"Cookie": "a=new; b=2"}


async def test_cookies_are_forgotten_as_the_server_says() -> None:
    visitor = Visitor(origin=ORIGIN, cookies=[Cookie("a", "old", "files.example")])

    visitor.learn(ORIGIN, Said("a=; Path=/; Max-Age=0"))

    assert visitor.headers_for(ORIGIN) == {}


async def test_nobody_sets_cookies_for_others() -> None:
    visitor = Visitor(origin=ORIGIN)

    visitor.learn(URL("https://evil.example/"), Said("a=b; Domain=files.example; Path=/"))

    assert visitor.headers_for(ORIGIN) == {}


async def test_cookies_of_one_port_stay_there() -> None:
    visitor = Visitor(origin=URL("http://127.0.0.1:8000/"))

    visitor.learn(URL("http://127.0.0.1:8000/"), Said("a=b"))
    visitor.learn(URL("http://127.0.0.1:9000/"), Said("c=d"))

    assert visitor.headers_for(URL("http://127.0.0.1:8000/")) == {"Cookie": "a=b"}
    assert visitor.headers_for(URL("http://127.0.0.1:9000/")) == {"Cookie": "c=d"}


async def test_servers_set_no_more_cookies_than_a_browser_would_keep() -> None:
    given = [Cookie(f"given{n}", "1", "files.example") for n in range(20)]
    visitor = Visitor(origin=ORIGIN, cookies=given)
    ports = [URL(f"https://files.example:{port}/a") for port in (443, 8443)]

    for url in ports:
        visitor.learn(url, Said(*(f"set{n}=1; Path=/" for n in range(100))))
    visitor.learn(ports[0], Said("set0=2; Path=/"))

    kept, others = (visitor.headers_for(url)["Cookie"].split("; ") for url in ports)
    assert len(kept) + len(others) == len(given) + MOST_SET
    assert kept[20:23] == ["set0=2", "set1=1", "set2=1"]


async def test_servers_fill_no_memory_with_cookies() -> None:
    visitor = Visitor(origin=ORIGIN)
    ports = [URL(f"https://files.example:{port}/a") for port in range(8000, 8030)]

    for url in ports:
        visitor.learn(url, Said(f"a={'x' * 3999}"))

    assert sum("Cookie" in visitor.headers_for(url) for url in ports) == LARGEST_SET // 4000


def test_headers_that_may_be_given_pass() -> None:
    headers = [("X-Key", "a b\tc"), ("Authorization", "Custom x"), ("Cookie", "a=b")]

    assert check_headers(headers) == tuple(headers)


@pytest.mark.parametrize(
    "header",
    [
        ("Host", "x"),
        ("host", "x"),
        ("Content-Length", "1"),
        ("TRANSFER-ENCODING", "chunked"),
        ("Connection", "close"),
        ("Range", "bytes=0-"),
        ("If-Range", "x"),
        ("Accept-Encoding", "gzip"),
        ("Proxy-Authorization", "x"),
        ("", "x"),
        ("X Key", "x"),
        ("X-Key:", "x"),
        ("X-Käy", "x"),
        ("X-Key\r\nHost", "x"),
        ("X-Key", "x\r\nHost: y"),
        ("X-Key", "x\ny"),
        ("X-Key", "x\x00"),
        ("X-Key", "x" * (LONGEST_VALUE + 1)),
    ],
)
def test_other_headers_are_refused_about_their_field(header: tuple[str, str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_headers([("X-Other", "x"), header], field="headers")

    assert caught.value.field == "headers"


def test_too_many_headers_are_refused() -> None:
    headers = [(f"X-{number}", "x") for number in range(MOST_HEADERS + 1)]

    assert len(check_headers(headers[:-1])) == MOST_HEADERS
    with pytest.raises(InvalidInput, match="more than 50 headers"):
        check_headers(headers)


def test_refusal_repeats_no_value() -> None:
    with pytest.raises(InvalidInput) as caught:
        check_header_value("hunter2\n", field="token")

    assert (caught.value.field, "hunter2" in caught.value.message) == ("token", False)


def test_http_library_is_not_imported_before_it_is_needed() -> None:
    names = ("cookies", "dial", "hosts", "proxies", "routes", "tunnel", "urls", "visitor")
    imports = ", ".join(f"services.outgoing.{name}" for name in names)
    program = f"import sys, {imports}; print('aiohttp' in sys.modules)"

    found = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert found.stdout == b"False\n"
