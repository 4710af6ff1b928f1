"""Bodies that come coded although nobody asked: decoded, with a cap (RFC 9110, section 8.4.1)."""

import zlib
from collections.abc import Iterator

from services.errors import ErrorCode, FetchFailed

GZIP = frozenset({"gzip", "x-gzip"})
CODINGS = GZIP | {"deflate"}
PIECE = 1 << 20  # bytes decoded at a time
HARMLESS = 64 << 20  # bytes; up to here any ratio will do
LARGEST_RATIO = 100

GZIP_WINDOW = 16 + zlib.MAX_WBITS
MAGIC = b"\x1f\x8b"
GZIP_EXTENSIONS = (".gz", ".gzip", ".tgz", ".svgz", ".emz", ".cpgz", ".vgz", ".adz", ".tpz")
GZIP_TYPES = frozenset(
    {
        "application/gzip",
        "application/gzip-compressed",
        "application/gzipped",
        "application/x-gunzip",
        "application/x-gzip",
        "application/x-gzip-compressed",
        "application/x-compressed",
        "application/x-compressed-tar",
        "application/x-gtar",
        "application/x-tgz",
        "gzip/document",
    }
)
PAGES = frozenset({"text/html", "application/xhtml+xml"})


def decodable(coding: str) -> bool:
    """Say whether a `Content-Encoding` is one that `Decoder` knows."""
    return coding.strip().lower() in CODINGS


def keeps_coding(name: str, media_type: str | None, coding: str) -> bool:
    """Say whether the coded bytes are the file that the user means.

    Many servers say `Content-Encoding: gzip` of `a.tar.gz`, where only its type is gzip.
    Decoded, it would not be what its name says. A page about `a.tar.gz` is decoded.
    """
    if coding.strip().lower() not in GZIP:
        return False
    kind = (media_type or "").partition(";")[0].strip().lower()
    return kind in GZIP_TYPES or (name.lower().endswith(GZIP_EXTENSIONS) and kind not in PAGES)


class Decoder:
    """Takes a coded body as it comes, and gives the bytes of the file.

    `received` and `decoded` count bytes before and after.
    """

    def __init__(self, coding: str) -> None:
        self.received = 0
        self.decoded = 0
        self._is_gzip = coding.strip().lower() in GZIP
        self._start = b""  # what is too short to tell what follows
        self._stream: zlib._Decompress | None = None  # None between two members
        self._is_over = False  # at least one member is complete

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Yield what `data` decodes to, in pieces of up to 1 MiB. Take them all.

        Raises `FetchFailed`: for good if the body is a bomb, temporarily if it is damaged.
        """
        self.received += len(data)
        while data:
            stream, data = self._opened(data)
            if stream is None:
                return
            yield from self._inflated(stream, data)
            if not stream.eof:
                return
            self._is_over, self._stream = True, None
            data = stream.unused_data

    def finish(self) -> None:
        """Raise `FetchFailed` if the body has ended before the coding has.

        A body without a byte passes: servers mark those as coded, too.
        """
        if self.received and (self._stream is not None or not self._is_over):
            message = "The coded body ends early. It is fetched again."
            raise FetchFailed(message, code=ErrorCode.INCOMPLETE, temporary=True)

    def _opened(self, data: bytes) -> tuple["zlib._Decompress | None", bytes]:
        """Return the open stream and what it should take; None until it is clear what comes."""
        if self._stream is not None:
            return self._stream, data
        data = self._start + data
        if self._is_over:
            data = self._next_member(data)
        if len(data) < len(MAGIC):
            self._start = data
            return None, b""
        self._start = b""
        self._stream = zlib.decompressobj(self._window(data))
        return self._stream, data

    def _next_member(self, data: bytes) -> bytes:
        """Return what follows a complete member; zeros fill up, the rest is no part of it."""
        data = data.lstrip(b"\x00") if self._is_gzip else b""
        return data if data[:2] == MAGIC[: len(data)] else b""

    def _window(self, data: bytes) -> int:
        if self._is_gzip:
            return GZIP_WINDOW
        # RFC 9110 means the zlib format (RFC 1950); some servers send bare deflate (RFC 1951).
        is_zlib = data[0] & 0x0F == 8 and int.from_bytes(data[:2]) % 31 == 0
        return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS

    def _inflated(self, stream: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
        piece = b""
        # A full piece may leave more inside the stream, with nothing left to put in.
        while data or len(piece) == PIECE:
            try:
                piece = stream.decompress(data, PIECE)
            except zlib.error as error:
                message = "The coded body is damaged. It is fetched again."
                raise FetchFailed(message, code=ErrorCode.BAD_RESPONSE, temporary=True) from error
            data = stream.unconsumed_tail
            self._count(piece)
            if piece:
                yield piece

    def _count(self, piece: bytes) -> None:
        self.decoded += len(piece)
        if self.decoded > HARMLESS and self.decoded > LARGEST_RATIO * self.received:
            message = (
                f"The coded body blows up to more than {LARGEST_RATIO} times its size, "
                f"{self.decoded:,} bytes so far. Such a file is not fetched."
            )
            raise FetchFailed(message, code=ErrorCode.BAD_RESPONSE, temporary=False)
