"""What engines know a task by: its own id, or those of the files of a group."""

from collections.abc import Mapping
from uuid import UUID

from yarl import URL

from services.engines.engine import Engine
from services.tasks.adding.orders import engine_of
from services.tasks.records import Task
from services.tasks.running.group_files import GroupFiles
from services.tasks.states import TaskState


async def jobs_of(
    task: Task, engines: Mapping[str, Engine], files: GroupFiles
) -> list[tuple[Engine, UUID]]:
    """Return the jobs of which an engine may keep something, each with that engine."""
    if not task.is_group:
        return [(engines[task.engine], task.id)] if task.engine in engines else []
    return [
        (engines[engine_of(URL(file.url))], file.id)
        for file in await files.of(task.id)
        if file.url is not None and file.state is not TaskState.COMPLETED
    ]
