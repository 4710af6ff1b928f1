"""Hosts and origins, read strictly."""

import pytest

from argosy.origins import Authority, Origin


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("argosy.example.com", "argosy.example.com", None),
        ("ARGOSY.example.com.:8060", "argosy.example.com", 8060),
        ("argosy:", "argosy", None),
        ("my_server:1", "my_server", 1),
        ("127.0.0.1:8060", "127.0.0.1", 8060),
        ("[::1]:8060", "::1", 8060),
        ("[0:0:0:0:0:0:0:1]", "::1", None),
    ],
)
def test_authority_is_read(text: str, host: str, port: int | None) -> None:
    assert Authority.parse(text) == Authority(host, port)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":8060",
        "user@host",
        "user:password@host",
        "host/path",
        "host?query",
        "host:0",
        "host:65536",
        "host:-1",
        "host:８０６０",  # noqa: RUF001 - digits that are none of ASCII's
        "host:8060:1",
        "host..",
        ".host",
        "a..b",
        "-host",
        "ho st",
        "host,other",
        "hо.st",  # noqa: RUF001 - a letter that is none of ASCII's
        "::1",
        "[::1",
        "[::1%25eth0]",
        "[127.0.0.1]",
        "[v1.x]",
        "host\n",
        "a" * 64,
        ".".join(["a" * 63] * 4),
    ],
)
def test_what_is_no_authority_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Authority.parse(text)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]"])
def test_address_is_told_from_a_name(host: str) -> None:
    assert Authority.parse(host).is_address


@pytest.mark.parametrize("host", ["127.1", "0x7f000001", "2130706433", "0177.0.0.1", "1.2.3.4.5"])
def test_what_only_looks_like_an_address_is_a_name(host: str) -> None:
    assert not Authority.parse(host).is_address


def test_port_that_goes_without_saying_is_left_away() -> None:
    assert Origin.parse("https://example.com:443") == Origin.parse("https://example.com")
    assert Origin.parse("https://example.com:80") != Origin.parse("https://example.com")
    assert str(Origin.parse("http://[::1]:8060")) == "http://[::1]:8060"


@pytest.mark.parametrize(
    "text",
    ["null", "*", "", "https://", "ftp://a.b", "HTTPS://a.b", "https://a.b/", "//a.b", "a.b"],
)
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Origin.parse(text)
