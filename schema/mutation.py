"""The mutations."""

import strawberry

from schema.roots.alerts import AlertMutations
from schema.roots.backups import BackupMutations
from schema.roots.configuration import ConfigurationMutations
from schema.roots.keys import KeyMutations
from schema.roots.logins import LoginMutations
from schema.roots.logs import LogMutations
from schema.roots.notifiers import NotifierMutations
from schema.roots.plugins import PluginMutations
from schema.roots.queue import QueueMutations
from schema.roots.tasks import TaskMutations
from schema.roots.upkeep import UpkeepMutations
from schema.roots.users import UserMutations
from schema.roots.webhooks import WebhookMutations


@strawberry.type(description="What can be changed.")
class Mutation(
    LogMutations,
    BackupMutations,
    NotifierMutations,
    AlertMutations,
    UpkeepMutations,
    ConfigurationMutations,
    WebhookMutations,
    UserMutations,
    LoginMutations,
    KeyMutations,
    PluginMutations,
    QueueMutations,
    TaskMutations,
):
    """The fields of the last of these stand first in the schema."""
