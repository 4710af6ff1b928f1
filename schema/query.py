"""The queries."""

import strawberry

import resolvers.account
import resolvers.audit
import resolvers.events
import resolvers.keys
import resolvers.nodes
import resolvers.queue
import resolvers.server
import resolvers.speeds
import resolvers.tasks
import resolvers.users
from schema.types.access import Needs
from schema.types.audit import AuditEntry
from schema.types.connection import Connection
from schema.types.event import TaskEvent
from schema.types.key import ApiKey
from schema.types.node import Node
from schema.types.queue import Queue
from schema.types.rate_limit import RateLimit
from schema.types.server import DownloadStats, Status, Viewer
from schema.types.session import Session
from schema.types.speeds import SpeedLimits
from schema.types.task import Task, TaskStatus
from schema.types.user import User
from services.access.identity import Scope


@strawberry.type(description="What can be asked.")
class Query:
    viewer: Viewer = strawberry.field(
        resolver=resolvers.server.viewer, description="Who is asking."
    )
    api_keys: Connection[ApiKey] = strawberry.field(
        resolver=resolvers.keys.api_keys,
        description="Your access keys, the newest first.",
        extensions=[Needs(Scope.USERS_READ)],
    )
    status: Status = strawberry.field(
        resolver=resolvers.server.status, description="How the server is doing."
    )
    rate_limit: RateLimit | None = strawberry.field(
        resolver=resolvers.server.rate_limit,
        description=(
            "How much may still be asked in this minute, this request counted; null where there "
            "is no limit. Over HTTP, headers of each answer say the same."
        ),
    )
    task: Task | None = strawberry.field(
        resolver=resolvers.tasks.task,
        description="One task; null with an error `NOT_FOUND` if there is none that you may see.",
        extensions=[Needs(Scope.TASKS_READ)],
    )
    tasks: Connection[Task] = strawberry.field(
        resolver=resolvers.tasks.tasks,
        description="Your tasks; for administrators, everybody's.",
        extensions=[Needs(Scope.TASKS_READ)],
    )
    node: Node | None = strawberry.field(
        resolver=resolvers.nodes.node,
        description="Whatever has this id; null if there is nothing that you may see.",
        extensions=[Needs(Scope.TASKS_READ)],
    )
    nodes: list[Node | None] = strawberry.field(
        resolver=resolvers.nodes.nodes,
        description=(
            "Whatever has these ids, in their order; null where there is nothing that you may see."
        ),
        extensions=[Needs(Scope.TASKS_READ)],
    )
    task_events: Connection[TaskEvent] = strawberry.field(
        resolver=resolvers.events.task_events,
        description=(
            "What happened to your tasks, the oldest first; for administrators, to everybody's. "
            "Old events are forgotten."
        ),
        extensions=[Needs(Scope.TASKS_READ)],
    )
    task_status: TaskStatus | None = strawberry.field(
        resolver=resolvers.tasks.task_status,
        description="One task in the shape of older systems.",
        extensions=[Needs(Scope.TASKS_READ)],
    )
    queue: Queue = strawberry.field(
        resolver=resolvers.queue.queue,
        description="Your queue: what runs, what waits, and the limits that hold.",
        extensions=[Needs(Scope.TASKS_READ)],
    )
    download_stats: DownloadStats = strawberry.field(
        resolver=resolvers.server.download_stats,
        description="What was fetched so far.",
        extensions=[Needs(Scope.TASKS_READ)],
    )
    speed_limits: SpeedLimits = strawberry.field(
        resolver=resolvers.speeds.speed_limits,
        description="The speed limits of the server and of your own.",
        extensions=[Needs(Scope.TASKS_READ)],
    )
    audit_log: Connection[AuditEntry] = strawberry.field(
        resolver=resolvers.audit.audit_log,
        description="Who did what, from where, to what: the newest first. For administrators.",
        extensions=[Needs(Scope.AUDIT_READ)],
    )
    sessions: Connection[Session] = strawberry.field(
        resolver=resolvers.account.sessions,
        description="Your logins, the oldest first.",
        extensions=[Needs(Scope.USERS_READ)],
    )
    users: Connection[User] = strawberry.field(
        resolver=resolvers.users.users,
        description="All users, the oldest first. For administrators.",
        extensions=[Needs(Scope.USERS_READ)],
    )
