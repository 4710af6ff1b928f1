"""What is sent: seed 002's flat body, seed 004's, and our own. docs/webhooks.md shows each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from services.ids import TASK, show
from services.store.store import NewEvent
from services.tasks.records import Task, TaskProgress
from services.webhooks.kinds import (
    DOWNLOAD_COMPLETED,
    JOB_COMPLETED,
    JOB_FAILED,
    JOB_PROGRESS,
    topic_of,
)


@dataclass(frozen=True, slots=True)
class Subject:
    """The task that an event is about, and how many finished files it has."""

    task: Task
    files: int = 0


def body_of(name: str, event: NewEvent, subject: Subject | None) -> str:
    """Return the body that tells of `event` as `name`."""
    at = stamp(event.at)
    if subject is not None and name == DOWNLOAD_COMPLETED:
        return _text(
            event=name,
            task_id=str(subject.task.id),
            url=subject.task.url,
            total_files=subject.files,
            timestamp=at,
        )
    return _text(event=name, timestamp=at, data=_data(name, event, subject))


def progress_body(progress: TaskProgress, at: datetime) -> str:
    """Return the body that tells how far a running task has come."""
    eta = progress.eta
    data = {
        "job_id": str(progress.task_id),
        "status": "processing",
        "progress": round(progress.percent),
        "eta_seconds": None if eta is None else round(eta.total_seconds()),
    }
    return _text(event=JOB_PROGRESS, timestamp=stamp(at), data=data)


def test_body(name: str, webhook: str, at: datetime) -> str:
    """Return the body by which a person tries whether an endpoint listens."""
    return _text(event=name, timestamp=stamp(at), data={"webhook": webhook})


def stamp(at: datetime) -> str:
    """Return a time as the seeds write it: UTC, in whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _data(name: str, event: NewEvent, subject: Subject | None) -> Mapping[str, object]:
    if subject is None:
        about = {} if event.task_id is None else {"task_id": show(TASK, event.task_id)}
        return {**about, **event.data}
    match name:
        case _ if topic_of(name) != "job":
            return _about(event, subject)
        case _ if name == JOB_COMPLETED:
            return _completed(subject.task)
        case _ if name == JOB_FAILED:
            return _failed(subject.task)
    return _about(event, subject)


def _completed(task: Task) -> Mapping[str, object]:
    ended = task.finished_at or task.created_at
    return {
        "job_id": str(task.id),
        "status": "completed",
        # Nothing serves finished files yet. A link will stand here once something does.
        "download_url": None,
        "file_size": task.received,
        "duration": max(0, round((ended - task.created_at).total_seconds())),
    }


def _failed(task: Task) -> Mapping[str, object]:
    return {
        "job_id": str(task.id),
        "status": "failed",
        "error": task.error_message,
        "error_code": task.error_code and task.error_code.value,
    }


def _about(event: NewEvent, subject: Subject) -> Mapping[str, object]:
    """Return what our own bodies say of a task: how it stands now, and with the event."""
    task = subject.task
    code, message = event.data.get("code"), event.data.get("message")
    return {
        "task_id": show(TASK, task.id),
        "state": event.data.get("state", task.state.value),
        "attempt": event.data.get("attempt", task.attempt),
        "url": task.url,
        "name": task.name,
        "folder": task.folder,
        "engine": task.engine,
        "received_bytes": task.received,
        "total_bytes": task.total,
        "error": None if code is None else {"code": code, "message": message},
    }


def _text(**content: object) -> str:
    return orjson.dumps(content).decode()
