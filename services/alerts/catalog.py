"""The rules: what is watched, and where it stands how it is cured."""

from enum import StrEnum

PAGE = "/docs/alerts.md"  # on every server, and in the repository


class Rule(StrEnum):
    """What can be wrong. The words are stable: programs and people filter by them."""

    DISK_LOW = "disk.low"
    MEMORY_HIGH = "memory.high"
    CPU_HIGH = "cpu.high"
    TASKS_FAILING = "tasks.failing"
    ACCOUNT_NEEDS_LOGIN = "account.needs_login"
    ACCOUNT_BUDGET_USED = "account.budget_used"
    WEBHOOK_FAILING = "webhook.failing"
    BACKUP_FAILED = "backup.failed"
    BACKUP_OVERDUE = "backup.overdue"
    PLUGIN_CRASHED = "plugin.crashed"
    CLOCK_JUMPS = "clock.jumps"
    DATABASE_ERRORS = "database.errors"
    MANUAL = "manual"  # somebody said so


OTHER = "other"  # in metrics: a rule that this version does not know


def docs_of(rule: str) -> str:
    """Return the page that cures what `rule` watches, at its heading.

    The anchor is what makers of pages make of the heading: `disk.low` becomes `disklow`.
    """
    return f"{PAGE}#{rule.replace('.', '')}" if rule in set(Rule) else PAGE


def known(rule: str) -> str:
    """Return `rule` as the label of a metric."""
    return rule if rule in set(Rule) else OTHER
