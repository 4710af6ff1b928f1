"""Requests whose head is wrong."""

from collections.abc import Iterator
from dataclasses import replace

from tests.integration.http.malformed.case import INVALID, QUERY, Malformed, document
from tests.integration.http.running import JSON, KEY

NOT_JSON_TYPES = [
    None,
    "",
    "x",
    "text/plain",
    "text/json",
    "application/graphql",
    "application/x-json",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
    "application/json+x",
    "application/graphql-response+json",
    "application/jsonp",
    "json",
    "*/*",
    "application/*",
    ";",
    "application/json, text/plain",
]
NO_KEYS = [
    None,
    "",
    "Bearer",
    "Bearer ",
    "Bearer  ",
    f"Basic {KEY}",
    KEY,
    f"Token {KEY}",
    "Bearer x",
    f"Bearer {KEY}x",
    f"Bearer {KEY[:-1]}",
    f"Bearer {KEY.upper()}",
    f"Bearer {KEY} {KEY}",
    "Bearer null",
    "Bearer \u00e9",
    "Bearer argosy_",
    "Bearer eyJhbGciOiJub25lIn0.e30.",
    "Bearer ..",
    "Bearer " + "x" * 8000,
]
VIEWER = "query=%7Bviewer%7Bname%7D%7D"
NO_PARAMETERS = [
    "query=",
    "query=%20",
    "query",
    "variables=%7B%7D",
    "operationName=A",
    "extensions=%7B%7D",
    *(
        f"{VIEWER}&variables={v}"
        for v in ("%7B", "1", "[]", "%22%22", "true", "%FF", "NaN", "{'a':1}")
    ),
    *(f"{VIEWER}&extensions={v}" for v in ("%7B", "1", "[]", "%22%22", "true", "x")),
    *(f"{VIEWER}&{n}=1" for n in ("id", "access_token", "key", "Query", "variable", "%00")),
]
CHARSETS = ["iso-8859-1", "utf-16", "utf-7", "ascii", "x", "", '"latin1"']
ENCODINGS = ["gzip", "deflate", "br", "zstd", "compress", "x-gzip", "gzip, gzip", "x", "GZIP"]
ACCEPTS = ["text/plain", "image/*", "application/xml", "application/json;q=0", "x", "*/*;q=0"]
METHODS = ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"]
PATHS = [
    "/graphql/",
    "/graphql/x",
    "/GraphQL",
    "/graphql%00",
    "//graphql",
    "/graphql;x",
    "/..",
]
CHANGE = "query=mutation%20%7B%20pauseQueue(input:%7B%7D)%20%7B%20queue%20%7B%20paused%20%7D%7D%7D"


def heads() -> Iterator[Malformed]:
    """Yield all of them."""
    yield from of_headers()
    for method in METHODS:
        yield Malformed(f"method {method}", 405, method=method)
    for path in PATHS:
        yield Malformed(f"path {path}", 404, "NOT_FOUND", path=path)
    yield Malformed("a byte more than there may be", 413, body=QUERY.ljust(1_000_001))
    yield get(CHANGE, 405)
    for parameters in NO_PARAMETERS:
        yield get(parameters, 400)
    yield document("subscription", "subscription { systemMetrics { cpuUsage } }", INVALID)


def of_headers() -> Iterator[Malformed]:
    """Yield requests with a header that is not understood, or not accepted."""
    for kind in NOT_JSON_TYPES:
        yield Malformed(f"type {kind!r}", 415).but(Content_Type=kind)
    for charset in CHARSETS:
        kind = f"{JSON}; charset={charset}"
        yield Malformed(f"charset {charset!r}", 415).but(Content_Type=kind)
    for coding in ENCODINGS:
        yield Malformed(f"coding {coding!r}", 415).but(Content_Encoding=coding)
    for accept in ACCEPTS:
        yield Malformed(f"accepts {accept!r}", 406).but(Accept=accept)
    for key in NO_KEYS:
        yield Malformed(f"key {key!r}"[:60], 401, "UNAUTHORIZED").but(Authorization=key)


def get(parameters: str, status: int) -> Malformed:
    """Return a request by GET."""
    found = Malformed(f"GET {parameters[:70]}", status, method="GET", body=None)
    return replace(found, path=f"/graphql?{parameters}").but(Content_Type=None)
