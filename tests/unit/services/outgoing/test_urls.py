"""URLs that users give: read once, and refused where they lead to this machine."""

import pytest
from yarl import URL

from services.errors import ErrorCode, InvalidInput
from services.outgoing.addresses import AddressPolicy, AllowedNetwork, ForbiddenAddress
from services.outgoing.urls import (
    FETCHABLE,
    LONGEST,
    check_target,
    is_localhost,
    literal_address,
    parse_url,
    port_of,
    shown,
)

LOOPBACK = [
    "http://127.0.0.1/",
    "http://127.0.0.1:8060/graphql",
    "hTTp://127.0.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0X7F000001/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0x7f.0.0.1/",
    "http://0x7f.0x0.0x0.0x1/",
    "http://00000177.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://0x7f.1/",
    "http://１２７.０.０.１/",  # noqa: RUF001 - these digits
    "http://①②⑦.0.0.1/",
    "http://127。0。0。1/",
    "http://localhost/",
    "http://LOCALHOST/",
    "http://localhost./",
    "http://ｌｏｃａｌｈｏｓｔ/",  # noqa: RUF001 - these letters
    "http://argosy.localhost/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::1%25lo]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://127.0.0.1#@example.com/",
    "http://127.0.0.1?@example.com/",
    "http://0/",
    "http://0.0.0.0/",
    "http://[::]/",
]
ELSEWHERE = [
    "http://169.254.169.254/latest/meta-data/",
    "http://0xa9fea9fe/",
    "http://2852039166/",
    "http://[::ffff:169.254.169.254]/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1%25eth0]/",
    "http://10.0.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
]


@pytest.mark.parametrize("text", LOOPBACK + ELSEWHERE)
def test_literal_that_is_not_public_is_refused_about_its_field(text: str) -> None:
    with pytest.raises(ForbiddenAddress) as caught:
        check_target(parse_url(text), AddressPolicy(), field="urls.0")

    assert (caught.value.code, caught.value.field) == (ErrorCode.FORBIDDEN_ADDRESS, "urls.0")


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/",
        "http://8.8.8.8/",
        "http://134744072/",
        "http://[2606:4700:4700::1111]/",
        "http://localhost.example.com/",
        "http://notlocalhost/",
        "http://127.0.0.1.nip.io/",
    ],
)
def test_public_literals_and_names_pass(text: str) -> None:
    check_target(parse_url(text), AddressPolicy())


@pytest.mark.parametrize(
    ("allowed", "text"),
    [
        ("127.0.0.1:9000", "http://127.0.0.1:9000/"),
        ("127.0.0.1:9000", "http://0x7f.1:9000/"),
        ("127.0.0.1:9000", "http://localhost:9000/"),
        ("[::1]:9000", "http://localhost:9000/"),
        ("[::1]:443", "https://localhost/"),
        ("10.0.0.0/8", "https://10.1.2.3/"),
    ],
)
def test_literal_that_the_operator_lists_passes(allowed: str, text: str) -> None:
    check_target(parse_url(text), AddressPolicy([AllowedNetwork.parse(allowed)]))


@pytest.mark.parametrize(
    ("allowed", "text"),
    [
        ("127.0.0.1:9000", "http://127.0.0.1/"),
        ("127.0.0.1:9000", "http://localhost:9001/"),
        ("127.0.0.1:443", "http://localhost/"),
        ("10.0.0.0/8", "http://localhost/"),
    ],
)
def test_literal_that_the_operator_does_not_list_is_refused(allowed: str, text: str) -> None:
    with pytest.raises(ForbiddenAddress):
        check_target(parse_url(text), AddressPolicy([AllowedNetwork.parse(allowed)]))


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://example.com/a.zip", "https://example.com/a.zip"),
        ("  https://example.com/a.zip\n", "https://example.com/a.zip"),
        ("HTTPS://EXAMPLE.COM/A.zip", "https://example.com/A.zip"),
        ("https://example.com/a.zip#part", "https://example.com/a.zip"),
        ("https://example.com:443/", "https://example.com/"),
        ("https://münchen.example/ä", "https://xn--mnchen-3ya.example/%C3%A4"),
        ("https://example.com/?q=a%26b&q=c", "https://example.com/?q=a%26b&q=c"),
    ],
)
def test_url_is_read_and_brought_into_one_form(text: str, url: str) -> None:
    assert str(parse_url(text)) == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com/a.zip",
        "/a.zip",
        "//example.com/a.zip",
        "http://",
        "http:/example.com",
        "http:example.com",
        "http:///example.com",
        "http://exa mple.com/",
        "http://example.com/a b",
        "http://example.com/a\tb",
        "http://example.com/\x00",
        "http://example.com/\r\nHost: x",
        "http://example.com\\@127.0.0.1/",
        "http:\\\\127.0.0.1/",
        "http://user@127.0.0.1/",
        "http://user:password@example.com/",
        "http://:@example.com/",
        "http://example.com:80@127.0.0.1/",
        "http://example.com:0/",
        "http://example.com:65536/",
        "http://example.com:port/",
        "http://[::1/",
        "https://example.com/" + "a" * LONGEST,
    ],
)
def test_what_is_no_usable_url_is_refused_about_its_field(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_url(text, field="urls.2")

    assert (caught.value.code, caught.value.field) == (ErrorCode.INVALID_URL, "urls.2")


@pytest.mark.parametrize(
    "text",
    [
        "file:///etc/passwd",
        "ftp://example.com/a",
        "gopher://127.0.0.1:6379/_x",
        "javascript:alert(1)",
        "data:text/plain,a",
        "magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a",
    ],
)
def test_other_schemes_are_refused_about_their_field(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_url(text, field="urls.2")

    assert (caught.value.code, caught.value.field) == (ErrorCode.UNSUPPORTED_SCHEME, "urls.2")


def test_refusal_repeats_no_password() -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_url("https://user:hunter2@example.com/")

    assert "hunter2" not in caught.value.message


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.1", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("::1", "::1"),
        ("example.com", None),
        ("", None),
        ("256.256.256.256", None),
    ],
)
def test_host_is_told_from_an_address(host: str, address: str | None) -> None:
    assert literal_address(host) == address


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("localhost", True),
        ("LocalHost.", True),
        ("a.b.localhost", True),
        ("localhost.example.com", False),
        ("mylocalhost", False),
        ("localhost6", False),
    ],
)
def test_names_of_this_machine_are_known(name: str, expected: bool) -> None:
    assert is_localhost(name) is expected


@pytest.mark.parametrize(
    "url",
    [
        "https://user:password@example.com/a.zip?token=secret#fragment",
        URL("https://user:password@example.com/a.zip?token=secret#fragment"),
    ],
)
def test_shown_url_keeps_no_secret(url: str | URL) -> None:
    assert shown(url) == "https://example.com/a.zip"


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/a%2Fb/%7Euser?sig=a%2Fb%3D%2B&k=%41",
        "https://example.com/?a=b+c&d={x}|[y]",
        "https://example.com//a//b;c=d",
        "https://example.com:8443/.well-known/a..b",
    ],
)
def test_legal_url_stays_word_for_word(text: str) -> None:
    assert str(parse_url(text)) == text
    assert str(parse_url(str(parse_url(text)))) == text


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("HTTPS://EXAMPLE.com", "https://example.com/"),
        ("https://example.com?a=b", "https://example.com/?a=b"),
        ("https://example.com/a#b", "https://example.com/a"),
        ("https://example.com/a/../b/./c", "https://example.com/b/c"),
        ("https://example.com/ä?ö=ü", "https://example.com/%C3%A4?%C3%B6=%C3%BC"),
        ("https://example.com/100%", "https://example.com/100%25"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
    ],
)
def test_other_url_is_made_legal(text: str, url: str) -> None:
    assert str(parse_url(text)) == url


@pytest.mark.parametrize(
    ("text", "port"),
    [
        ("http://example.com/a", 80),
        ("https://example.com/a", 443),
        ("ftp://example.com/a", 21),
        ("ftps://example.com/a", 990),
        ("ftpes://example.com/a", 21),
        ("sftp://example.com/a", 22),
        ("sftp://example.com:2222/a", 2222),
    ],
)
def test_all_that_is_fetched_has_its_port(text: str, port: int) -> None:
    url = parse_url(text, schemes=FETCHABLE)

    assert (str(url), port_of(url)) == (text, port)


@pytest.mark.parametrize(
    "text",
    ["ftp:///a", "sftp:a", "ftp://alice:hunter2@example.com/", "ftp://example.com/a\r\nDELE b"],
)
def test_odd_url_of_another_scheme_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_url(text, schemes=FETCHABLE)

    assert caught.value.code is ErrorCode.INVALID_URL


@pytest.mark.parametrize(
    ("allowed", "text"),
    [("127.0.0.1:21", "sftp://127.0.0.1/"), ("127.0.0.1:80", "ftp://localhost/")],
)
def test_port_of_the_scheme_decides(allowed: str, text: str) -> None:
    with pytest.raises(ForbiddenAddress):
        check_target(
            parse_url(text, schemes=FETCHABLE), AddressPolicy([AllowedNetwork.parse(allowed)])
        )
