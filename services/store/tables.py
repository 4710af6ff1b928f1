"""Which modules hold tables, for Tortoise and for the migrations."""

APP = "argosy"
TABLES = [
    "models.user",
    "models.key",
    "models.task",
    "models.file",
    "models.attempt",
    "models.event",
    "models.setting",
    "models.statistic",
    "models.request",
    "models.session",
    "models.one_time_token",
    "models.recovery_code",
    "models.audit_entry",
    "models.alert",
    "models.notifier",
    "models.plugin",
    "models.webhook",
    "models.transfer",
    "models.schedule",
    "models.log_count",
]
