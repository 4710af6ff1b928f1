"""Bytes that are not HTTP, or not as it should be."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.integration.http.malformed.case import QUERY

NO_LINES = [
    b"GET",
    b"GET /health HTTP/1",
    b"GET /health HTTP/9.9",
    b"GET /health HTTP/x",
    b"GET /health http/1.1",
    b"get /health HTTP/1.1",
    b"G\0T /health HTTP/1.1",
    b"GET /he\0alth HTTP/1.1",
    b"GET health HTTP/1.1",
    b"/health HTTP/1.1",
    b"HTTP/1.1 200 OK",
    b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
    b"SSH-2.0-x",
    b"PRI * HTTP/2.0x",
    b"{}",
    b"\0",
    b"GET /health\tHTTP/1.1",
    b"GET /health HTTP/1.1 x",
    b"\xff\xfe",
    b"M-SEARCHX * HTTP/1.1",
]
NO_HEADERS = [
    b"Host",
    b": x",
    b"Ho st: x",
    b"Host : x",
    b"Host: x\r\n y: z\0",
    b"X\0: y",
    b"X: y\0",
    b"X: \x01",
    b"X(: y",
    b"X{: y",
    b"X\xff: y",
    b"Content-Length: 1\r\nContent-Length: 2",
    b"Content-Length: 1\r\nTransfer-Encoding: chunked",
    b"Transfer-Encoding: x",
    b"Transfer-Encoding: chunked, x",
    b" X: y",
    b"X: y\rZ: a",
]
NO_LENGTHS = [b"x", b"-1", b"1.5", b"0x10", b"1,1", b"1 1", b"+1", b"9" * 30, b"9" * 5000, b"\xb2"]
NO_CHUNKS = [
    b"x\r\n",
    b"-1\r\n",
    b"0x1\r\n",
    b"5 5\r\n",
    b"g\r\n",
    b"\r\n",
    b"9" * 40 + b"\r\n",
    b"1\r\nab\r\n",
    b"1\nx\r\n",
    b"1;\0=x\r\nx\r\n",
]


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes that are sent as they are, and the status of the answer."""

    name: str
    sent: bytes
    status: int = 400


def raws() -> Iterator[Raw]:
    """Yield bytes that are not HTTP, or not as it should be."""
    for line in NO_LINES:
        yield Raw(f"line {line!r}"[:70], line + b"\r\nHost: 127.0.0.1\r\n\r\n")
    for header in NO_HEADERS:
        yield Raw(f"header {header!r}"[:70], b"GET /health HTTP/1.1\r\n" + header + b"\r\n\r\n")
    post = b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    for size in NO_LENGTHS:
        head = b"Content-Length: " + size + b"\r\n\r\n"
        yield Raw(f"length {size!r}"[:70], post + head + QUERY)
    for chunk in NO_CHUNKS:
        head = b"Transfer-Encoding: chunked\r\n\r\n"
        yield Raw(f"chunk {chunk!r}"[:70], post + head + chunk)
    long = b"x" * 30_000
    yield Raw("a long line", b"GET /" + long + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 431)
    yield Raw(
        "a long header", b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + long + b"\r\n\r\n", 431
    )
    many = b"".join(b"X-%d: y\r\n" % n for n in range(2_000))
    yield Raw("many headers", b"GET /health HTTP/1.1\r\n" + many + b"\r\n", 431)
