"""The words of the schema about what keeps a server going, and what each means."""

from schema.types.describing import describe
from services.alerts.feed import AlertEventKind
from services.alerts.issues import Level as AlertLevel
from services.alerts.records import AlertState
from services.backups.format import Kind as BackupKind
from services.backups.progress import Operation as BackupOperation
from services.backups.progress import Phase as BackupPhase
from services.backups.records import Status as BackupState
from services.backups.restoring.differences import Change as RestoreChange
from services.logs.levels import LogLevel
from services.plugins.finding import Source as PluginSource
from services.webhooks.records import DeliveryState

describe(
    BackupKind,
    "BackupKind",
    "Why a backup was made.",
    {
        BackupKind.MANUAL: "Somebody wanted it. It stays until somebody removes it.",
        BackupKind.SCHEDULED: "It was time. The settings say how many of these are kept.",
        BackupKind.BEFORE_RESTORE: "Another was restored. The newest three of these are kept.",
    },
)
describe(
    BackupState,
    "BackupState",
    "How it stands with a backup.",
    {
        BackupState.COMPLETED: "It lies in the folder.",
        BackupState.FAILED: "It could not be made; its message says why.",
        BackupState.DAMAGED: "It is not what was made; its message says why.",
    },
)
describe(
    BackupOperation,
    "BackupOperation",
    "What goes on with backups.",
    {
        BackupOperation.BACKUP: "One is made.",
        BackupOperation.RESTORE: "One is restored.",
    },
)
describe(
    BackupPhase,
    "BackupPhase",
    "What is being done with a backup.",
    {
        BackupPhase.CHECKING: "The archive is checked.",
        BackupPhase.COPYING: "The database is copied.",
        BackupPhase.READING: "Rows are read out of the copy.",
        BackupPhase.PACKING: "The archive is packed.",
        BackupPhase.EXTRACTING: "The archive is unpacked.",
        BackupPhase.LOADING: "Rows are put into a new database.",
        BackupPhase.SWAPPING: "The new database takes the place of the old one.",
        BackupPhase.COMPLETED: "It is done.",
        BackupPhase.FAILED: "It failed; the message says why.",
    },
)
describe(
    AlertLevel,
    "AlertLevel",
    "How bad something is.",
    {
        AlertLevel.INFO: "It is good to know.",
        AlertLevel.WARNING: "Somebody should look at it soon.",
        AlertLevel.CRITICAL: "Something does not work, or will soon not.",
    },
)
describe(
    AlertState,
    "AlertState",
    "Where an alert stands.",
    {
        AlertState.OPEN: "It is wrong now.",
        AlertState.ACKNOWLEDGED: "It is wrong now, and somebody knows.",
        AlertState.RESTORED: "It was wrong; the cause is gone.",
    },
)
describe(
    AlertEventKind,
    "AlertEventKind",
    "What happened to an alert.",
    {
        AlertEventKind.RAISED: "It was raised, or got worse.",
        AlertEventKind.RESTORED: "Its cause is gone.",
        AlertEventKind.ACKNOWLEDGED: "Somebody said that they know.",
    },
)
describe(
    LogLevel,
    "LogLevel",
    "How important a line of the log is, from the least important on.",
    {
        LogLevel.DEBUG: "For whoever looks for a mistake.",
        LogLevel.INFO: "What is as it should be.",
        LogLevel.SUCCESS: "Something was done: a task is completed.",
        LogLevel.WARNING: "Something did not go well, and is taken care of.",
        LogLevel.ERROR: "Something went wrong.",
        LogLevel.CRITICAL: "The server cannot go on.",
    },
)
describe(
    PluginSource,
    "PluginSource",
    "Where a plugin comes from.",
    {
        PluginSource.BUILT_IN: "It came with Argosy.",
        PluginSource.PACKAGE: "An installed Python package, by its entry point.",
        PluginSource.FOLDER: "The folder `plugins` in the data folder.",
    },
)
describe(
    DeliveryState,
    "WebhookDeliveryState",
    "What has become of something that is told.",
    {
        DeliveryState.WAITING: "It is to be sent, or to be sent again.",
        DeliveryState.DELIVERED: "The receiver has taken it.",
        DeliveryState.GIVEN_UP: "It was tried for 72 hours, or its receiver is gone.",
        DeliveryState.CANCELLED: "Its webhook was switched off before.",
    },
)

describe(
    RestoreChange,
    "RestoreChange",
    "What a restore does to something.",
    {
        RestoreChange.ADDED: "It is in the backup, and not here.",
        RestoreChange.CHANGED: "It is in both, and not the same.",
        RestoreChange.REMOVED: "It is here, and not in the backup.",
    },
)

__all__ = [
    "AlertEventKind",
    "AlertLevel",
    "AlertState",
    "BackupKind",
    "BackupOperation",
    "BackupPhase",
    "BackupState",
    "DeliveryState",
    "LogLevel",
    "PluginSource",
    "RestoreChange",
]
