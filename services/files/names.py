"""Names for files, made from what servers say and safe for any file system."""

import re
import unicodedata
from urllib.parse import unquote

from pathvalidate import sanitize_filename
from yarl import URL

LONGEST = 255  # bytes, in most file systems
LONGEST_EXTENSION = 24  # letters; what is longer is no extension
ROOM = 8  # bytes left for a number, should the name be taken: " (9999)"
FALLBACK = "download"

# Controls, marks that turn the direction of text (so that "gpj.exe" reads "exe.jpg"), and what
# Unicode calls default ignorable: two names that look the same should be the same.
INVISIBLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)

# What is safe as it is, and most names are; for thousands of tasks, looking closer takes long.
PLAIN = re.compile(
    r"(?!(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$))[a-z0-9_-][a-z0-9_.-]{0,198}(?<!\.)",
    re.ASCII | re.IGNORECASE,
)


def safe_name(text: str) -> str:
    """Return one clean path component made of `text`; never empty, hidden, `.` or `..`."""
    if PLAIN.fullmatch(text):
        return text
    text = unicodedata.normalize("NFC", text)
    text = text.encode("utf-8", "replace").decode()  # lone surrogates
    text = INVISIBLE.sub("", text.replace("\\", "/").rsplit("/", 1)[-1])
    text = shortened(text.strip(" ."))  # what is too long, pathvalidate cuts at the extension
    text = sanitize_filename(text, replacement_text="_", platform="universal").strip(" .")
    return shortened(text or FALLBACK)


def shortened(name: str) -> str:
    """Return `name` cut to the bytes that a file system takes, its extension kept."""
    stem, extension = split(name)
    room = LONGEST - ROOM - len(extension.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + extension


def split(name: str) -> tuple[str, str]:
    """Return the stem and the extension of `name`: `("a.tar", ".gz")`, `("README", "")`."""
    stem, dot, extension = name.rpartition(".")
    if not stem or not extension or len(extension) > LONGEST_EXTENSION:
        return name, ""
    return stem, dot + extension


def numbered(name: str, number: int) -> str:
    """Return the name to try when `name` is taken: `a.zip`, `a (1).zip`, …"""
    stem, extension = split(name)
    return name if number == 0 else f"{stem} ({number}){extension}"


def name_from_url(url: URL) -> str:
    """Return the name that the path of `url` suggests."""
    return safe_name(unquote(url.raw_path.rstrip("/").rsplit("/", 1)[-1]))
