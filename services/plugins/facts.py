"""What plugins are told of tasks, files, alerts and backups: plain values, as JSON has them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from services.ids import FILE, TASK, show
from services.outgoing.urls import shown
from services.plugins.hooks import Permission
from services.tasks.records import File, Task, TaskProgress

Facts = dict[str, Any]


def about_task(task: Task, granted: Collection[str]) -> Facts:
    """Return what is told of a task; its URL without what may be secret, unless that is granted."""
    url = task.url if Permission.TASKS in granted else shown(task.url)
    return {
        "id": show(TASK, task.id),
        "owner": task.owner_id,
        "engine": task.engine,
        "url": url,
        "host": task.host,
        "name": task.name,
        "folder": task.folder,
        "state": task.state.value,
        "received": task.received,
        "total": task.total,
        "created_at": _time(task.created_at),
        "finished_at": _time(task.finished_at),
    }


def about_file(file: File, granted: Collection[str], root: Path) -> Facts:
    """Return what is told of a file; where it lies, only where that is granted."""
    facts: Facts = {
        "id": show(FILE, file.id),
        "name": file.name,
        "size": file.size,
        "sha256": file.sha256,
    }
    if Permission.FILES in granted:
        facts["path"] = str(root.absolute() / file.path)
    return facts


def about_error(task: Task) -> Facts:
    """Return what is told of why a task failed."""
    return {
        "code": None if task.error_code is None else task.error_code.value,
        "message": task.error_message,
    }


def about_progress(progress: TaskProgress) -> tuple[Facts, Facts]:
    """Return what is told of a running task and of its progress."""
    task = {"id": show(TASK, progress.task_id), "owner": progress.owner_id, "name": progress.name}
    how_far = {
        "received": progress.received,
        "total": progress.total,
        "speed": progress.speed,
        "phase": None if progress.phase is None else progress.phase.value,
    }
    return task, how_far


def about_event(data: Mapping[str, object], at: datetime) -> Facts:
    """Return what is told of an alert or a backup."""
    return {**data, "at": _time(at)}


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
