"""What takes a new value of a setting while the server runs."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from services.access.identity import Identity

Apply = Callable[[Any], Awaitable[None] | None]


class Elsewhere(Protocol):
    """A setting that has its own place and its own ways to change it, so that it has one truth."""

    @property
    def value(self) -> object:
        """What holds, as the settings have it."""
        ...

    @property
    def is_set(self) -> bool:
        """Whether somebody has set it while a server ran."""
        ...

    async def set(self, identity: Identity, value: Any) -> None:
        """Have it from now on; durable when this returns."""
        ...

    async def reset(self) -> None:
        """Go by what the settings say again; durable when this returns."""
        ...


class Live:
    """The settings that hold at once, each by its name. What is not here needs a restart."""

    def __init__(self) -> None:
        self._apply: dict[str, list[Apply]] = {}
        self.elsewhere: dict[str, Elsewhere] = {}
        # What tells the value of those that something else changes too, until the next start.
        self.now: dict[str, Callable[[], object]] = {}

    @property
    def names(self) -> frozenset[str]:
        """Their names."""
        return frozenset({*self._apply, *self.elsewhere})

    def add(self, name: str, apply: Apply) -> None:
        """Call `apply` with each new value of a setting. It must be quick, and not fail."""
        self._apply.setdefault(name, []).append(apply)

    def add_all(self, applies: Mapping[str, Apply]) -> None:
        """Add several, by the names of their settings."""
        for name, apply in applies.items():
            self.add(name, apply)

    async def apply(self, name: str, value: object) -> bool:
        """Hand on a new value; return whether there is anybody who takes it now."""
        for apply in self._apply.get(name, ()):
            work = apply(value)
            if inspect.isawaitable(work):
                await work
        return name in self._apply
