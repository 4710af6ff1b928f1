"""Files of cookies: read as curl and browsers write them, refused by line where odd."""

from datetime import UTC, datetime

import pytest

from services.errors import InvalidInput
from services.outgoing.cookies import (
    LONGEST_FILE,
    MOST_COOKIES,
    Cookie,
    check_cookie,
    parse_cookies_txt,
)

HEAD = "# Netscape HTTP Cookie File\n# https://curl.se/docs/http-cookies.html\n\n"
PLAIN = "example.com\tFALSE\t/\tFALSE\t0\tid\ts3cret"


@pytest.mark.parametrize(
    ("line", "cookie"),
    [
        (PLAIN, Cookie("id", "s3cret", "example.com")),
        (
            '.example.com\tTRUE\t/files\tTRUE\t1893456000\tid\ta=b, "c"',
            Cookie(
                "id",
                'a=b, "c"',
                "example.com",
                path="/files",
                is_secure=True,
                is_host_only=False,
                expires=datetime(2030, 1, 1, tzinfo=UTC),
            ),
        ),
        (f"#HttpOnly_{PLAIN}", Cookie("id", "s3cret", "example.com")),
        ("example.com\tfalse\t/\tfalse\t\tid\tx", Cookie("id", "x", "example.com")),
        ("example.com\tFALSE\t/\tFALSE\t0\tid", Cookie("id", "", "example.com")),
        ("example.com\tFALSE\t/\tFALSE\t0\tid\t", Cookie("id", "", "example.com")),
        ("EXAMPLE.com\tFALSE\t\tFALSE\t-1\tid\tx", Cookie("id", "x", "example.com")),
        ("127.0.0.1\tFALSE\t/\tFALSE\t0\tid\tx", Cookie("id", "x", "127.0.0.1")),
        ("::1\tFALSE\t/\tFALSE\t0\tid\tx", Cookie("id", "x", "::1")),
        ("bücher.example\tFALSE\t/\tFALSE\t0\tid\tx", Cookie("id", "x", "xn--bcher-kva.example")),
        (
            "example.com\tFALSE\t/\tFALSE\t1893456000.5\t__Host-id\tü",
            Cookie(
                "__Host-id",
                "ü",
                "example.com",
                expires=datetime(2030, 1, 1, 0, 0, 0, 500_000, tzinfo=UTC),
            ),
        ),
        (
            "example.com\tFALSE\t/\tFALSE\t99999999999999999\tid\tx",
            Cookie("id", "x", "example.com", expires=datetime(9999, 12, 31, tzinfo=UTC)),
        ),
    ],
)
def test_line_is_read(line: str, cookie: Cookie) -> None:
    assert parse_cookies_txt(HEAD + line + "\n") == (cookie,)


@pytest.mark.parametrize("text", ["", "\n\n", HEAD, "#comment", "  \n\t\n"])
def test_nothing_is_in_a_file_without_cookies(text: str) -> None:
    assert parse_cookies_txt(text) == ()


def test_lines_of_other_systems_are_read() -> None:
    cookies = parse_cookies_txt(f"\ufeff# Netscape\r\n{PLAIN}\r\n{PLAIN}2\r\n")

    assert [cookie.value for cookie in cookies] == ["s3cret", "s3cret2"]


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("example.com FALSE / FALSE 0 id s3cret", "1 fields between tabs, and not 7"),
        (f"{PLAIN}\ts3cret", "8 fields between tabs, and not 7"),
        (PLAIN.replace("example.com", ""), "no usable domain"),
        (PLAIN.replace("example.com", "exam ple.com"), "no usable domain"),
        (PLAIN.replace("example.com", "example.com/a"), "no usable domain"),
        (PLAIN.replace("example.com", "fe80::1%eth0"), "no usable domain"),
        (PLAIN.replace("\tid\t", "\t\t"), "no usable name"),
        (PLAIN.replace("\tid\t", "\ti=d\t"), "no usable name"),
        (PLAIN.replace("\tid\t", "\ti;d\t"), "no usable name"),
        (f"{PLAIN};", "a semicolon or a control character in its value"),
        (f"{PLAIN}\x00", "a semicolon or a control character in its value"),
        (f"{PLAIN}\r\r", "a semicolon or a control character in its value"),
        (f"{PLAIN}\x85", "a semicolon or a control character in its value"),
        (f"{PLAIN}\ud800", "a semicolon or a control character in its value"),
        (
            PLAIN.replace("/", "files"),
            "a path that does not begin with /, or has odd signs in it",
        ),
        (PLAIN.replace("\t0\t", "\tsoon\t"), "no number of seconds as its fifth field"),
        (PLAIN.replace("\t0\t", "\tnan\t"), "no number of seconds as its fifth field"),
        (
            PLAIN.replace("FALSE", "maybe"),
            "something else than TRUE or FALSE in a place for these",
        ),
    ],
)
def test_odd_line_is_named_and_not_repeated(line: str, wrong: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_cookies_txt(f"{HEAD}{PLAIN}\n{line}\n", field="cookies")

    assert caught.value.message == f"Line 5 of the cookies has {wrong}."
    assert caught.value.field == "cookies"


def test_too_many_cookies_are_refused() -> None:
    assert len(parse_cookies_txt(f"{PLAIN}\n" * MOST_COOKIES)) == MOST_COOKIES
    with pytest.raises(InvalidInput, match="more than 1000 cookies"):
        parse_cookies_txt(f"{PLAIN}\n" * (MOST_COOKIES + 1))


def test_too_long_a_file_is_refused() -> None:
    with pytest.raises(InvalidInput, match="more than 256 KiB"):
        parse_cookies_txt("#" * (LONGEST_FILE + 1))


def test_single_cookie_is_checked_like_a_line() -> None:
    check_cookie(Cookie("id", "x", "example.com"))
    with pytest.raises(InvalidInput) as caught:
        check_cookie(Cookie("id", "a\r\nHost: b", "example.com"), field="cookies.0")

    assert caught.value.message == "The cookie has a semicolon or a control character in its value."
    assert caught.value.field == "cookies.0"
