"""Options and secrets come back from storage as they went in."""

from datetime import UTC, datetime

import orjson

from services.engines.options import (
    Algorithm,
    Checksum,
    Conflict,
    Filters,
    Kind,
    Options,
    Patience,
    Pieces,
    ProxyKind,
    Secrets,
)
from services.outgoing.cookies import Cookie
from services.tasks.options import (
    USUAL,
    read_options,
    read_secrets,
    write_options,
    write_secrets,
)

AT = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
EVERYTHING = Options(
    name="a.iso",
    size=1 << 40,
    mirrors=("https://b.example/a", "https://c.example/a"),
    checksums=(Checksum(Algorithm.SHA256, "ab" * 32), Checksum(Algorithm.MD5, "cd" * 16)),
    pieces=Pieces(Algorithm.SHA1, 1 << 20, ("ef" * 20,)),
    conflict=Conflict.COMPARE,
    connections=16,
    speed_limit=1_000_000,
    filters=Filters(
        min_size=1,
        max_size=2,
        excluded_extensions=frozenset({"exe", "zip"}),
        excluded_kinds=frozenset({Kind.IMAGE, Kind.VIDEO}),
        modified_from=AT,
        modified_to=AT,
    ),
    patience=Patience(
        connect=1.5, silence=2.0, total=3.0, lowest_speed=4, retries=0, retry_interval=0.5
    ),
    user_agent="me",
    referer="https://example.com/",
    proxy=ProxyKind.CUSTOM,
)
ALL_SECRETS = Secrets(
    headers=(("X-A", "1"), ("X-A", "2")),
    cookies=(Cookie("a", "b", "example.com", is_secure=True, expires=AT), Cookie("c", "", "d.e")),
    username="alice",
    password="wonder",
    token="hunter2",
    certificate="PEM",
    private_key="KEY",
    proxy_url="socks5://a:b@proxy.example:1080",
    host_key="SHA256:abc",
)


def test_options_come_back_as_they_went_in() -> None:
    document = orjson.loads(orjson.dumps(write_options(EVERYTHING)))

    assert read_options(document) == EVERYTHING


def test_secrets_come_back_as_they_went_in() -> None:
    assert read_secrets(write_secrets(ALL_SECRETS)) == ALL_SECRETS


def test_nothing_is_written_of_what_is_as_usual() -> None:
    assert write_options(Options()) == {}
    assert read_options({}) is USUAL


def test_only_what_differs_is_written() -> None:
    options = Options(connections=4, filters=Filters(min_size=7))

    assert write_options(options) == {"connections": 4, "filters": {"min_size": 7}}


def test_names_of_a_later_version_are_left_out() -> None:
    assert read_options({"connections": 4, "colour": "red"}) == Options(connections=4)
