"""Bodies that are not JSON, or not what is asked for in it."""

from collections.abc import Iterator

import orjson

from tests.integration.http.malformed.case import NAME, QUERY, Malformed

BOM = b"\xef\xbb\xbf"
WHOLE = b'{"query": "{ viewer { name } }", "variables": {"a": [1, true]}}'
NOT_JSON = [
    b" ",
    b"\n",
    b"\0",
    BOM,
    BOM + b"{",
    b"'",
    b"{'query': 1}",
    b"{query: 1}",
    b"[1,]",
    b'{"a": 1,}',
    b"{,}",
    b"[,]",
    b"{} {}",
    b"{}{}",
    b"[] 1",
    b"/* */ {}",
    b"// {}\n{}",
    b"<query/>",
    b"query=1",
    b"NaN",
    b"Infinity",
    b"-Infinity",
    b"undefined",
    b"None",
    b"True",
    b"nul",
    b"01",
    b"1.",
    b".1",
    b"1e",
    b"+1",
    b"0x1",
    b"1_000",
    b"-",
    b'"',
    b'"\\',
    b'"\\x"',
    b'"\\u12"',
    b'"\\ud800"',
    b'"\\udc00"',
    b'"\\ud800\\u0041"',
    b"9" * 400,
    b"-" + b"9" * 400,
    b"1e999",
    b"9" * 100_000,
    b'{"a" 1}',
    b'{"a": }',
    b"{1: 1}",
    b"{null: 1}",
    b"}",
    b"]",
    b"[}",
    b"{]",
    b"\x1f\x8b\x08\0",
    b"PK\x03\x04",
    b"GET / HTTP/1.1\r\n\r\n",
    b"--x\r\n\r\n--x--",
    b"\xff\xfe{\0}\0",
]
CODINGS = ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp037"]
UNKNOWN = ["", "Query", "querry", "id", "doc", "variables ", "__proto__", "x" * 1000]
NOT_UTF_8 = [
    b"\x80",
    b"\xbf",
    b"\xc0\x80",
    b"\xc1\xbf",
    b"\xc3",
    b"\xc3\x28",
    b"\xe2\x82",
    b"\xe2\x28\xa1",
    b"\xe0\x80\x80",
    b"\xed\xa0\x80",
    b"\xed\xbf\xbf",
    b"\xf0\x80\x80\x80",
    b"\xf0\x9f\x98",
    b"\xf4\x90\x80\x80",
    b"\xf5\x80\x80\x80",
    b"\xf8\x88\x80\x80\x80",
    b"\xfe",
    b"\xff",
]
NO_OBJECT = [
    b"null",
    b"true",
    b"false",
    b"0",
    b"-1",
    b"1.5",
    b"1e3",
    b'""',
    b'"{ viewer { name } }"',
    b"[]",
    b"[null]",
    b"[[]]",
    b"[" + QUERY + b"]",
    b"[" + QUERY + b"," + QUERY + b"]",
    b"{}",
]
TYPES: list[object] = [0, 1, -1.5, True, False, [], [1], ["{ viewer { name } }"]]
WRONG: dict[str, list[object]] = {
    "query": [*TYPES, None, {}, {"a": 1}, "", " ", "\n\t", "\u00a0"],
    "operationName": [*TYPES, {}, {"a": 1}],
    "variables": [*TYPES, "", "{}", "null", [{}]],
    "extensions": [*TYPES, "", "{}", "null", [{}]],
}


def bodies() -> Iterator[Malformed]:
    """Yield all of them."""
    yield from damaged()
    yield from of_wrong_parts()
    yield from deep()


def damaged() -> Iterator[Malformed]:
    """Yield what is no JSON, and no object."""
    texts = {
        **{f"cut after {end} bytes": WHOLE[:end] for end in range(len(WHOLE))},
        **{f"control character {n}": QUERY.replace(b"name", b"name%c" % n) for n in range(0x20)},
        **{f"not JSON: {text[:40]!r}": text for text in NOT_JSON},
        **{f"not UTF-8: {text!r}": QUERY.replace(b"name", text) for text in NOT_UTF_8},
        **{f"no object: {text!r}": text for text in NO_OBJECT},
        **{f"in {name}": QUERY.decode().encode(name) for name in CODINGS},
    }
    for name, text in texts.items():
        yield Malformed(name, body=text)


def of_wrong_parts() -> Iterator[Malformed]:
    """Yield objects with parts that do not belong, or are of another kind."""
    for name, values in WRONG.items():
        for value in values:
            body = orjson.dumps({"query": NAME, name: value})
            yield Malformed(f"{name}: {value!r}", body=body)
    for name in UNKNOWN:
        body = orjson.dumps({"query": NAME, name: 1})
        yield Malformed(f"unknown part {name[:20]!r}", body=body)


def deep() -> Iterator[Malformed]:
    """Yield lists in lists, and objects in objects."""
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        for levels in (65, 100, 1_000, 20_000, 150_000):
            body = opening * levels + b"1" + closing * levels
            yield Malformed(f"{levels} levels of {opening!r}", body=body)
