"""The Digest login of HTTP (RFC 7616): a password shown without being sent.

The HTTP library has one too. It reads the first challenge alone, follows a server that
names other origins as its own, and keeps the connection of the answer that it throws away.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

LONGEST_CHALLENGE = 4096  # letters
# How each algorithm is called in `hashlib`, the strongest first.
ALGORITHMS = {"SHA-256": "sha256", "SHA-256-SESS": "sha256", "MD5": "md5", "MD5-SESS": "md5"}
STRENGTH = tuple(ALGORITHMS)
# A scheme stands alone; its parameters are a name, an equals sign, and a token or a string.
ITEM = re.compile(
    r"[\s,]*+([!#$%&'*+\-.^_`|~0-9A-Za-z]++)(?:\s*+=\s*+(?:\"((?:[^\"\\]|\\.)*+)\"|([^\s,\"]*+)))?"
)
ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a server wants to have answered. `qop` is False of a server from before RFC 2617."""

    realm: str
    nonce: str
    algorithm: str  # as the server writes it
    opaque: str | None = None
    qop: bool = True
    is_stale: bool = False  # the login was right, the nonce is too old

    @property
    def strength(self) -> int:
        """Where its algorithm stands; the least is the strongest."""
        return STRENGTH.index(self.algorithm.upper())


def challenge_in(headers: Iterable[str]) -> Challenge | None:
    """Return the strongest Digest challenge in `WWW-Authenticate` headers, if one can be met."""
    found = [
        challenge
        for header in headers
        for scheme, parameters in _challenges(header[:LONGEST_CHALLENGE])
        if scheme == "digest" and (challenge := _challenge(parameters))
    ]
    return min(found, key=lambda challenge: challenge.strength, default=None)


class DigestLogin:
    """Answers one challenge for as many requests as the server takes."""

    def __init__(self, username: str, password: str, challenge: Challenge) -> None:
        self.challenge = challenge
        self._username = username
        self._password = password
        self._count = 0

    def header(self, method: str, target: str, *, chance: str | None = None) -> str:
        """Return the `Authorization` of the next request for `target`, path and query.

        `chance` is what this side adds to the nonce; by default nobody can guess it.
        """
        asked = self.challenge
        self._count += 1
        count, chance = f"{self._count:08x}", chance or secrets.token_hex(16)
        user = self._hash(self._username, asked.realm, self._password)
        if asked.algorithm.upper().endswith("-SESS"):
            user = self._hash(user, asked.nonce, chance)
        between = [asked.nonce, count, chance, "auth"] if asked.qop else [asked.nonce]
        response = self._hash(user, *between, self._hash(method, target))
        said = [
            self._name(),
            f'realm="{_escaped(asked.realm)}"',
            f'nonce="{_escaped(asked.nonce)}"',
            f'uri="{target}"',
            f"algorithm={asked.algorithm}",
            f'response="{response}"',
        ]
        if asked.opaque is not None:
            said.append(f'opaque="{_escaped(asked.opaque)}"')
        if asked.qop:
            said += ["qop=auth", f"nc={count}", f'cnonce="{chance}"']
        return f"Digest {', '.join(said)}"

    def _name(self) -> str:
        if self._username.isascii():
            return f'username="{_escaped(self._username)}"'
        return f"username*=UTF-8''{quote(self._username, safe='')}"

    def _hash(self, *parts: str) -> str:
        name = ALGORITHMS[self.challenge.algorithm.upper()]
        # The server chooses the algorithm; MD5 is better than a password in the clear.
        return hashlib.new(name, ":".join(parts).encode(), usedforsecurity=False).hexdigest()


def _challenges(header: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each scheme in a header with its parameters, all names in small letters."""
    scheme, parameters = "", dict[str, str]()
    for match in ITEM.finditer(header):
        name, quoted, plain = match.groups()
        if quoted is not None:
            parameters.setdefault(name.lower(), ESCAPED.sub(r"\1", quoted))
        elif plain is not None:
            parameters.setdefault(name.lower(), plain)
        else:
            yield scheme, parameters
            scheme, parameters = name.lower(), {}
    yield scheme, parameters


def _challenge(parameters: dict[str, str]) -> Challenge | None:
    realm, nonce = parameters.get("realm"), parameters.get("nonce")
    algorithm = parameters.get("algorithm", "MD5")
    qop = parameters.get("qop")
    takes_auth = qop is None or "auth" in {word.strip().lower() for word in qop.split(",")}
    if realm is None or not nonce or algorithm.upper() not in ALGORITHMS or not takes_auth:
        return None
    if not all(text.isprintable() for text in parameters.values()):
        return None
    return Challenge(
        realm,
        nonce,
        algorithm,
        parameters.get("opaque"),
        qop is not None,
        parameters.get("stale", "").lower() == "true",
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
