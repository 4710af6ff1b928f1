"""Proxies that users name, and which of them a route goes through."""

import pytest

from services.errors import ErrorCode, FetchFailed, InvalidInput
from services.outgoing.proxies import Around, Proxy, parse_proxy, proxy_of
from services.outgoing.routes import SYSTEM_PROXY, Route


@pytest.mark.parametrize(
    ("text", "proxy"),
    [
        ("http://proxy.example:3128", Proxy("proxy.example", 3128, is_socks=False)),
        ("http://proxy.example:80/", Proxy("proxy.example", 80, is_socks=False)),
        (" socks5://127.0.0.1:1080 ", Proxy("127.0.0.1", 1080, is_socks=True)),
        ("socks5h://[::1]:1080", Proxy("::1", 1080, is_socks=True)),
        (
            "socks5://alice:p%40ss@proxy.example:1080",
            Proxy("proxy.example", 1080, True, "alice", "p@ss"),
        ),
        ("http://älice:@proxy.example:1", Proxy("proxy.example", 1, False, "älice", "")),
        (
            "https://alice:@proxy.example:443",
            Proxy("proxy.example", 443, False, "alice", "", is_tls=True),
        ),
        ("http://bücher.example:1", Proxy("xn--bcher-kva.example", 1, is_socks=False)),
    ],
)
def test_proxy_is_read(text: str, proxy: Proxy) -> None:
    assert parse_proxy(text) == proxy


@pytest.mark.parametrize(
    "text",
    [
        "",
        "proxy.example:1080",
        "https://proxy.example",
        "ftp://proxy.example:21",
        "socks4://proxy.example:1080",
        "socks5://proxy.example",
        "http://proxy.example",
        "http://:8080",
        "http://proxy.example:0",
        "http://proxy.example:70000",
        "http://proxy.example:80/path",
        "http://proxy.example:80?a=b",
        "http://proxy.example:80#a",
        "http://proxy example:80",
        "http://proxy.example:80\r\nX: y",
        "socks5://alice:hunter2@proxy.example",
        "socks5://alice@proxy.example:1080",
        "socks5://:hunter2@proxy.example:1080",
        "socks5://ålice:hunter2@proxy.example:1080",
        f"socks5://alice:{'hunter2' * 40}@proxy.example:1080",
        "http://al%3Aice:hunter2@proxy.example:1080",
        "http://alice:hunter2%0A@proxy.example:1080",
        "http://alice:hunter2@[::1:1080",
        "http://alice:hunter2@proxy.example:x",
    ],
)
def test_what_is_no_proxy_is_refused_about_its_field(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_proxy(text, field="proxy")

    assert (caught.value.code, caught.value.field) == (ErrorCode.INVALID_URL, "proxy")
    assert "hunter2" not in caught.value.message


def test_secrets_are_not_shown() -> None:
    proxy = parse_proxy("http://alice:hunter2@proxy.example:1080")
    route = Route("http://alice:hunter2@proxy.example:1080", "PEM", "KEY")

    assert "hunter2" not in repr(proxy)
    assert repr(route) == "Route()"


def test_route_goes_straight_or_through_what_it_names() -> None:
    system = Proxy("system.example", 8080, is_socks=False, is_checked=False)

    assert proxy_of(Route(), system) is None
    assert proxy_of(Route(SYSTEM_PROXY), system) == system
    assert proxy_of(Route("socks5://a.example:1"), system) == Proxy("a.example", 1, True)


def test_missing_proxy_of_the_server_is_said() -> None:
    with pytest.raises(FetchFailed) as caught:
        proxy_of(Route(SYSTEM_PROXY), None)

    assert (caught.value.code, caught.value.temporary) == (ErrorCode.PROXY_FAILED, False)


AROUND = Around.parse(
    ["localhost", " .Inside.example", "plain.example ", "", "10.0.0.0/8", "[::1]"]
)


@pytest.mark.parametrize(
    ("host", "addresses", "expected"),
    [
        ("localhost", ["127.0.0.1"], True),
        ("LOCALHOST.", ["127.0.0.1"], True),
        ("a.inside.example", ["192.0.2.1"], True),
        ("a.b.inside.example", ["192.0.2.1"], True),
        ("inside.example", ["192.0.2.1"], False),
        ("plain.example", ["192.0.2.1"], True),
        ("a.plain.example", ["192.0.2.1"], True),
        ("notplain.example", ["192.0.2.1"], False),
        ("plain.example.evil.example", ["192.0.2.1"], False),
        ("files.example", ["10.1.2.3"], True),
        ("files.example", ["10.1.2.3", "192.0.2.1"], False),
        ("10.1.2.3", ["10.1.2.3"], True),
        ("::1", ["::1"], True),
        ("::2", ["::2"], False),
        ("files.example", ["fe80::1%eth0"], False),
        ("files.example", [], False),
    ],
)
def test_hosts_that_are_listed_need_no_proxy(
    host: str, addresses: list[str], expected: bool
) -> None:
    assert AROUND.covers(host, addresses) is expected
    assert Around().covers(host, addresses) is False


@pytest.mark.parametrize("text", ["a b", "http://a.example", "10.0.0.0/33", "*", "a..b", "."])
def test_what_is_no_host_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="not a host such as") as caught:
        Around.parse(["a.example", text])

    assert repr(text) in str(caught.value)
