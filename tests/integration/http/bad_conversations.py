"""Conversations over WebSockets that are not as they should be, and the codes they end with.

Each is sent byte by byte as it stands here. `INITIALISED` ones begin after the acknowledgement,
the others right after the handshake.
"""

from dataclasses import dataclass

import orjson

from tests.integration.http.frames import (
    BINARY,
    CLOSE,
    CONT,
    PING,
    PONG,
    TEXT,
    close,
    frame,
    message,
)

LARGEST = 256 * 1024
INIT = message({"type": "connection_init"})  # the key stands in the handshake
PINGED = message({"type": "ping"})
QUERY = {"query": "{ viewer { name } }"}


@dataclass(frozen=True, slots=True)
class Bad:
    """What is wrong, what is sent, and the code that it is closed with."""

    what: str
    sent: bytes
    code: int
    reason: str = ""  # how it begins


def subscribe(**changes: object) -> bytes:
    return message({"type": "subscribe", "id": "a", "payload": QUERY, **changes})


def asked(**changes: object) -> bytes:
    return subscribe(payload={**QUERY, **changes})


def pieces(*contents: bytes, opcode: int = TEXT) -> bytes:
    """Return a message in several frames."""
    first, *rest = contents
    last = len(rest) - 1
    return frame(first, opcode, fin=not rest) + b"".join(
        frame(content, CONT, fin=number == last) for number, content in enumerate(rest)
    )


FRAMES = [
    Bad("frame that is not masked", frame("{}", is_masked=False), 1002),
    Bad("ping that is not masked", frame(b"", PING, is_masked=False), 1002),
    Bad("close that is not masked", frame(b"\x03\xe8", CLOSE, is_masked=False), 1002),
    Bad("first reserved bit, of compression", frame("{}", reserved=4), 1002),
    Bad("second reserved bit", frame("{}", reserved=2), 1002),
    Bad("third reserved bit", frame("{}", reserved=1), 1002),
    Bad("all reserved bits", frame("{}", reserved=7), 1002),
    Bad("reserved bit of a ping", frame(b"", PING, reserved=4), 1002),
    *(Bad(f"opcode {code}", frame("{}", code), 1002) for code in (3, 4, 5, 6, 7)),
    *(Bad(f"opcode {code}", frame(b"", code), 1002) for code in (11, 12, 13, 14, 15)),
    Bad("ping of 126 bytes", frame(b"x" * 126, PING), 1002),
    Bad("pong of 126 bytes", frame(b"x" * 126, PONG), 1002),
    Bad("close of 126 bytes", frame(b"\x03\xe8" + b"x" * 124, CLOSE), 1002),
    Bad("ping of 65,536 bytes", frame(b"x" * 65_536, PING), 1002),
    Bad("ping in two frames", frame(b"a", PING, fin=False) + frame(b"b", CONT), 1002),
    Bad("close in two frames", frame(b"\x03\xe8", CLOSE, fin=False), 1002),
    Bad("continuation of nothing", frame("{}", CONT), 1002),
    Bad("continuation of nothing that is not the last", frame("{}", CONT, fin=False), 1002),
    Bad("continuation of what has ended", pieces(b"{", b"}") + frame("}", CONT), 1002),
    Bad("second text within one", frame("{", fin=False) + frame("{}"), 1002),
    Bad("binary within text", frame("{", fin=False) + frame("{}", BINARY), 1002),
    Bad("close within a message", frame("{", fin=False) + close(1000), 1002),
    Bad("garbage", b"\xff" * 64, 1002),
    Bad("nothing but zeros", b"\x00" * 64, 1002),
    Bad("another request over HTTP", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 1002),
    Bad("TLS", bytes.fromhex("16030100a5010000a10303") + b"\x55" * 64, 1002),
    Bad("close frame with one byte", frame(b"\x03", CLOSE), 1002),
    *(
        Bad(f"close code {code}", close(code), 1002)
        for code in (0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535)
    ),
    Bad("close reason that is not in UTF-8", close(1000, b"\xff\xfe"), 1007),
    Bad("close reason that ends in a letter", close(1000, "é".encode()[:1]), 1007),
]

TEXTS = [
    Bad("text that is not in UTF-8", frame(b'{"type": "\xff"}'), 1007),
    Bad("overlong letter", frame(b"\xc0\xaf"), 1007),
    Bad("surrogate", frame(b"\xed\xa0\x80"), 1007),
    Bad("letter above Unicode", frame(b"\xf4\x90\x80\x80"), 1007),
    Bad("text that ends in a letter", frame("é".encode()[:1]), 1007),
    Bad("bad letter over two frames", pieces(b'{"a": "\xce', b'\xff"}'), 1007),
    Bad("text longer than all", frame("x" * (LARGEST + 1)), 1009),
    Bad("binary longer than all", frame(b"x" * (LARGEST + 1), BINARY), 1009),
    Bad("length alone that is too long", frame(length=b"\x7f" + (LARGEST + 1).to_bytes(8)), 1009),
    Bad("length of 4 GiB", frame(length=b"\x7f" + (1 << 32).to_bytes(8)), 1009),
    Bad("length with all bits", frame(length=b"\x7f" + b"\xff" * 8), 1009),
    Bad("pieces longer than all", pieces(*[b"x" * 1024] * 257), 1009),
    Bad("many small pieces longer than all", pieces(*[b"x" * 200] * 1311), 1009),
    Bad("largest message", frame("x" * LARGEST), 4400, "The message is not JSON"),
]

MESSAGES = [
    Bad("no text", frame(""), 4400, "The message is not JSON"),
    Bad("no text in many pieces", pieces(*[b""] * 1000), 4400, "The message is not JSON"),
    Bad("half an object", frame("{"), 4400, "The message is not JSON"),
    Bad("a word", frame("hello"), 4400, "The message is not JSON"),
    Bad("two objects", frame("{}{}"), 4400, "The message is not JSON"),
    Bad("a mark of the order of bytes", frame('\ufeff{"type": "ping"}'), 4400),
    Bad("single quotes", frame("{'type': 'ping'}"), 4400, "The message is not JSON"),
    Bad("no number", frame('{"type": "ping", "payload": {"a": NaN}}'), 4400),
    Bad("deep", frame("[" * 100_000), 4400),
    Bad("deep, and closed", frame('{"type":"ping","payload":' + "[" * 65 + "]" * 65 + "}"), 4400),
    Bad("binary", frame("{}", BINARY), 4400, "Messages are text"),
    Bad("right, but binary", frame('{"type": "ping"}', BINARY), 4400, "Messages are text"),
    Bad("binary in pieces", pieces(b"{", b"}", opcode=BINARY), 4400, "Messages are text"),
    Bad("null", message("null"), 4400, "The message is not an object"),
    Bad("number", message("5"), 4400, "The message is not an object"),
    Bad("string", message('"ping"'), 4400, "The message is not an object"),
    Bad("list", message([]), 4400, "The message is not an object"),
    Bad("several at once", message([{"type": "ping"}]), 4400, "The message is not an object"),
    Bad("no type", message({}), 4400, "The type of the message is not known"),
    Bad("type that is no text", message({"type": 5}), 4400, "The type of the message is not"),
    Bad("type null", message({"type": None}), 4400, "The type of the message is not known"),
    Bad("type in capitals", message({"type": "PING"}), 4400, "The type of the message is not"),
    Bad("type of the older protocol", message({"type": "start", "id": "1"}), 4400),
    Bad("its end", message({"type": "connection_terminate"}), 4400),
    Bad("acknowledgement", message({"type": "connection_ack"}), 4400, "The type of the message"),
    Bad("next", message({"type": "next", "id": "a", "payload": {}}), 4400, "The type of the"),
    Bad("error", message({"type": "error", "id": "a", "payload": []}), 4400, "The type of the"),
    Bad("ping with a list", message({"type": "ping", "payload": []}), 4400, "The payload of"),
    Bad("pong with a text", message({"type": "pong", "payload": "x"}), 4400, "The payload of"),
    Bad("no id", message({"type": "subscribe", "payload": QUERY}), 4400, "The message has no id"),
    Bad("id null", subscribe(id=None), 4400, "The message has no id"),
    Bad("id empty", subscribe(id=""), 4400, "The message has no id"),
    Bad("id that is a number", subscribe(id=1), 4400, "The message has no id"),
    Bad("id that is a list", subscribe(id=["a"]), 4400, "The message has no id"),
    Bad("id that is too long", subscribe(id="a" * 257), 4400, "The message has no id"),
    Bad("end of no id", message({"type": "complete"}), 4400, "The message has no id"),
    Bad("end of a number", message({"type": "complete", "id": 1}), 4400, "The message has no id"),
    Bad("no payload", message({"type": "subscribe", "id": "a"}), 4400, "The payload of"),
    Bad("payload null", subscribe(payload=None), 4400, "The payload of the message"),
    Bad("payload that is a text", subscribe(payload="{ viewer }"), 4400, "The payload of"),
    Bad("payload that is a list", subscribe(payload=[QUERY]), 4400, "The payload of"),
]

# These need an acknowledged connection.
INITIALISED = [
    Bad("payload that is empty", subscribe(payload={}), 4400, "The payload has no `query`"),
    Bad("query null", asked(query=None), 4400, "The payload has no `query`"),
    Bad("query that is a number", asked(query=5), 4400, "The payload has no `query`"),
    Bad("query that is blank", asked(query="  \n"), 4400, "The payload has no `query`"),
    Bad("variables that are a list", asked(variables=[]), 4400, "`variables` is not an object"),
    Bad("variables that are a text", asked(variables="{}"), 4400, "`variables` is not an object"),
    Bad("extensions that are a list", asked(extensions=[]), 4400, "`extensions` is not an object"),
    Bad("name that is a number", asked(operationName=5), 4400, "`operationName` is not text"),
    Bad("unknown part", asked(x=1), 4400, "The payload has the unknown field 'x'"),
    Bad("second init", INIT, 4429, "Too many initialisation requests"),
    Bad(
        "id that is in use",
        message(
            {
                "type": "subscribe",
                "id": "a",
                "payload": {"query": "subscription { systemMetrics { cpuUsage } }"},
            }
        )
        + subscribe(),
        4409,
        "Subscriber for a already exists",
    ),
    Bad("binary init", frame(orjson.dumps({"type": "connection_init"}), BINARY), 4400),
]

# These come before any acknowledgement.
STRANGE = [
    Bad("subscribe before init", subscribe(), 4401, "Unauthorized"),
    Bad("subscribe after a ping", PINGED + subscribe(), 4401, "Unauthorized"),
    Bad("mutation before init", asked(query="mutation { x }"), 4401, "Unauthorized"),
    *(
        Bad(
            f"init with {payload!r}",
            message({"type": "connection_init", "payload": payload}),
            4400,
            "The payload of the message is not an object",
        )
        for payload in ([], "x", 5, True)
    ),
    *(
        Bad(
            f"init with the key {key!r}",
            message({"type": "connection_init", "payload": {"Authorization": key}}),
            4403,
            "Forbidden",
        )
        for key in ("", "Bearer", "Bearer wrong", "Basic YTpi", None, 5, ["Bearer x"], "x" * 10_000)
    ),
]
