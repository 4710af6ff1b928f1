"""Heads of requests to the guarded proxy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.outgoing.guard.heads import BadHead, read_head


def head(first: str, *lines: str) -> bytes:
    return "\r\n".join([first, *lines, "", ""]).encode("latin-1")


@pytest.mark.parametrize(
    ("first", "host", "port", "path"),
    [
        ("CONNECT a.example:443 HTTP/1.1", "a.example", 443, None),
        ("CONNECT [2001:db8::1]:25 HTTP/1.1", "2001:db8::1", 25, None),
        ("GET http://a.example/b?c=d HTTP/1.1", "a.example", 80, "/b?c=d"),
        ("POST HTTP://a.example:8080 HTTP/1.0", "a.example", 8080, "/"),
        ("GET http://[::1]/ HTTP/1.1", "::1", 80, "/"),
    ],
)
def test_target_is_read(first: str, host: str, port: int, path: str | None) -> None:
    read = read_head(head(first))

    assert (read.host, read.port, read.path) == (host, port, path)


@pytest.mark.parametrize(
    "first",
    [
        "",
        "GET / HTTP/1.1",
        "GET https://a.example/ HTTP/1.1",
        "GET ftp://a.example/ HTTP/1.1",
        "GET http:///x HTTP/1.1",
        "GET http://u:p@a.example/ HTTP/1.1",
        "CONNECT a.example HTTP/1.1",
        "CONNECT a.example:0 HTTP/1.1",
        "CONNECT a.example:65536 HTTP/1.1",
        "CONNECT a.example:443 HTTP/2",
        "CONNECT a.example:4\u00b22 HTTP/1.1",
        "CONNECT :443 HTTP/1.1",
        "CONNECT a.example:443",
    ],
)
def test_what_no_proxy_takes_is_refused(first: str) -> None:
    with pytest.raises(BadHead):
        read_head(head(first))


@pytest.mark.parametrize("line", [": x", "x", " x: y", "x : y"])
def test_header_that_is_none_is_refused(line: str) -> None:
    with pytest.raises(BadHead):
        read_head(head("CONNECT a.example:443 HTTP/1.1", line))


def test_what_is_about_the_proxy_is_not_passed_on() -> None:
    read = read_head(
        head(
            "POST http://a.example/b HTTP/1.1",
            "Host: a.example",
            "Proxy-Authorization: Basic secret",
            "Proxy-Connection: keep-alive",
            "Connection: keep-alive",
            "Content-Length: 5",
            "X-Own: 1",
        )
    )

    assert read.length == 5
    assert read.passed_on() == head(
        "POST /b HTTP/1.1", "Host: a.example", "Content-Length: 5", "X-Own: 1", "Connection: close"
    )


@pytest.mark.parametrize("line", ["Transfer-Encoding: chunked", "Content-Length: -1"])
def test_body_without_a_length_is_refused(line: str) -> None:
    with pytest.raises(BadHead):
        _ = read_head(head("POST http://a.example/ HTTP/1.1", line)).length


@given(st.binary(max_size=200))
def test_anything_else_is_refused_or_read(content: bytes) -> None:
    try:
        read = read_head(content + b"\r\n\r\n")
    except BadHead:
        return
    assert read.host
    assert 0 < read.port < 65536
    assert read.path is None or b"\n" not in read.path.encode("latin-1").strip(b"\n")
