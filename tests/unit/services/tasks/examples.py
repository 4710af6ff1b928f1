"""A task, and the row that it is read from."""

from datetime import UTC, datetime
from uuid import UUID

from services.engines.engine import Phase
from services.engines.options import Kind
from services.errors import ErrorCode
from services.tasks.priorities import Priority
from services.tasks.records import Task
from services.tasks.states import TaskState

ID = UUID("0199c2f0-7a10-7000-8000-0123456789ab")
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

TASK = Task(
    id=ID,
    owner_id=7,
    engine="http",
    url="https://example.com/film.mkv",
    folder="films",
    name="film.mkv",
    state=TaskState.RUNNING,
    phase=Phase.DOWNLOADING,
    revision=3,
    attempt=2,
    failures=1,
    active_ms=1500,
    received=450,
    total=1000,
    error_code=ErrorCode.TIMED_OUT,
    error_message="It did not answer.",
    created_at=AT,
    started_at=AT,
    finished_at=None,
    progress_mark=400,
    due_at=AT,
    host="example.com",
    kind=Kind.VIDEO,
    priority=Priority.HIGH,
    position=9,
)
ROW = {
    "id": str(ID),
    "owner_id": 7,
    "engine": "http",
    "url": "https://example.com/film.mkv",
    "folder": "films",
    "name": "film.mkv",
    "state": "RUNNING",
    "phase": "DOWNLOADING",
    "revision": 3,
    "attempt": 2,
    "failures": 1,
    "received": 450,
    "progress_mark": 400,
    "active_ms": 1500,
    "total": 1000,
    "error_code": "TIMED_OUT",
    "error_message": "It did not answer.",
    "created_at": "2026-11-22 12:00:00+00:00",
    "started_at": AT,
    "finished_at": None,
    "due_at": AT,
    "host": "example.com",
    "kind": "VIDEO",
    "priority": 1,
    "position": 9,
    "is_group": 0,
    "claimed_at": None,
    "removed_at": None,
    "options": "{}",
}
