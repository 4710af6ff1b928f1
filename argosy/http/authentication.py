"""Who sends a request."""

from collections.abc import Mapping

from services.access.identity import Identity
from services.access.keys import Keys
from services.errors import Unauthorized

HOW = (
    "Send an access key: `Authorization: Bearer KEY`. The first start of the server printed one; "
    "`./run key create --user admin` prints another."
)


class Authenticator:
    """Finds the identity behind the credentials of a request or a socket."""

    def __init__(self, *, keys: Keys) -> None:
        self._keys = keys

    async def identify(self, headers: Mapping[str, str]) -> Identity:
        """Return who sent `headers` (names in small letters); raise `Unauthorized`."""
        kind, _, key = headers.get("authorization", "").partition(" ")
        key = key.strip()
        if kind.lower() != "bearer" or not key:
            raise Unauthorized(HOW)
        return await self._keys.authenticate(key)
