"""Tasks of every kind, put straight into storage."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.engines.options import Kind
from services.store.store import Store, Transaction
from services.tasks.priorities import Priority
from services.tasks.records import Task
from services.tasks.states import FINISHED, TaskState

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
NAMES = ("b.zip", "B.zip", "a.zip", "Ä.zip", "100%_sure.txt", "z\N{GRINNING FACE}", "z\uffee", "")
HOSTS = ("example.com", "mirror.example", "files.example")

INSERT = """
    INSERT INTO tasks (id, owner_id, engine, url, folder, name, state, due_at, created_at, total,
        host, kind, priority, position, is_due, finished_at, removed_at, options,
        revision, attempt, failures, received, active_ms)
    VALUES (?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '{}', 0, 0, 0, 0, 0)
"""


@dataclass(frozen=True, slots=True)
class Planted:
    """What was put into a row."""

    id: UUID
    owner_id: int
    state: TaskState
    name: str
    host: str
    kind: Kind | None
    engine: str
    total: int | None
    priority: Priority
    position: int
    is_due: bool
    created_at: datetime
    finished_at: datetime | None
    removed_at: datetime | None = None

    @property
    def url(self) -> str:
        return f"https://{self.host}/{self.name}?{self.position}"


def make(number: int, owner_ids: Sequence[int]) -> list[Planted]:
    """Return that many tasks, the oldest first, with much in which they are alike."""
    chance = random.Random(number)
    made = []
    for n in range(number):
        created = BEGIN + timedelta(milliseconds=700 * n)
        state = chance.choice(list(TaskState))
        finished = BEGIN + timedelta(hours=chance.randrange(3), microseconds=chance.randrange(2))
        milliseconds = int(created.timestamp() * 1000)
        made.append(
            Planted(
                id=UUID(int=milliseconds << 80 | 7 << 76 | chance.getrandbits(62) | 1 << 63),
                owner_id=chance.choice(owner_ids),
                state=state,
                name=chance.choice(NAMES),
                host=chance.choice(HOSTS),
                kind=chance.choice([None, *Kind]),
                engine=chance.choice(["http", "ftp"]),
                total=chance.choice([None, 0, 5, 1 << 40]),
                priority=chance.choice(list(Priority)),
                position=chance.randrange(3),
                is_due=chance.random() < 0.7,
                created_at=created,
                finished_at=finished if state in FINISHED else None,
            )
        )
    return made


async def plant(store: Store, planted: Sequence[Planted]) -> None:
    """Put tasks into storage."""
    rows = [
        (
            *(p.id, p.owner_id, p.engine, p.url, p.name, p.state.value, p.created_at),
            *(p.created_at, p.total, p.host, p.kind and p.kind.value, p.priority.value),
            *(p.position, p.is_due, p.finished_at, p.removed_at),
        )
        for p in planted
    ]

    async def write(transaction: Transaction) -> None:
        await transaction.execute_many(INSERT, rows)

    await store.write(write)


def removed(planted: Planted) -> Planted:
    return replace(planted, removed_at=BEGIN)


def ids(tasks: Sequence[Task | Planted]) -> list[UUID]:
    return [task.id for task in tasks]
