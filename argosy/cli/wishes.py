"""What the options of `argosy get` ask of a download, in the words of the API."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from services.errors import InvalidInput

UNITS = {"": 1, "K": 1000, "M": 1000**2, "G": 1000**3}
SPEED = re.compile(r"(\d{1,12}(?:\.\d{1,3})?)([KMG]?)", re.IGNORECASE)
LENGTHS = {32: "MD5", 40: "SHA1", 64: "SHA256", 128: "SHA512"}
CONFLICTS = ("rename", "skip", "overwrite", "compare")
LARGEST = 256 << 10  # bytes of a file with cookies or a password


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options, as they were typed."""

    name: str | None = None
    checksums: Sequence[str] = ()
    connections: int | None = None
    limit: str | None = None
    headers: Sequence[str] = ()
    cookies: str | None = None
    username: str | None = None
    password_file: str | None = None
    proxy: str | None = None
    conflict: str | None = None

    def texts(self) -> list[str]:
        """Return all that was typed."""
        alone = (self.name, self.limit, self.cookies, self.username, self.password_file)
        several = (*alone, self.proxy, self.conflict, *self.checksums, *self.headers)
        return [text for text in several if text is not None]

    def options(self) -> dict[str, object]:
        """Return the input `options` of the API. Raises `InvalidInput`."""
        given: dict[str, object] = {
            "name": self.name,
            "checksums": [_checksum(text) for text in self.checksums] or None,
            "connections": self.connections,
            "speedLimit": None if self.limit is None else _speed(self.limit),
            "headers": [_header(text) for text in self.headers] or None,
            "cookiesTxt": None if self.cookies is None else _content(self.cookies),
            "username": self.username,
            "password": None if self.password_file is None else _password(self.password_file),
            "proxy": None if self.proxy is None else _proxy(self.proxy),
            "conflict": None if self.conflict is None else _conflict(self.conflict),
        }
        return {name: value for name, value in given.items() if value is not None}


def _checksum(text: str) -> dict[str, str]:
    """Read `sha256:…`, or a digest alone, whose length tells what it is."""
    name, colon, digest = text.rpartition(":")
    algorithm = name.upper().replace("-", "") if colon else LENGTHS.get(len(digest), "")
    if algorithm not in LENGTHS.values():
        message = "a checksum looks like sha256:9f86d081…, with md5, sha1, sha256 or sha512"
        raise InvalidInput(message)
    return {"algorithm": algorithm, "digest": digest}


def _speed(text: str) -> int:
    """Read bytes a second: `500000`, `500K`, `2M`, `1.5M`."""
    match = SPEED.fullmatch(text.strip())
    if match is None:
        message = f"{text[:40]!a} is no speed; give bytes a second, such as 500K or 2M"
        raise InvalidInput(message)
    number, unit = match.groups()
    return int(float(number) * UNITS[unit.upper()])


def _header(text: str) -> dict[str, str]:
    name, colon, value = text.partition(":")
    if not colon:
        message = "a header looks like 'X-Token: value'"
        raise InvalidInput(message)
    return {"name": name.strip(), "value": value.strip()}


def _content(path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            return file.read(LARGEST + 1).decode()
    except OSError as error:
        message = f"{path!a} cannot be read: {error.strerror}"
        raise InvalidInput(message) from error
    except UnicodeDecodeError as error:
        message = f"{path!a} is not UTF-8"
        raise InvalidInput(message) from error


def _password(path: str) -> str:
    """Return the first line of a file."""
    return _content(path).partition("\n")[0].removesuffix("\r")


def _proxy(text: str) -> dict[str, str]:
    """Read `none`, `system`, or the URL of a proxy."""
    if text.lower() in {"none", "system"}:
        return {"type": text.upper()}
    return {"type": "CUSTOM", "url": text}


def _conflict(text: str) -> str:
    if text.lower() not in CONFLICTS:
        message = f"{text[:40]!a} is no policy; take {', '.join(CONFLICTS)}"
        raise InvalidInput(message)
    return text.upper()
