"""What a client asks, read from a body, an address or a message.

Whatever is not as the GraphQL over HTTP specification has it is refused with the reason.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from argosy.http.graphql.values import read_json
from services.errors import InvalidInput

SHA256 = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)
NAMES = ("query", "operationName", "variables", "extensions")


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """A document, which of its operations is meant, and the values for its variables.

    With `sha256` alone, the document is one that the server is to know, and `query` is empty.
    """

    query: str
    operation_name: str | None
    variables: dict[str, Any] | None
    sha256: str | None = None


def read_body(body: bytes) -> GraphQLRequest:
    """Return the request in a JSON body; raise `InvalidInput`."""
    return read_object(read_json(body, what="The body"), what="The body")


def read_parameters(parameters: Mapping[str, str]) -> GraphQLRequest:
    """Return the request in the parameters of an address; raise `InvalidInput`."""
    content: dict[str, Any] = dict(parameters)
    for name in ("variables", "extensions"):
        if name in content:
            content[name] = read_json(content[name], what=f"The parameter {name}", field=name)
    return read_object(content, what="The address")


def read_object(content: object, *, what: str) -> GraphQLRequest:
    """Return the request in a decoded JSON object; raise `InvalidInput`."""
    if not isinstance(content, dict):
        message = f'{what} is not a JSON object such as {{"query": "{{ status {{ version }} }}"}}.'
        raise InvalidInput(message)
    if unknown := sorted(set(content) - set(NAMES)):
        message = f"{what} has the unknown field {unknown[0]!r:.60}; known are {', '.join(NAMES)}."
        raise InvalidInput(message, field=unknown[0][:60])
    query = content.get("query")
    sha256 = _sha256(content.get("extensions"))
    if (query is None or query == "") and sha256 is not None:
        query = ""
    elif not isinstance(query, str) or not query.strip():
        message = f"{what} has no `query` with a GraphQL document in it."
        raise InvalidInput(message, field="query")
    operation_name = content.get("operationName")
    if not isinstance(operation_name, str | None):
        message = "`operationName` is not text."
        raise InvalidInput(message, field="operationName")
    for name in ("variables", "extensions"):
        if not isinstance(content.get(name), dict | None):
            message = f"`{name}` is not an object."
            raise InvalidInput(message, field=name)
    return GraphQLRequest(query, operation_name or None, content.get("variables"), sha256)


def _sha256(extensions: object) -> str | None:
    """Return the hash of the document, where it is asked for by that."""
    asked = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    if asked is None:
        return None
    sha256 = asked.get("sha256Hash") if isinstance(asked, dict) else None
    if not (isinstance(sha256, str) and SHA256.fullmatch(sha256) and _version(asked) == 1):
        message = (
            "`extensions.persistedQuery` should be "
            '{"version": 1, "sha256Hash": "…"} with 64 hexadecimal letters.'
        )
        raise InvalidInput(message, field="extensions.persistedQuery")
    return sha256.lower()


def _version(asked: dict[str, Any]) -> object:
    version = asked.get("version")
    return None if isinstance(version, bool) else version
