"""Headers in a tar, looked at before `tarfile` does anything with them.

An archive of ours has plain files alone. All other kinds are more than a name and a size: by one,
`tarfile` reads as many bytes into memory as the header says; by another, a header leads to another
header and that to the next. So whoever reads an archive, for whatever reason, reads it with these.
"""

import tarfile
from typing import Self

from services.text import plain

PLAIN_TYPES = frozenset({tarfile.REGTYPE, tarfile.AREGTYPE})
LONGEST_TOLD = 60  # letters of a name


class NoPlainFile(ValueError):
    """What a tar has is no plain file."""


class PlainHeader(tarfile.TarInfo):
    """The header of a plain file; reading another raises `NoPlainFile`."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """Read a header."""
        header = super().frombuf(buf, encoding, errors)
        # Not even long names or large sizes are needed, by which one header leads to another.
        if header.type not in PLAIN_TYPES or header.linkname or header.size < 0:
            message = f"{plain(header.name, most=LONGEST_TOLD)} in it is no plain file"
            raise NoPlainFile(message)
        return header
