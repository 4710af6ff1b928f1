"""What the options of `argosy get` ask of a download, in the words of the API."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from argosy.cli.moments import read_moment
from services.errors import InvalidInput
from services.text import plain

UNITS = {"": 1, "K": 1000, "M": 1000**2, "G": 1000**3}
SPEED = re.compile(r"(\d{1,12}(?:\.\d{1,3})?)([KMG]?)", re.IGNORECASE)
LENGTHS = {32: "MD5", 40: "SHA1", 64: "SHA256", 128: "SHA512"}
PRIORITIES = ("low", "normal", "high")
CONFLICTS = ("rename", "skip", "overwrite", "compare")
LARGEST = 256 << 10  # bytes of a file with cookies, headers or a password
# Numbers beyond these cannot be sent; those below that make no sense, the server refuses.
LARGEST_INT = (1 << 31) - 1  # an `Int` of GraphQL
LARGEST_IN_JSON = (1 << 63) - 1
FROM_FILE = "@"
# By which option a field of the input `options` was asked for.
TYPED = {
    "name": "--name",
    "checksums": "--checksum",
    "connections": "--connections",
    "speedLimit": "--limit",
    "headers": "--header",
    "cookiesTxt": "--cookies",
    "username": "--username",
    "password": "--password-file",
    "proxy": "--proxy",
    "conflict": "--conflict",
}
START_AT, GROUP = "startAt", "groupName"
TYPED_BESIDE = {START_AT: "--start-at", GROUP: "--group"}


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
    force: bool = False
    priority: str | None = None
    start_at: str | None = None
    group: str | None = None

    def texts(self) -> list[str]:
        """Return all that was typed."""
        alone = (self.name, self.limit, self.cookies, self.username, self.password_file)
        more = (self.proxy, self.conflict, self.priority, self.start_at, self.group)
        several = (*alone, *more, *self.checksums, *self.headers)
        return [text for text in several if text is not None]

    def placing(self) -> dict[str, object]:
        """Return what the API is asked beside the options. Raises `InvalidInput`."""
        asked: dict[str, object] = {"force": True} if self.force else {}
        if self.priority is not None:
            asked["priority"] = _priority(self.priority)
        if self.start_at is not None:
            asked[START_AT] = _moment(self.start_at)
        if self.group is not None:
            asked[GROUP] = self.group
        return asked

    def options(self) -> dict[str, object]:
        """Return the input `options` of the API. Raises `InvalidInput`."""
        given: dict[str, object] = {
            "name": self.name,
            "checksums": [_checksum(text) for text in self.checksums] or None,
            "connections": None if self.connections is None else _connections(self.connections),
            "speedLimit": None if self.limit is None else _speed(self.limit),
            "headers": [h for text in self.headers for h in _headers(text)] or None,
            "cookiesTxt": None if self.cookies is None else _content(self.cookies),
            "username": self.username,
            "password": None if self.password_file is None else _first_line(self.password_file),
            "proxy": None if self.proxy is None else _proxy(self.proxy),
            "conflict": None if self.conflict is None else _conflict(self.conflict),
        }
        return {name: value for name, value in given.items() if value is not None}


def typed(field: str, options: Mapping[str, Any]) -> str:
    """Return what was typed for a field of the API's input, such as `options.speedLimit`.

    `options` are those that were sent. The name of a header is told, its value never.
    """
    first, _, rest = field.partition(".")
    name, _, place = rest.partition(".")
    if first != "options" or name not in TYPED:
        return TYPED_BESIDE.get(first, f"--{first}")
    headers = options.get("headers", ())
    if name == "headers" and place.isdigit() and int(place) < len(headers):
        return f"{TYPED[name]} {plain(headers[int(place)]['name'], most=80)}"
    return TYPED[name]


def changes(*, priority: str | None, limit: str | None, start_at: str | None) -> dict[str, Any]:
    """Return the input of the API for what is to be changed. Raises `InvalidInput`."""
    asked: dict[str, Any] = {}
    if priority is not None:
        asked["priority"] = _priority(priority)
    if limit is not None:
        asked["speedLimit"] = None if limit.strip().lower() == "none" else _speed(limit)
    if start_at is not None:
        asked[START_AT] = _moment(start_at)
    if not asked:
        message = "give what to change: --priority, --limit or --start-at"
        raise InvalidInput(message)
    return asked


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
    return min(int(float(number) * UNITS[unit.upper()]), LARGEST_IN_JSON)


def _connections(number: int) -> int:
    return max(-LARGEST_INT, min(number, LARGEST_INT))


def _headers(text: str) -> list[dict[str, str]]:
    """Read `Name: value`, or with `@FILE` one such on each line of a file."""
    if not text.startswith(FROM_FILE):
        return [_header(text)]
    lines = _content(text.removeprefix(FROM_FILE)).split("\n")
    return [_header(line) for line in lines if line.strip()]


def _header(text: str) -> dict[str, str]:
    name, colon, value = text.partition(":")
    if not colon:
        message = "a header looks like 'X-Token: value'; with @FILE, each line of the file does"
        raise InvalidInput(message)
    return {"name": name.strip(), "value": value.strip()}


def _content(path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            message = f"{path!a} is larger than {LARGEST >> 10} KiB"
            raise InvalidInput(message)
        return content.decode()
    except OSError as error:
        message = f"{path!a} cannot be read: {error.strerror}"
        raise InvalidInput(message) from error
    except UnicodeDecodeError as error:
        message = f"{path!a} is not UTF-8"
        raise InvalidInput(message) from error


def _first_line(path: str) -> str:
    """Return the first line of a file."""
    return _content(path).partition("\n")[0].removesuffix("\r")


def _proxy(text: str) -> dict[str, str]:
    """Read `none`, `system`, or the URL of a proxy; with `@FILE`, from a file's first line."""
    if text.startswith(FROM_FILE):
        text = _first_line(text.removeprefix(FROM_FILE)).strip()
    if text.lower() in {"none", "system"}:
        return {"type": text.upper()}
    return {"type": "CUSTOM", "url": text}


def _conflict(text: str) -> str:
    if text.lower() not in CONFLICTS:
        message = f"{text[:40]!a} is no policy; take {', '.join(CONFLICTS)}"
        raise InvalidInput(message)
    return text.upper()


def _priority(text: str) -> str:
    if text.lower() not in PRIORITIES:
        message = f"{text[:40]!a} is no priority; take {', '.join(PRIORITIES)}"
        raise InvalidInput(message)
    return text.upper()


def _moment(text: str) -> str | None:
    moment = read_moment(text, datetime.now().astimezone())
    return None if moment is None else moment.isoformat()
