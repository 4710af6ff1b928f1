"""The audit log in storage: written before the answer is given, and kept for a time.

What is recorded has happened already. So an entry that cannot be written changes nothing for
whoever did it: it goes to the log of the server, is counted, and the answer stands.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from services.access.caller import Caller
from services.access.identity import Identity
from services.audit.bounds import Bounds, Span
from services.audit.entries import (
    COUNT,
    CUT,
    DONE,
    LEFT_OUT,
    LONGEST_TARGET,
    MOST_DETAILS,
    MOST_TARGETS,
    MOST_TRIED,
    NewEntry,
)
from services.audit.remarks import Remarks
from services.clock import Clock
from services.errors import ErrorCode, Unavailable
from services.metrics import Metrics
from services.redaction import redact_content
from services.store.rows import write_json
from services.store.store import Store, Transaction
from services.text import plain, plain_content

CHUNK = 500  # entries that are removed in one transaction, so that no other waits long for it

INSERT = """
    INSERT INTO audit_entries (at, actor_id, actor_name, credential, address, action, outcome,
                               targets, details, request_id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
PRUNE = """
    DELETE FROM audit_entries WHERE id IN (
        SELECT id FROM audit_entries WHERE at < ? ORDER BY at LIMIT ?
    ) RETURNING id
"""

log = structlog.get_logger(__name__)


class AuditLog:
    """Records what people do. `close` waits for what is being written."""

    def __init__(
        self, *, store: Store, clock: Clock, age: timedelta, metrics: Metrics | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self.age = age
        self._metrics = metrics
        self._bounds = Bounds()
        self._writing: set[asyncio.Task[None]] = set()

    async def record(
        self,
        actor: Identity | None,
        caller: Caller,
        action: str,
        outcome: str = DONE,
        *,
        targets: Sequence[str] = (),
        tried: Sequence[str] = (),
        details: Mapping[str, object] | None = None,
        request_id: str = "",
        actor_name: str = "",
        remarks: Remarks | None = None,
    ) -> None:
        """Write down that `actor` did `action`, and return when it is durable.

        `outcome` is `OK` or a code of errors. `targets` are the ids, as users see them, of what
        something was done to, of which the first hundred are kept; of others that were `tried`,
        five; all are counted. `details` hold no secret. Where nobody has proved who they are,
        `actor_name` says whom they gave themselves out for; where `remarks` tell of a user, that
        one is the actor, if it went well. Never raises but for being cancelled, and is written
        then too.
        """
        remarks = remarks or Remarks()
        known = actor if actor is not None and actor.user_id else None
        actor_id, name = (known.user_id, known.user_name) if known else (None, actor_name)
        if remarks.user_id is not None and not actor_name:  # whoever was known before
            known, name = None, remarks.user_name
            actor_id = remarks.user_id if outcome == DONE else None
        changed = [*targets, *remarks.targets]
        kept, count = _targets(changed, tried)
        entry = NewEntry(
            at=self._clock.now(),
            actor_id=actor_id,
            actor_name=plain(name, most=64),
            credential=plain(str(known.credential), most=96) if known else "",
            address=plain(caller.address, most=64),
            action=plain(action, most=64),
            outcome=plain(outcome, most=32),
            targets=kept,
            details=_details({**(details or {}), **remarks.details})
            | ({COUNT: count} if count > len(kept) else {}),
            request_id=plain(request_id, most=64),
        )
        await self._keep(self._bounded(entry, is_done=outcome == DONE or bool(changed)))

    def _bounded(self, entry: NewEntry, *, is_done: bool) -> list[NewEntry]:
        """Return what is to be kept: of a user's, all that did something."""
        now = self._clock.monotonic()
        entries = [_about_left_out(entry.at, span) for span in self._bounds.take_over(now)]
        is_stranger = entry.actor_id is None
        is_bounded = bool(entry.address) if is_stranger else not is_done
        name = "" if is_stranger else entry.actor_name
        if not is_bounded or self._bounds.takes(entry.actor_id, name, now):
            entries.append(entry)
        return entries

    async def _keep(self, entries: Sequence[NewEntry]) -> None:
        if entries:
            writing = asyncio.create_task(self._write_each(entries), name="audit entries")
            self._writing.add(writing)
            writing.add_done_callback(self._writing.discard)
            await asyncio.shield(writing)

    async def prune(self) -> int:
        """Remove up to `CHUNK` of the entries that are too old; return how many."""
        before = self._clock.now() - self.age

        async def write(transaction: Transaction) -> int:
            return len(await transaction.fetch(PRUNE, before, CHUNK))

        return await self._store.write(write)

    async def close(self) -> None:
        """Wait for what is being written."""
        await asyncio.gather(*self._writing)

    async def _write_each(self, entries: Sequence[NewEntry]) -> None:
        for entry in entries:
            await self._write(entry)

    async def _write(self, entry: NewEntry) -> None:
        values = (
            *(entry.at, entry.actor_id, entry.actor_name, entry.credential, entry.address),
            *(entry.action, entry.outcome, write_json(entry.targets), write_json(entry.details)),
            entry.request_id,
        )
        try:
            await self._store.write(lambda transaction: transaction.execute(INSERT, *values))
        except Unavailable as error:
            self._lost(entry, error.message)
        except Exception:
            log.exception("audit.crashed")
            self._lost(entry, "it crashed")

    def _lost(self, entry: NewEntry, reason: str) -> None:
        """Tell all of an entry that could not be written where operators look."""
        if self._metrics is not None:
            self._metrics.audit_failures.inc()
        log.error(
            "audit.not_written",
            reason=reason,
            at=entry.at.isoformat(),
            actor_id=entry.actor_id,
            actor=entry.actor_name,
            credential=entry.credential,
            address=entry.address,
            action=entry.action,
            outcome=entry.outcome,
            targets=list(entry.targets),
            details=entry.details,
            request=entry.request_id,
        )


def _about_left_out(at: datetime, span: Span) -> NewEntry:
    outcome = ErrorCode.RATE_LIMITED.value
    details = {"count": span.left_out}
    return NewEntry(at, span.actor_id, span.actor_name, "", "", LEFT_OUT, outcome, [], details)


def _targets(changed: Sequence[str], tried: Sequence[str]) -> tuple[list[str], int]:
    """Return which targets are kept, and how many there are."""
    done = dict.fromkeys(changed)
    others = [target for target in dict.fromkeys(tried) if target not in done]
    kept = [*list(done)[:MOST_TARGETS], *others[:MOST_TRIED]][:MOST_TARGETS]
    return [plain(target, most=LONGEST_TARGET) for target in kept], len(done) + len(others)


def _details(given: Mapping[str, object]) -> dict[str, object]:
    """Return the details without secrets, and as many as fit, the shortest first."""
    # Whoever records should leave secrets away; this is for those who forget it.
    details: dict[str, object] = _storable(redact_content(plain_content(dict(given))))
    sizes = {name: len(write_json({name: value}).encode()) for name, value in details.items()}
    room, fitting = MOST_DETAILS, set()
    for name in sorted(sizes, key=sizes.__getitem__):
        room -= sizes[name]
        if room >= 0:
            fitting.add(name)
    kept = {name: value for name, value in details.items() if name in fitting}
    return kept if len(kept) == len(details) else kept | {CUT: True}


def _storable(content: Any) -> Any:
    """Return details with numbers as text that are too large for what is stored."""
    if isinstance(content, dict):
        return {name: _storable(value) for name, value in content.items()}
    if isinstance(content, list):
        return [_storable(value) for value in content]
    is_large = isinstance(content, int) and not -(1 << 63) <= content < 1 << 63
    return "a number beyond 64 bits" if is_large else content
