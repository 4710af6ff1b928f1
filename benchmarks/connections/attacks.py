"""What a hostile client says, and whether it reads the answers."""

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.queueing.server import KEY

LARGEST = 256 * 1024
CONT, TEXT, CLOSE, PING = 0, 1, 8, 9
HANDSHAKE = (
    b"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)
# As wide as it may be: with long addresses, 3 MB.
PAGE = """query ($n: Int!) { tasks(first: $n) { nodes {
    a: url b: url c: url d: url e: url f: url g: url h: url i: url j: url k: url l: url m: url
    n: url o: url url name state createdAt files(first: 10) { nodes { path } }
} } }"""
EVENTS = "subscription { taskEvents { cursor event { seq kind taskId task { a: url b: url } } } }"


def frame(data: bytes, opcode: int = TEXT, *, fin: bool = True) -> bytes:
    """Return a frame with a mask of zeros, which masks nothing."""
    head = bytes([(0x80 if fin else 0) | opcode])
    length = len(data)
    if length < 126:
        return head + bytes([0x80 | length]) + bytes(4) + data
    if length < 1 << 16:
        return head + b"\xfe" + length.to_bytes(2, "big") + bytes(4) + data
    return head + b"\xff" + length.to_bytes(8, "big") + bytes(4) + data


def message(kind: str, **parts: object) -> bytes:
    """Return a frame with a message."""
    return frame(json.dumps({"type": kind, **parts}, separators=(",", ":")).encode())


INIT = message("connection_init", payload={"Authorization": f"Bearer {KEY}"})


@dataclass(frozen=True, slots=True)
class Attack:
    """A kind of hostile client."""

    name: str
    says: Callable[[], Iterator[bytes]]
    reads: bool = False
    busy: bool = False  # whether tasks are added meanwhile, which are events


def subscribe(key: int, query: str, **variables: object) -> bytes:
    return message("subscribe", id=str(key), payload={"query": query, "variables": variables})


def values(number: int) -> list[str]:
    """Return texts that are not the same; a message has 10,000 values at most."""
    return [f"{each:020}" for each in range(number)]


def silent() -> Iterator[bytes]:
    yield HANDSHAKE


def half_a_message() -> Iterator[bytes]:
    yield HANDSHAKE
    yield frame(b"x" * (LARGEST - 1), fin=False)


def pings() -> Iterator[bytes]:
    yield HANDSHAKE
    yield from itertools.repeat(frame(b"x" * 125, PING) * 100)


def empty_fragments() -> Iterator[bytes]:
    yield HANDSHAKE
    yield frame(b"", fin=False)
    yield from itertools.repeat(frame(b"", CONT, fin=False) * 1000)


def small_fragments() -> Iterator[bytes]:
    yield HANDSHAKE
    while True:
        yield frame(b"x", fin=False)
        yield frame(b"x", CONT, fin=False) * (LARGEST - 2)
        yield frame(b"", CONT)


def many_messages() -> Iterator[bytes]:
    yield HANDSHAKE
    yield from itertools.repeat(message("ping") * 100)


def large_messages() -> Iterator[bytes]:
    yield HANDSHAKE
    # As many values as there may be, each an object of Python's.
    yield from itertools.repeat(message("ping", payload={"x": values(9_900)}))


def too_large_messages() -> Iterator[bytes]:
    yield HANDSHAKE
    yield frame(b"x" * (16 * LARGEST))


def initialised(says: Callable[[], Iterator[bytes]]) -> Callable[[], Iterator[bytes]]:
    def with_init() -> Iterator[bytes]:
        yield HANDSHAKE
        yield INIT
        yield from says()

    return with_init


def large_operations() -> Iterator[bytes]:
    for key in itertools.count():
        yield subscribe(key, "subscription { systemMetrics { cpuUsage } }", x=values(2_000))


def pages() -> Iterator[bytes]:
    for key in itertools.count():
        yield subscribe(key, PAGE, n=100)


def events() -> Iterator[bytes]:
    for key in range(50):
        yield subscribe(key, EVENTS)


def long_subscriptions() -> Iterator[bytes]:
    kinds = "ADDED " * 1900
    for key in range(50):
        head = f"subscription S{key}($k: [TaskEventKind!] = [{kinds}])"
        query = f"{head} {{ taskEvents(filter: {{ kinds: $k }}) {{ cursor }} }}"
        yield subscribe(key, query, k=["ADDED"])


def documents() -> Iterator[bytes]:
    for key in itertools.count():
        variables = " ".join(f"$v{key}_{number}: ID!" for number in range(280))
        uses = " ".join(f"$v{key}_{number}" for number in range(280))
        yield subscribe(key, f"query ({variables}) {{ nodes(ids: [{uses}]) {{ id }} }}")


def garbage() -> Iterator[bytes]:
    yield HANDSHAKE
    yield from itertools.repeat(b"\xff" * 4096)


def stream() -> Iterator[bytes]:
    body = json.dumps({"query": EVENTS}).encode()
    yield request(body, b"text/event-stream")


def large_bodies() -> Iterator[bytes]:
    body = json.dumps({"query": "{ viewer { name } }", "variables": {"x": values(9_900)}}).encode()
    yield from itertools.repeat(request(body, b"application/json"))


def request(body: bytes, accept: bytes) -> bytes:
    return (
        b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: "
        + accept
        + f"\r\nAuthorization: Bearer {KEY}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )


ATTACKS = (
    Attack("says nothing", silent),
    Attack("half a message of 256 KiB", half_a_message),
    Attack("pings, unread", pings),
    Attack("pings, read", pings, reads=True),
    Attack("a message of empty fragments", empty_fragments),
    Attack("messages of one-byte fragments", small_fragments, reads=True),
    Attack("small messages, unread", many_messages),
    Attack("small messages, read", many_messages, reads=True),
    Attack("messages of 10,000 values, unread", large_messages),
    Attack("messages of 10,000 values, read", large_messages, reads=True),
    Attack("a message of 4 MiB", too_large_messages),
    Attack("garbage, again and again", garbage, reads=True),
    Attack("operations with 2,000 values", initialised(large_operations), reads=True),
    Attack("pages of 100 tasks, unread", initialised(pages)),
    Attack("pages of 100 tasks, read", initialised(pages), reads=True),
    Attack("ever new documents", initialised(documents), reads=True),
    Attack("50 long subscriptions, unread", initialised(long_subscriptions), busy=True),
    Attack("50 subscriptions, unread", initialised(events), busy=True),
    Attack("an event stream, unread", stream, busy=True),
    Attack("bodies of 10,000 values, unread", large_bodies),
)
