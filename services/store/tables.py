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
]
