"""The subscriptions."""

import strawberry

from schema.roots.alerts import AlertSubscriptions
from schema.roots.backups import BackupSubscriptions
from schema.roots.events import EventSubscriptions
from schema.roots.logs import LogSubscriptions
from schema.roots.server import ServerSubscriptions
from schema.roots.tasks import TaskSubscriptions


@strawberry.type(description="What can be followed.")
class Subscription(
    LogSubscriptions,
    BackupSubscriptions,
    AlertSubscriptions,
    EventSubscriptions,
    TaskSubscriptions,
    ServerSubscriptions,
):
    """The fields of the last of these stand first in the schema."""
