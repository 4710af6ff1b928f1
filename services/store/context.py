"""Tortoise's state, kept away from everybody else's.

Tortoise finds its connections and models through a context variable. We never set it in
the surroundings of a request; the pieces of the store that call Tortoise run in this one.
"""

import asyncio
import contextvars
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import TortoiseContext

from services.store.tables import APP, TABLES

T = TypeVar("T")


class Surroundings:
    """A Tortoise state of our own, and the context variables in which it is the current one."""

    def __init__(self) -> None:
        self._state = TortoiseContext()
        self._variables = contextvars.copy_context()
        self._variables.run(self._state.__enter__)

    @classmethod
    async def enter(cls, connections: Mapping[str, dict[str, object]]) -> "Surroundings":
        """Load the tables over `connections`, of which `default` is written to."""
        made = cls()
        config = {
            "connections": dict(connections),
            "apps": {APP: {"models": TABLES, "default_connection": "default"}},
        }
        await made.start(made._state.init(config=config), "store opening")
        return made

    def start(self, work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        """Run `work` as a task that finds this state."""
        return asyncio.create_task(work, name=name, context=self._variables.copy())

    def client(self, name: str) -> BaseDBAsyncClient:
        """Return the connection of that name."""
        return self._state.connections.get(name)

    async def leave(self) -> None:
        """Close the connections."""
        await self._state.close_connections()
