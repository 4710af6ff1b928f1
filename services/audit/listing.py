"""Reading the audit log, the newest first; for administrators."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from services.access.identity import Identity
from services.audit.entries import LONGEST_TARGET, AuditEntry, read_entry
from services.errors import InvalidInput
from services.paging import cursors
from services.paging.conditions import Condition, joined
from services.paging.pages import Page
from services.store.store import Store

LIST = "audit"
LONGEST_WORD = 64
TARGET = re.compile(rf"[\w:.-]{{1,{LONGEST_TARGET}}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are wanted; None lets all through. Times are from the first to the second."""

    actor_id: int | None = None
    actor_name: str | None = None
    action: str | None = None
    outcome: str | None = None
    target: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def check(self) -> None:
        """Raise `InvalidInput` for what no entry can have."""
        words = {"actorName": self.actor_name, "action": self.action, "outcome": self.outcome}
        for name, word in words.items():
            if word is not None and (len(word) > LONGEST_WORD or not word.isprintable()):
                message = f"This has up to {LONGEST_WORD} letters, without line ends."
                raise InvalidInput(message, field=f"filter.{name}")
        target = self.target
        if target is not None and not TARGET.fullmatch(target):
            message = "This is no id. Ids look like task_0199c2f0-…"
            raise InvalidInput(message, field="filter.target")

    def conditions(self, dialect: str) -> list[Condition]:
        """Return what must hold for a row."""
        exact = {
            "actor_id": self.actor_id,
            "actor_name": self.actor_name,
            "action": self.action,
            "outcome": self.outcome,
        }
        found = [Condition(f"{name} = ?", (v,)) for name, v in exact.items() if v is not None]
        if self.target is not None:
            found.append(_has_target(self.target, dialect))
        if self.since is not None:
            found.append(Condition("at >= ?", (self.since.astimezone(UTC),)))
        if self.until is not None:
            found.append(Condition("at < ?", (self.until.astimezone(UTC),)))
        return found


EVERYTHING = AuditFilter()


class AuditListing:
    """Reads what the audit log keeps."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def page(
        self, identity: Identity, wanted: AuditFilter, *, first: int, after: str | None
    ) -> Page[AuditEntry]:
        """Return up to `first` entries behind the cursor `after`; raise `Forbidden`."""
        identity.require_admin()
        older = [] if after is None else [Condition("id < ?", (_number(after),))]
        text, values = self._asked(wanted, older)
        rows = await self._store.fetch(
            f"SELECT * FROM audit_entries WHERE {text} ORDER BY id DESC LIMIT ?",  # noqa: S608
            *values,
            first + 1,
        )
        entries = [read_entry(row) for row in rows[:first]]
        places = [cursors.show(LIST, entry.id) for entry in entries]
        return Page(entries, places, has_more=len(rows) > first)

    async def has_before(self, identity: Identity, wanted: AuditFilter, after: str | None) -> bool:
        """Return whether there are entries up to the cursor `after`."""
        identity.require_admin()
        if after is None:
            return False
        newer = Condition("id >= ?", (_number(after),))
        text, values = self._asked(wanted, [newer])
        statement = f"SELECT id FROM audit_entries WHERE {text} LIMIT 1"  # noqa: S608 - ours
        return bool(await self._store.fetch(statement, *values))

    async def count(self, identity: Identity, wanted: AuditFilter) -> int:
        """Return how many entries there are."""
        identity.require_admin()
        text, values = self._asked(wanted, [])
        statement = f"SELECT COUNT(*) AS n FROM audit_entries WHERE {text}"  # noqa: S608 - ours
        (row,) = await self._store.fetch(statement, *values)
        return int(row["n"])

    def _asked(self, wanted: AuditFilter, more: list[Condition]) -> tuple[str, list[object]]:
        wanted.check()
        conditions = [*wanted.conditions(self._store.dialect), *more]
        return joined(conditions or [Condition("1 = 1")])


def _number(after: str) -> int:
    (number,) = cursors.read(LIST, after, (int,))
    return int(number)


def _has_target(target: str, dialect: str) -> Condition:
    """Return that `target` is one of the targets, which are a list in JSON."""
    if dialect == "sqlite":
        return Condition("INSTR(targets, ?) > 0", (f'"{target}"',))
    return Condition("jsonb_exists(targets, ?)", (target,))
