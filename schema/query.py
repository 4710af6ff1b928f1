"""The queries."""

import strawberry

from schema.roots.alerts import AlertQueries
from schema.roots.audit import AuditQueries
from schema.roots.backups import BackupQueries
from schema.roots.configuration import ConfigurationQueries
from schema.roots.events import EventQueries
from schema.roots.keys import KeyQueries
from schema.roots.logins import LoginQueries
from schema.roots.logs import LogQueries
from schema.roots.nodes import NodeQueries
from schema.roots.notifiers import NotifierQueries
from schema.roots.plugins import PluginQueries
from schema.roots.queue import QueueQueries
from schema.roots.server import ServerQueries
from schema.roots.tasks import TaskQueries
from schema.roots.upkeep import UpkeepQueries
from schema.roots.users import UserQueries
from schema.roots.webhooks import WebhookQueries


@strawberry.type(description="What can be asked.")
class Query(
    BackupQueries,
    WebhookQueries,
    NodeQueries,
    LogQueries,
    NotifierQueries,
    AlertQueries,
    UpkeepQueries,
    ConfigurationQueries,
    AuditQueries,
    UserQueries,
    LoginQueries,
    KeyQueries,
    PluginQueries,
    QueueQueries,
    EventQueries,
    TaskQueries,
    ServerQueries,
):
    """The fields of the last of these stand first in the schema."""
