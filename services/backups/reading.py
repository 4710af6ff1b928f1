"""What an archive says it holds. Whoever made it need not be believed: little is read of it."""

import gzip
import hashlib
import tarfile
import zlib
from io import BytesIO
from pathlib import Path

import orjson

from services.backups.format import MANIFEST, MOST_MANIFEST, Manifest
from services.backups.headers import PlainHeader
from services.errors import InvalidInput

HEADERS = 1 << 16  # bytes before the manifest, at most
DAMAGES = (tarfile.TarError, EOFError, zlib.error, OSError)


def read_manifest(archive: Path) -> Manifest:
    """Return the manifest of an archive; raise `InvalidInput` where it has none."""
    try:
        with gzip.open(archive) as packed:
            head = packed.read(HEADERS + MOST_MANIFEST)
        with tarfile.open(fileobj=BytesIO(head), mode="r:", tarinfo=PlainHeader) as tar:
            return next_manifest(tar)
    except (*DAMAGES, ValueError) as error:
        message = f"The archive {archive.name} cannot be used: {sentence(error)}."
        raise InvalidInput(message) from error


def next_manifest(tar: tarfile.TarFile) -> Manifest:
    """Return the manifest, with which a tar begins; raise `ValueError` where it does not."""
    first = tar.next()
    if first is None or first.name != MANIFEST or not first.isreg():
        message = f"it does not begin with {MANIFEST}"
        raise ValueError(message)
    content = tar.extractfile(first)
    if content is None or first.size > MOST_MANIFEST:
        message = "its manifest is too large"
        raise ValueError(message)
    return Manifest.from_json(orjson.loads(content.read()))


def sha256_of(archive: Path) -> str:
    """Return the SHA-256 of a file in hex."""
    with archive.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sentence(error: Exception) -> str:
    """Return what is wrong with an archive."""
    if isinstance(error, tarfile.TarError | EOFError | zlib.error | gzip.BadGzipFile):
        return f"it is cut off, or its bytes were changed ({error})"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error)
