"""The documents that are trusted: those that come with Argosy, and those that the operator adds.

They are read at the start. Whether they fit the schema is looked at once the server runs: they are
many, and a start should not wait for them.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import structlog

from services.errors import Unavailable

OURS = Path(__file__).parents[3] / "graphql" / "operations"
ENDINGS = frozenset({".graphql", ".gql"})
MOST = 10_000  # documents
LARGEST = 20_000_000  # bytes of a manifest
LARGEST_DOCUMENT = 200_000  # bytes of a file; what may be asked is far shorter
PAUSE_SECONDS = 0.05  # between two documents that are looked at: nobody is held up

log = structlog.get_logger(__name__)

# Reads a document, and says what is wrong with it; None where nothing is.
Examine = Callable[[str], str | None]


def sha256_of(text: str) -> str:
    """Return the hash by which a document is asked for."""
    # Half a letter is no UTF-8, and stands for itself: the document is refused for other reasons.
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


class TrustedDocuments:
    """Texts by their hashes."""

    def __init__(self, place: Path | None) -> None:
        self._place = place
        self._texts: dict[str, str] = {}
        self._whole: frozenset[str] = frozenset()
        self._unread: list[tuple[str, str]] = []
        self._examine: Examine | None = None
        self._is_wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def text(self, sha256: str) -> str | None:
        """Return the document that has this hash, if it is a trusted one."""
        return self._texts.get(sha256)

    def has(self, text: str) -> bool:
        """Whether this is a trusted document, to the letter."""
        return text in self._whole

    async def open(self) -> None:
        """Read the documents; raise `Unavailable` for what cannot be read."""
        found = await asyncio.to_thread(lambda: [*read_place(OURS), *read_place(self._place)])
        # Many send a document without the end of its last line.
        wholes = [whole for _, text in found for whole in (text, text.strip())]
        self._texts = {sha256_of(whole): whole for whole in wholes}
        self._unread = found
        self._whole = frozenset(self._texts.values())
        self._task = asyncio.create_task(self._look(), name="trusted documents")

    async def close(self) -> None:
        """Look at no more of them."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def look_with(self, examine: Examine) -> None:
        """Have each document looked at, one after another, while the server runs."""
        self._examine = examine
        self._is_wanted.set()

    async def _look(self) -> None:
        await self._is_wanted.wait()
        examine = self._examine
        for name, text in self._unread:
            await asyncio.sleep(PAUSE_SECONDS)
            try:
                reason = examine and examine(text)
            except Exception:
                log.exception("documents.crashed", document=name)
                continue
            if reason:
                log.warning("documents.not_valid", document=name, reason=reason)


def manifest(place: Path) -> dict[str, str]:
    """Return the documents at a place, by their hashes."""
    return {sha256_of(text): text for _, text in read_place(place)}


def read_place(place: Path | None) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each document; raise `Unavailable` for what is none."""
    if place is None:
        return
    try:
        if place.is_dir():
            paths = sorted(path for path in place.rglob("*") if path.suffix in ENDINGS)
            _check_number(place, len(paths))
            yield from ((str(path), _text(path, LARGEST_DOCUMENT)) for path in paths)
        else:
            yield from _read_manifest(place)
    except OSError as error:
        raise _unusable(place, error.strerror or str(error)) from error


def _read_manifest(place: Path) -> Iterator[tuple[str, str]]:
    try:
        content = orjson.loads(_text(place, LARGEST))
    except ValueError as error:
        raise _unusable(place, "this is not JSON") from error
    if not isinstance(content, dict):
        raise _unusable(place, 'an object is needed, such as {"HASH": "query { … }"}')
    operations = content.get("operations")
    pairs = (
        [(found.get("id"), found.get("body")) for found in operations if isinstance(found, dict)]
        if isinstance(operations, list)  # as Apollo's tools write it
        else list(content.items())
    )
    _check_number(place, len(pairs))
    for sha256, text in pairs:
        if not isinstance(text, str) or sha256 != sha256_of(text):
            raise _unusable(place, f"{sha256!r:.80} is not the SHA-256 of the text with it")
        yield f"{place}: {sha256}", text


def _text(path: Path, largest: int) -> str:
    data = path.read_bytes()
    if len(data) > largest:
        raise _unusable(path, f"it has more than {largest} bytes")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise _unusable(path, "this is not UTF-8") from error


def _check_number(place: Path, number: int) -> None:
    if number > MOST:
        raise _unusable(place, f"there are more than {MOST} documents")


def _unusable(place: Path, reason: str) -> Unavailable:
    message = (
        f"The trusted documents in {place} cannot be used: {reason}. Put it right, or take "
        "ARGOSY_TRUSTED_DOCUMENTS away."
    )
    return Unavailable(message)
