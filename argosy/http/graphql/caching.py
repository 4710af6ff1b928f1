"""Answers that may be kept: those to queries by GET that are asked for by their hash.

They hold what one user may see, so that shared caches never keep them, and a browser only where
the operator allows it. Whoever has an answer may ask whether it is still the same.
"""

import hashlib

from starlette.requests import Request
from starlette.responses import Response

VARY = "Accept, Authorization, Cookie"


class Caching:
    """Marks answers; `seconds` is how long a browser may keep one, and 0 is not at all."""

    def __init__(self, seconds: int) -> None:
        self._cache = f"private, max-age={seconds}" if seconds else "private, no-store"

    def mark(self, request: Request, answer: Response) -> Response:
        """Return `answer` with what caches want to know; without a body if it is known there."""
        tag = f'W/"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
        headers = {"Cache-Control": self._cache, "ETag": tag, "Vary": VARY}
        known = request.headers.get("if-none-match", "")
        if any(given.strip() in {tag, "*"} for given in known.split(",")):
            return Response(status_code=304, headers=headers)
        answer.headers.update(headers)
        return answer
