"""Waiting for a server that went away."""

import asyncio
import time
from collections.abc import Callable

from argosy.cli.whereabouts import ServerAway, ServerTroubled

LONGEST_SECONDS = 600.0
FIRST_WAIT, LONGEST_WAIT = 0.25, 4.0

WENT_AWAY = "The server went away; waiting for it. The downloads are safe with it."
TROUBLED = "Waiting for that to pass. The downloads are safe."


class Patience:
    """How long the server has been away for all who need it, which `say` tells people once."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._away_since: float | None = None

    async def wait(self, error: ServerAway) -> None:
        """Wait before the next try; raise `error` where there were enough."""
        now = time.monotonic()
        if self._away_since is None:
            self._away_since = now
            troubled = isinstance(error, ServerTroubled)
            self._say(f"{error.message} {TROUBLED}" if troubled else WENT_AWAY)
        away = now - self._away_since
        if away > LONGEST_SECONDS:
            raise error
        await asyncio.sleep(min(max(FIRST_WAIT, away), LONGEST_WAIT))

    def reward(self) -> None:
        """Note that the server answers."""
        if self._away_since is not None:
            self._away_since = None
            self._say("The server is back.")
