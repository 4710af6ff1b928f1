"""The queue: how much of it runs and waits, its limits, and stopping all of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from services.access.identity import Identity
from services.errors import Forbidden
from services.store.store import Store
from services.tasks.limits.pauses import Pauses
from services.tasks.limits.speeds import Speeds
from services.tasks.running.turns import Limits

COUNTS = """
    SELECT COALESCE(SUM(CASE WHEN state = 'RUNNING' THEN 1 ELSE 0 END), 0) AS running,
           COUNT(*) AS all_of_them
    FROM tasks WHERE owner_id = ? AND state IN ('PENDING', 'RETRYING', 'RUNNING')
"""


class Paused(StrEnum):
    """Whose queue is paused."""

    USER = "USER"
    SERVER = "SERVER"


class Runner(Protocol):
    """Whoever does the tasks."""

    def obey_pauses(self) -> None:
        """Put back what runs though its queue is paused, and look for work in the others."""
        ...

    def speed(self, owner_id: int) -> int:
        """Return how fast all tasks of a user go that run here, in bytes a second."""
        ...


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """How many tasks may run at once, and how fast: bytes a second, None is without limit."""

    at_once: int
    per_user: int
    per_host: int
    speed: int | None
    own_speed: int | None


@dataclass(frozen=True, slots=True)
class QueueState:
    """One user's queue. `speed` is bytes a second of what runs on this server."""

    is_own_paused: bool
    is_server_paused: bool
    running: int
    waiting: int
    speed: int
    limits: QueueLimits


class Queue:
    """Shows each user their queue, and pauses it."""

    def __init__(
        self,
        *,
        store: Store,
        pauses: Pauses,
        runner: Runner,
        speeds: Speeds,
        limits: Limits,
        most: int,
    ) -> None:
        self._store = store
        self._pauses = pauses
        self._runner = runner
        self._speeds = speeds
        self._limits = limits
        self.most = most

    @property
    def is_server_paused(self) -> bool:
        """Whether nothing is started for anybody."""
        return self._pauses.is_server_paused

    async def look(self, identity: Identity) -> QueueState:
        """Return the queue of whoever asks."""
        (row,) = await self._store.fetch(COUNTS, identity.user_id)
        return QueueState(
            is_own_paused=identity.user_id in self._pauses.users,
            is_server_paused=self._pauses.is_server_paused,
            running=int(row["running"]),
            waiting=int(row["all_of_them"]) - int(row["running"]),
            speed=self._runner.speed(identity.user_id),
            limits=QueueLimits(
                at_once=self.most,
                per_user=self._limits.user,
                per_host=self._limits.host,
                speed=self._speeds.server().now,
                own_speed=self._speeds.own(identity).now,
            ),
        )

    async def pause(self, identity: Identity, of: Paused = Paused.USER) -> QueueState:
        """Start nothing more, and put back what runs; it is durable when this returns.

        Raises `Forbidden` if it is the server's and not an administrator who asks.
        """
        return await self._set(identity, of, is_paused=True)

    async def resume(self, identity: Identity, of: Paused = Paused.USER) -> QueueState:
        """Let tasks start again, like `pause`."""
        return await self._set(identity, of, is_paused=False)

    async def _set(self, identity: Identity, of: Paused, *, is_paused: bool) -> QueueState:
        if of is Paused.SERVER and not identity.is_admin:
            message = "Only an administrator pauses the queue of the server, or lets it go on."
            raise Forbidden(message)
        await self._pauses.set(identity.user_id if of is Paused.USER else None, is_paused)
        self._runner.obey_pauses()
        return await self.look(identity)
