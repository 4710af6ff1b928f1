"""What is secret, taken out of text that is to be read: by its name, or by how it looks.

Whoever writes a log should leave secrets away; this is for those who forget it, and for the
libraries, which know nothing of it. What it takes out becomes `[hidden]`.
"""

import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "[hidden]"
LONGEST = 20_000  # letters of one text
DEEPEST = 20  # levels of what holds others
KEY_PREFIX = 13  # letters of an access key that may be shown, to tell it from others

_WORDS = (
    r"pass(?:word|wd|phrase)s?|pwd|secrets?|tokens?|tickets?|totp|otp|cookies?|jwt|bearer"
    r"|authori[sz]ation|api[_-]?keys?|private[_-]?key|recovery[_-]?codes?|credentials"
)
_VALUE = r"""b?"(?:[^"\\]|\\.){0,5000}"?|b?'(?:[^'\\]|\\.){0,5000}'?"""

NAME = re.compile(rf"(?:^|[_.\-\[])(?:{_WORDS})(?:$|[_.\-\]])", re.IGNORECASE)
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,40})-----.*?(?:-----END \1-----|\Z)", re.DOTALL)
HEADER = re.compile(
    r"""\b((?:proxy-)?authorization|(?:set-)?cookie)(["']?\s{0,5}[:=,]\s{0,5})"""
    rf"(?:{_VALUE}|[^\r\n\"']+)",
    re.IGNORECASE,
)
NAMED = re.compile(
    rf"""((?:{_WORDS})[\w.-]{{0,20}})(["']?\s{{0,5}}[:=]\s{{0,5}})"""
    rf"(?:{_VALUE}|[^\s,;&)}}\]]+)",
    re.IGNORECASE,
)
SCHEME = re.compile(r"\b(bearer|basic|digest)\s+[^\s\"',]+", re.IGNORECASE)
URL = re.compile(r'([A-Za-z][A-Za-z0-9+.-]{0,20}:/{2,})([^\s"<>]+)')
QUERY = re.compile(r"""(/[^\s?"'<>]{0,200})\?[^\s"'<>]+""")
LOGIN = re.compile(r"""(?<![\w.%+~-])[\w.%+~-]{1,64}:[^\s/@"']{1,200}@(?=[\w\[])""")
KEY = re.compile(r"argosy_[\w-]{32,}", re.ASCII)
TOKEN = re.compile(r"(?<![\w-])eyJ[\w-]{5,}\.[\w-]{2,}(?:\.[\w-]*)?", re.ASCII)
SEALED = re.compile(r"\bv1\.[\w-]{4,}\.[\w=-]{16,}", re.ASCII)
OPAQUE = re.compile(r"(?<![\w-])[\w-]{40,}(?![\w-])", re.ASCII)
SEED = re.compile(r"(?<![A-Z0-9])[A-Z2-7]{26,128}={0,6}(?![A-Z0-9])")
_TAB = r"(?:\t|\\t)"
COOKIE_LINE = re.compile(
    rf"({_TAB}(?:TRUE|FALSE){_TAB}[^\s\\]{{0,500}}{_TAB}(?:TRUE|FALSE){_TAB}\d{{0,20}}{_TAB})[^\r\n]*"
)


def is_secret(name: str) -> bool:
    """Whether what has this name is not to be read."""
    return NAME.search(CAMEL.sub("_", name)) is not None


def redact(text: str) -> str:
    """Return `text` without what looks like a secret in it."""
    text = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    text = PEM.sub(HIDDEN, text)
    text = COOKIE_LINE.sub(rf"\1{HIDDEN}", text)
    text = URL.sub(_hide_in_url, text)
    text = HEADER.sub(rf"\1\2{HIDDEN}", text)
    text = SCHEME.sub(rf"\1 {HIDDEN}", text)
    text = TOKEN.sub(HIDDEN, text)
    text = KEY.sub(lambda found: f"{found[0][:KEY_PREFIX]}{HIDDEN}", text)
    text = NAMED.sub(rf"\1\2{HIDDEN}", text)
    text = QUERY.sub(rf"\1?{HIDDEN}", text)
    text = LOGIN.sub(f"{HIDDEN}@", text)
    text = SEALED.sub(HIDDEN, text)
    text = SEED.sub(HIDDEN, text)
    return OPAQUE.sub(_hide_opaque, text)


def redact_content(content: Any, *, name: str = "", depth: int = 0) -> Any:
    """Return what a log line holds, with every secret in it taken out.

    What is no plain value becomes the text of it: nobody knows what else would be shown.
    """
    if content is None or isinstance(content, bool):
        return content
    if name and is_secret(name):
        return HIDDEN
    if isinstance(content, int | float):
        return content
    if isinstance(content, bytes | bytearray):
        content = bytes(content).decode(errors="backslashreplace")
    if depth < DEEPEST and isinstance(content, Mapping):
        return {
            escape(redact(str(key))): redact_content(value, name=str(key), depth=depth + 1)
            for key, value in content.items()
        }
    if depth < DEEPEST and isinstance(content, list | tuple | set | frozenset):
        return [redact_content(value, depth=depth + 1) for value in content]
    return redact(str(content))


def escape(text: str, *, lines: bool = False) -> str:
    """Return `text` with the signs that terminals obey written out; `lines` keeps line ends."""
    if text.isprintable():
        return text
    return "".join(
        sign
        if sign.isprintable() or (lines and sign in "\n\t")
        else sign.encode("unicode_escape", "backslashreplace").decode()
        for sign in text
    )


def _hide_in_url(found: re.Match[str]) -> str:
    """Hide the login, the query and the fragment.

    Readers do not agree where a login ends that holds signs of others: in doubt, more is hidden.
    """
    rest = found[2]
    head, at, tail = rest.rpartition("@")
    if at and (":" in head or not re.search(r"[/?#]", head)):
        rest = f"{HIDDEN}@{tail}"
    else:
        rest = re.sub(r"^[^/?#]*@", f"{HIDDEN}@", rest)
    rest = re.sub(r"^([^/?#:@\[\]]*):(?!\d{1,5}(?:\W|$))[^/?#]+", rf"\1:{HIDDEN}", rest)
    return found[1] + re.sub(r"([?#]).*", rf"\1{HIDDEN}", rest)


def _hide_opaque(found: re.Match[str]) -> str:
    """Hide what is made of random letters: words and hexadecimal numbers look otherwise."""
    text = found[0]
    kinds = (any(map(test, text)) for test in (str.isupper, str.islower, str.isdigit))
    return HIDDEN if all(kinds) else text
