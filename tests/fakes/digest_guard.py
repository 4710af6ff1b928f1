"""A login by Digest (RFC 7616) in front of what a `FaultServer` says, as strict as one can be."""

import hashlib
from dataclasses import dataclass, field
from urllib.parse import unquote
from urllib.request import parse_http_list, parse_keqv_list

from tests.fakes.faults import Behaviour, Reply, Request

REALM = 'files "of" Alice'


@dataclass(slots=True)
class DigestGuard:
    """Lets `behaviour` answer those who log in.

    A nonce is good for `uses` requests (0: for none), each with a higher count than the one
    before. `says_stale` is whether a login that is right but for its nonce hears so.
    """

    behaviour: Behaviour
    username: str = "alice"
    password: str = "secret"
    algorithm: str | None = "SHA-256"
    qop: str | None = "auth,auth-int"
    uses: int = 100
    says_stale: bool = True
    offers: tuple[str, ...] = ()  # other challenges, in front of this one
    opaque: str = "5ccc069c"
    nonces: int = 0
    counts: list[int] = field(default_factory=list)  # of the nonce that is good now
    logins: list[str] = field(default_factory=list)  # that were right

    def __call__(self, request: Request) -> Reply:
        given = request.headers.get("authorization", "")
        is_right = given.startswith("Digest ") and self._is_right(given, request)
        said = _read(given) if is_right else {}
        if is_right and said["nonce"] == self._nonce and len(self.counts) < self.uses:
            count = int(said.get("nc", "0"), 16)
            if self.qop is None or count > max(self.counts, default=0):
                self.counts.append(count)
                self.logins.append(given)
                return self.behaviour(request)
        return self._refuse(is_stale=is_right and self.says_stale)

    @property
    def _nonce(self) -> str:
        return f"nonce,{self.nonces}="

    def _refuse(self, *, is_stale: bool) -> Reply:
        self.nonces += 1
        self.counts.clear()
        parts = [
            'realm="{}"'.format(REALM.replace('"', '\\"')),
            f'nonce="{self._nonce}"',
            f'opaque="{self.opaque}"',
            *([] if self.algorithm is None else [f"algorithm={self.algorithm}"]),
            *([] if self.qop is None else [f'qop="{self.qop}"']),
            *(["stale=TRUE"] if is_stale else []),
        ]
        challenges = [*self.offers, f"Digest {', '.join(parts)}"]
        return Reply("401 Unauthorized", tuple(f"WWW-Authenticate: {c}" for c in challenges))

    def _is_right(self, given: str, request: Request) -> bool:
        said = _read(given)
        name = said.get("username") or unquote(said["username*"].removeprefix("UTF-8''"))
        expected = (REALM, request.target, self.opaque, self.username)
        if (said["realm"], said["uri"], said["opaque"], name) != expected:
            return False
        algorithm = self.algorithm or "MD5"
        if said.get("algorithm", "MD5") != algorithm:
            return False
        a1 = self._hash(f"{self.username}:{REALM}:{self.password}")
        if algorithm.endswith("-sess"):
            a1 = self._hash(f"{a1}:{said['nonce']}:{said['cnonce']}")
        a2 = self._hash(f"{request.method}:{request.target}")
        middle = said["nonce"]
        if self.qop is not None:
            middle += f":{said['nc']}:{said['cnonce']}:{said['qop']}"
        return said["response"] == self._hash(f"{a1}:{middle}:{a2}")

    def _hash(self, text: str) -> str:
        algorithm = (self.algorithm or "MD5").removesuffix("-sess")
        return hashlib.new(algorithm.replace("-", ""), text.encode()).hexdigest()


def _read(given: str) -> dict[str, str]:
    return parse_keqv_list(parse_http_list(given.removeprefix("Digest ")))
