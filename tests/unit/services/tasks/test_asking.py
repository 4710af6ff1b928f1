"""Options as people give them: each bad value has its own error, all at once."""

import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest

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
from services.errors import ArgosyError
from services.outgoing.cookies import Cookie
from services.tasks.adding.asking import Asked, AskedCookie, read_asked
from services.tasks.options import NO_SECRETS

AT = datetime(2026, 11, 25, tzinfo=UTC)
PROXY = "socks5://name:hunter2@proxy.example:1080"


def read(asked: Asked) -> tuple[Options, Secrets]:
    """Return what is made of `asked`, in which nothing is wrong."""
    errors: list[ArgosyError] = []
    found = read_asked(asked, errors)
    assert errors == []
    return found


def wrong(**asked: object) -> list[str | None]:
    """Return the fields that are wrong."""
    errors: list[ArgosyError] = []
    read_asked(replace(Asked(), **asked), errors)  # type: ignore[arg-type]
    return [error.field for error in errors]


def test_nothing_asked_is_as_usual() -> None:
    assert read(Asked()) == (Options(), NO_SECRETS)


def test_options_are_those_that_were_asked_for() -> None:
    options, _ = read(
        Asked(
            name="a.iso",
            mirrors=["https://b.example/a"],
            checksums=[(Algorithm.MD5, "AB" * 16)],
            conflict=Conflict.SKIP,
            connections=64,
            speed_limit=1,
            min_size=1,
            max_size=2,
            excluded_extensions=[".EXE"],
            excluded_kinds=[Kind.IMAGE],
            modified_from=AT,
            modified_to=AT,
            connect_timeout=1,
            read_timeout=2,
            total_timeout=3,
            lowest_speed=4,
            retries=0,
            retry_interval=0.5,
            user_agent="me",
            referer="https://example.com/",
            proxy_kind=ProxyKind.SYSTEM,
        )
    )

    assert options == Options(
        name="a.iso",
        mirrors=("https://b.example/a",),
        checksums=(Checksum(Algorithm.MD5, "ab" * 16),),
        conflict=Conflict.SKIP,
        connections=64,
        speed_limit=1,
        filters=Filters(1, 2, frozenset({"exe"}), frozenset({Kind.IMAGE}), AT, AT),
        patience=Patience(1, 2, 3, 4, 0, 0.5),
        user_agent="me",
        referer="https://example.com/",
        proxy=ProxyKind.SYSTEM,
    )


def test_secrets_are_those_that_were_asked_for() -> None:
    options, secrets = read(
        Asked(
            headers=[("X-A", "1")],
            cookies=[AskedCookie("a", "b", ".Example.com")],
            cookies_txt="example.org\tFALSE\t/\tTRUE\t0\tc\td\n",
            username="alice",
            password="hunter2",
            proxy_url=PROXY,
        )
    )

    assert options == Options(proxy=ProxyKind.CUSTOM)
    assert secrets == Secrets(
        headers=(("X-A", "1"),),
        cookies=(
            Cookie("a", "b", "example.com", is_host_only=False),
            Cookie("c", "d", "example.org", is_secure=True),
        ),
        username="alice",
        password="hunter2",
        proxy_url=PROXY,
    )


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"name": "../a"}, "name"),
        ({"name": ""}, "name"),
        (
            {"checksums": [(Algorithm.MD5, "ab" * 16), (Algorithm.SHA256, "x")]},
            "checksums.1.digest",
        ),
        ({"checksums": [(Algorithm.MD5, "ab" * 16)] * 11}, "checksums"),
        ({"connections": 0}, "connections"),
        ({"connections": 65}, "connections"),
        ({"speed_limit": 0}, "speedLimit"),
        ({"min_size": -1}, "minSize"),
        ({"min_size": 5, "max_size": 4}, "maxSize"),
        ({"excluded_extensions": ["exe", "."]}, "excludedExtensions.1"),
        ({"excluded_extensions": ["ex\0"]}, "excludedExtensions.0"),
        ({"excluded_extensions": ["exe"] * 101}, "excludedExtensions"),
        ({"modified_from": AT, "modified_to": AT.replace(year=2025)}, "modifiedTo"),
        ({"connect_timeout": 0}, "connectTimeout"),
        ({"read_timeout": math.nan}, "readTimeout"),
        ({"total_timeout": math.inf}, "totalTimeout"),
        ({"lowest_speed": -1}, "lowestSpeed"),
        ({"retries": 101}, "retries"),
        ({"retry_interval": 0.4}, "retryInterval"),
        ({"username": "a:b", "password": "c"}, "username"),
        ({"user_agent": "a\r\nHost: b"}, "userAgent"),
        ({"referer": "a\nb"}, "referer"),
        ({"headers": [("X-A", "1"), ("Host", "b")]}, "headers.1"),
        ({"headers": [("X-A", "1\r\nX-B: 2")]}, "headers.0"),
        ({"headers": [("X-A", "1")] * 51}, "headers"),
        ({"cookies": [AskedCookie("a", "b;c", "example.com")]}, "cookies.0"),
        ({"cookies_txt": "nonsense"}, "cookiesTxt"),
        ({"username": "a\x00"}, "username"),
        ({"password": "hunter2"}, "username"),
        ({"token": "a\nb"}, "token"),
        ({"token": "a", "username": "b"}, "token"),
        ({"certificate": "nonsense"}, "certificate"),
        ({"private_key": "nonsense"}, "privateKey"),
        ({"proxy_kind": ProxyKind.CUSTOM}, "proxy.url"),
        ({"proxy_kind": ProxyKind.SYSTEM, "proxy_url": PROXY}, "proxy.url"),
        ({"proxy_url": "ftp://proxy.example:1"}, "proxy.url"),
        ({"host_key": "MD5:ab"}, "hostKey"),
    ],
)
def test_bad_value_is_told_by_its_field(asked: dict[str, object], field: str) -> None:
    assert wrong(**asked) == [f"options.{field}"]


def test_all_bad_values_are_told_at_once() -> None:
    assert wrong(name="/", connections=0, retries=-1, token="a\nb") == [
        *("options.connections", "options.name", "options.retries", "options.token"),
    ]
