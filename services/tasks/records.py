"""What is known of a task and its files, as the rest of the program sees it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zlib import crc32

from services.engines.engine import Phase
from services.engines.options import Kind, Options
from services.errors import ErrorCode
from services.store.rows import Row, read_id, read_json, read_time, read_time_or_none
from services.tasks.options import USUAL, read_options
from services.tasks.priorities import Priority
from services.tasks.states import FINISHED, TaskState

LONGEST_ETA = 10 * 365 * 86_400  # seconds; what would take longer never ends


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that a user asked for. `received` and `total` are bytes.

    `active_ms` is how many milliseconds its attempts have taken together, `progress_mark` how
    many bytes there were when the count of its failures last began anew. `position` is its place
    among the waiting tasks of its owner and priority, the least first. It is not started before
    `due_at`. `claimed_at` is when its last attempt began. `is_group`: it has a file for each of
    several URLs, and `url` is the first of them.
    """

    id: UUID
    owner_id: int
    engine: str
    url: str
    folder: str
    name: str
    state: TaskState
    phase: Phase | None
    revision: int
    attempt: int
    failures: int
    received: int
    total: int | None
    active_ms: int
    error_code: ErrorCode | None
    error_message: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    due_at: datetime
    host: str
    kind: Kind | None
    priority: Priority
    position: int
    is_group: bool = False
    claimed_at: datetime | None = None
    removed_at: datetime | None = None
    options: Options = USUAL
    progress_mark: int = 0

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.state in FINISHED


@dataclass(frozen=True, slots=True)
class File:
    """A file of a task. `path` is relative to the download folder, `size` in bytes.

    Those of a group are there before they are finished, with an empty path. `etag` and
    `modified_at` are what the server said of it.
    """

    id: UUID
    task_id: UUID
    name: str
    path: str
    size: int
    sha256: str | None
    created_at: datetime
    etag: str | None = None
    modified_at: datetime | None = None
    url: str | None = None
    position: int = 0
    state: TaskState = TaskState.COMPLETED
    error_code: ErrorCode | None = None
    error_message: str | None = None


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """An attempt at a task that is over. `received` is how many bytes there were in the end."""

    task_id: UUID
    number: int
    outcome: TaskState
    error_code: ErrorCode | None
    error_message: str | None
    received: int
    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class TaskProgress:
    """How a task is doing now. `speed` is bytes a second.

    Of two about the same task, the one with the greater `revision` is the newer.
    """

    task_id: UUID
    owner_id: int
    revision: int
    state: TaskState
    phase: Phase | None
    name: str
    received: int
    total: int | None
    speed: int
    error_code: ErrorCode | None
    error_message: str | None

    @classmethod
    def of(cls, task: Task) -> "TaskProgress":
        """Return what the row of `task` says of it."""
        return cls(
            task_id=task.id,
            owner_id=task.owner_id,
            revision=task.revision,
            state=task.state,
            phase=task.phase,
            name=task.name,
            received=task.received,
            total=task.total,
            speed=0,
            error_code=task.error_code,
            error_message=task.error_message,
        )

    @property
    def cursor(self) -> str:
        """What tells this from all else that is said of the task."""
        amounts = f"{self.received} {self.total} {self.speed}"
        said = f"{self.state.value} {self.phase and self.phase.value} {amounts} {self.name}"
        return f"{self.revision}.{crc32(said.encode()):08x}"

    @property
    def percent(self) -> float:
        """How much is done, from 0 to 100; 0 while nobody knows how much there is."""
        return percent(self.state, self.received, self.total)

    @property
    def eta(self) -> timedelta | None:
        """How long it still takes at the present speed, if that can be said."""
        if self.total is None or self.speed <= 0 or self.state is not TaskState.RUNNING:
            return None
        seconds = max(0, self.total - self.received) / self.speed
        return timedelta(seconds=seconds) if seconds <= LONGEST_ETA else None

    @property
    def is_finished(self) -> bool:
        """Whether this is the last word on the task."""
        return self.state in FINISHED


def percent(state: TaskState, received: int, total: int | None) -> float:
    """Return how much of a task is done, from 0 to 100 with two digits after the point."""
    if state is TaskState.COMPLETED:
        return 100.0
    if not total:
        return 0.0
    return round(min(100.0, received * 100 / total), 2)


def bound_to(task: Task) -> str:
    """Return what the sealed secrets of a task are bound to."""
    return f"task:{task.id}:{task.owner_id}"


def read_task(row: Row) -> Task:
    """Return the task in a row of the table."""
    return Task(
        id=read_id(row["id"]),
        owner_id=row["owner_id"],
        engine=row["engine"],
        url=row["url"],
        folder=row["folder"],
        name=row["name"],
        state=TaskState(row["state"]),
        phase=Phase(row["phase"]) if row["phase"] else None,
        revision=row["revision"],
        attempt=row["attempt"],
        failures=row["failures"],
        received=row["received"],
        total=row["total"],
        active_ms=row["active_ms"],
        error_code=ErrorCode(row["error_code"]) if row["error_code"] else None,
        error_message=row["error_message"],
        created_at=read_time(row["created_at"]),
        started_at=read_time_or_none(row["started_at"]),
        finished_at=read_time_or_none(row["finished_at"]),
        progress_mark=row["progress_mark"],
        due_at=read_time(row["due_at"]),
        host=row["host"],
        kind=Kind(row["kind"]) if row["kind"] else None,
        priority=Priority(row["priority"]),
        position=row["position"],
        is_group=bool(row["is_group"]),
        claimed_at=read_time_or_none(row["claimed_at"]),
        removed_at=read_time_or_none(row["removed_at"]),
        options=USUAL if row["options"] == "{}" else read_options(read_json(row["options"])),
    )


def read_file(row: Row) -> File:
    """Return the file in a row of the table."""
    return File(
        id=read_id(row["id"]),
        task_id=read_id(row["task_id"]),
        name=row["name"],
        path=row["path"],
        size=row["size"],
        sha256=row["sha256"],
        created_at=read_time(row["created_at"]),
        etag=row["etag"],
        modified_at=read_time_or_none(row["modified_at"]),
        url=row["url"],
        position=row["position"],
        state=TaskState(row["state"]),
        error_code=ErrorCode(row["error_code"]) if row["error_code"] else None,
        error_message=row["error_message"],
    )


def read_attempt(row: Row) -> AttemptRecord:
    """Return the attempt in a row of the table."""
    return AttemptRecord(
        task_id=read_id(row["task_id"]),
        number=row["number"],
        outcome=TaskState(row["outcome"]),
        error_code=ErrorCode(row["error_code"]) if row["error_code"] else None,
        error_message=row["error_message"],
        received=row["received"],
        started_at=read_time(row["started_at"]),
        ended_at=read_time(row["ended_at"]),
    )
