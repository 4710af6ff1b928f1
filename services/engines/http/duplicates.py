"""Where else a server says that the same file is to be had (RFC 6249)."""

import re
from collections.abc import Iterable
from urllib.parse import urljoin

from yarl import URL

from services.errors import InvalidInput
from services.outgoing.urls import parse_url

MOST_DUPLICATES = 10
LONGEST_HEADER = 16_384  # letters of all `Link` headers together
LAST_PRIORITY = 999_999  # where none is said
LINK = re.compile(
    r"[\s,]*+<([^<>\s]*+)>((?:\s*+;\s*+[^\s,;=\"]++(?:=(?:\"[^\"]*+\"|[^\s,;\"]*+))?)*+)"
)
PARAMETER = re.compile(r";\s*+([^\s,;=\"]++)(?:=(?:\"([^\"]*+)\"|([^\s,;\"]*+)))?")


def duplicates(headers: Iterable[str], base: URL) -> list[URL]:
    """Return the URLs in `Link` headers with the relation `duplicate`, the best first.

    At most `MOST_DUPLICATES`, relative ones as seen from `base`. What cannot be fetched here
    by http or https, or has a login in it, is left out.
    """
    found: list[tuple[int, URL]] = []
    for match in LINK.finditer(", ".join(headers)[:LONGEST_HEADER]):
        target, parameters = match[1], _parameters(match[2])
        if "duplicate" not in parameters.get("rel", "").lower().split():
            continue
        try:
            url = parse_url(urljoin(str(base), target))
        except (InvalidInput, ValueError):
            continue
        priority = parameters.get("pri", "")
        is_number = priority.isascii() and priority.isdigit() and len(priority) <= 6
        found.append((int(priority) if is_number else LAST_PRIORITY, url))
    in_order = [url for _, url in sorted(found, key=lambda pair: pair[0])]
    return list(dict.fromkeys(in_order))[:MOST_DUPLICATES]


def _parameters(text: str) -> dict[str, str]:
    """Return parameters by their names in small letters; the first of a name counts."""
    found: dict[str, str] = {}
    for name, quoted, plain in PARAMETER.findall(text):
        found.setdefault(name.lower(), quoted or plain)
    return found
