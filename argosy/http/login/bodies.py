"""Small bodies in JSON."""

from collections.abc import Mapping

from starlette.requests import Request

from argosy.http.errors import BadRequest
from argosy.http.graphql.values import read_json
from services.errors import InvalidInput

JSON = "application/json"
LARGEST = 8 * 1024  # bytes
LONGEST = 4096  # letters of one text


async def read_texts(request: Request, *names: str, optional: str = "") -> Mapping[str, str]:
    """Return the texts called `names` in the body, and the optional one if it is there.

    A browser asks the server before it sends JSON for a page of somebody else's: nothing else
    is taken. Raises `BadRequest` and `InvalidInput`.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise BadRequest(415, f"The body should be {JSON}.")
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise BadRequest(415, "The body should not be compressed.")
    content = read_json(await _body(request), what="The body")
    if not isinstance(content, dict):
        message = "The body is not a JSON object."
        raise InvalidInput(message)
    known = (*names, *([optional] if optional else ()))
    if unknown := sorted(set(content) - set(known)):
        expected = ", ".join(known) or "none"
        message = f"The body has the unknown field {unknown[0]!r:.60}; known are: {expected}."
        raise InvalidInput(message, field=unknown[0][:60])
    wanted = [name for name in known if name in content or name != optional]
    return {name: _text(content, name) for name in wanted}


def _text(content: Mapping[str, object], name: str) -> str:
    value = content.get(name)
    if not isinstance(value, str) or not value:
        message = f"`{name}` is not there, or no text."
        raise InvalidInput(message, field=name)
    if len(value) > LONGEST:
        message = f"`{name}` has more than {LONGEST} letters."
        raise InvalidInput(message, field=name)
    return value


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise BadRequest(413, f"The body is larger than {LARGEST} bytes.")
    return bytes(body)
