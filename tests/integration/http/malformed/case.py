"""A request that makes no sense, with the answer that it gets."""

from dataclasses import dataclass, field, replace

import orjson

from tests.integration.http.running import GRAPHQL_JSON, JSON, KEY

INVALID = "INVALID_INPUT"
PARSE = "GRAPHQL_PARSE_FAILED"
VALIDATION = "GRAPHQL_VALIDATION_FAILED"
LIMIT = "GRAPHQL_LIMIT_EXCEEDED"
NAME = "{ viewer { name } }"
QUERY = b'{"query": "{ viewer { name } }"}'
HEADERS = {
    "Authorization": f"Bearer {KEY}",
    "Content-Type": JSON,
    "Accept": GRAPHQL_JSON,
}


@dataclass(frozen=True, slots=True)
class Malformed:
    """A request, and the status and code of its answer."""

    name: str
    status: int = 400
    code: str = INVALID
    method: str = "POST"
    path: str = "/graphql"
    body: bytes | None = QUERY
    headers: dict[str, str] = field(default_factory=lambda: HEADERS)

    def but(self, **headers: str | None) -> "Malformed":
        """Return it with other headers; None leaves one out."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {n: v for n, v in (HEADERS | named).items() if v is not None}
        return replace(self, headers=given)


def document(name: str, text: str, code: str) -> Malformed:
    """Return a request with a document, which is refused with `code`."""
    return Malformed(name, code=code, body=orjson.dumps({"query": text}))
