"""What is kept to be quicker, and can be forgotten without loss."""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from services.access.identity import Identity
from services.audit.remarks import remark
from services.errors import InvalidInput

Clear = Callable[[], int | Awaitable[int]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Cleared:
    """How many entries of a cache went."""

    name: str
    entries: int


class Caches:
    """Knows the caches; each says how many entries it had when it is cleared."""

    def __init__(self) -> None:
        self._clears: dict[str, list[Clear]] = {}

    def add(self, name: str, clear: Clear) -> None:
        """Have a cache among them; several of one name are cleared together."""
        self._clears.setdefault(name, []).append(clear)

    @property
    def names(self) -> Sequence[str]:
        """Their names, in order."""
        return sorted(self._clears)

    async def clear(self, identity: Identity, names: Sequence[str] | None = None) -> list[Cleared]:
        """Empty all caches, or those named; raise `InvalidInput` about `caches` and change nothing.

        What is under way goes on with what it has.
        """
        identity.require_admin()
        wanted = self.names if names is None else list(dict.fromkeys(names))
        if unknown := [name for name in wanted if name not in self._clears]:
            message = (
                f"There is no cache {', '.join(n[:32] for n in unknown[:5])} on this server. "
                f"There are: {', '.join(self.names)}."
            )
            raise InvalidInput(message, field="caches")
        cleared = [Cleared(name, await self._clear(name)) for name in wanted]
        remark(cleared={each.name: each.entries for each in cleared})
        log.info("caches.cleared", **{each.name: each.entries for each in cleared})
        return cleared

    async def _clear(self, name: str) -> int:
        count = 0
        for clear in self._clears[name]:
            found = clear()
            count += await found if inspect.isawaitable(found) else found
        return count
