"""What a `FaultServer` can do wrong: an honest file, and ways to spoil what it says."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.fakes.faults import Behaviour, Reply, Request, Then


@dataclass(frozen=True, slots=True)
class File:
    """A file as an honest server gives it: with ranges, and `If-Range` heeded."""

    body: bytes
    etag: str | None = '"one"'
    modified: str | None = None  # Last-Modified
    headers: tuple[str, ...] = ()
    has_ranges: bool = True
    heeds_if_range: bool = True

    def __call__(self, request: Request) -> Reply:
        size = len(self.body)
        span = request.span(size) if self.has_ranges else None
        if span is None or self._is_other(request):
            return Reply("200 OK", self._headers(), self.body)
        start, end = span
        if start >= size:
            return Reply("416 Range Not Satisfiable", (f"Content-Range: bytes */{size}",))
        content_range = f"Content-Range: bytes {start}-{end - 1}/{size}"
        return Reply("206 Partial Content", (content_range, *self._headers()), self.body[start:end])

    def _headers(self) -> tuple[str, ...]:
        etag = () if self.etag is None else (f"ETag: {self.etag}",)
        modified = () if self.modified is None else (f"Last-Modified: {self.modified}",)
        return (*etag, *modified, *self.headers)

    def _is_other(self, request: Request) -> bool:
        condition = request.headers.get("if-range")
        return self.heeds_if_range and condition not in {None, self.etag, self.modified}


def says(status: str, *headers: str, body: bytes = b"", then: Then = Then.KEEP) -> Behaviour:
    """Say the same to every request."""
    return lambda _: Reply(status, headers, body, then=then)


def raw(content: bytes, then: Then = Then.CLOSE) -> Behaviour:
    """Say these bytes and nothing else."""
    return lambda _: Reply(raw=content, then=then)


def goes(location: str, status: str = "302 Found") -> Behaviour:
    """Redirect there."""
    return says(status, f"Location: {location}")


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Do one after the other, and the last of them from then on."""
    return lambda request: behaviours[min(request.number, len(behaviours)) - 1](request)


def once(first: Callable[[Request], bool], one: Behaviour, other: Behaviour) -> Behaviour:
    """Do `one` for the requests that `first` is true of, `other` for the rest."""
    return lambda request: (one if first(request) else other)(request)


def on_range(one: Behaviour, other: Behaviour) -> Behaviour:
    """Do `one` where a range is asked for that does not begin with the first byte."""
    return once(lambda request: (request.span(0) or (0, 0))[0] > 0, one, other)


def beyond(count: int, one: Behaviour, other: Behaviour) -> Behaviour:
    """Do `one` for more than so many requests at once."""
    return once(lambda request: request.at_once > count, one, other)


def cut(behaviour: Behaviour, after: int, then: Then = Then.CLOSE) -> Behaviour:
    """Send that many bytes of the body at most."""

    def answer(request: Request) -> Reply:
        reply = behaviour(request)
        whole = len(reply.body) <= after
        return replace(reply, cut=after, then=Then.KEEP if whole else then)

    return answer


def paced(behaviour: Behaviour, block: int, pause: float) -> Behaviour:
    """Send a block, wait that many seconds, send the next."""
    return lambda request: replace(behaviour(request), block=block, pause=pause)


def endless(*headers: str, body: bytes) -> Behaviour:
    """Send the body again and again."""
    return lambda _: Reply("200 OK", headers, body, endless=True, then=Then.CLOSE)


def behind(behaviour: Behaviour, content: bytes, then: Then = Then.KEEP) -> Behaviour:
    """Say something behind the body that nobody asked for."""
    return lambda request: replace(behaviour(request), behind=content, then=then)


def before(behaviour: Behaviour, content: bytes) -> Behaviour:
    """Say something in front of the answer."""
    return lambda request: replace(behaviour(request), before=content)


def with_headers(behaviour: Behaviour, *headers: str) -> Behaviour:
    """Say these headers in place of those of the same names. One without a value is left out."""
    names = {line.partition(":")[0].lower() for line in headers}
    added = tuple(line for line in headers if line.partition(":")[2])

    def answer(request: Request) -> Reply:
        reply = behaviour(request)
        kept = (line for line in reply.headers if line.partition(":")[0].lower() not in names)
        return replace(reply, headers=(*kept, *added))

    return answer


def with_status(behaviour: Behaviour, status: str) -> Behaviour:
    """Say another status."""
    return lambda request: replace(behaviour(request), status=status)


def chunked(*chunks: bytes, last: bytes = b"0\r\n\r\n") -> bytes:
    """Return these chunks in chunked coding, with that behind them."""
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + last


def in_chunks(body: bytes, *headers: str, then: Then = Then.KEEP) -> Behaviour:
    """Send a body that is in chunked coding already."""
    return says("200 OK", "Transfer-Encoding: chunked", *headers, body=body, then=then)


def demands(name: str, value: str, behaviour: Behaviour, refusal: Behaviour) -> Behaviour:
    """Do `behaviour` where a header of the request has that value, else refuse."""
    return once(lambda request: request.headers.get(name) == value, behaviour, refusal)
