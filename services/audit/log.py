"""The audit log in storage: written before the answer is given, and kept for a time.

What is recorded has happened already. So an entry that cannot be written changes nothing for
whoever did it: it goes to the log of the server, is counted, and the answer stands.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog

from services.access.caller import Caller
from services.access.identity import Identity
from services.audit.entries import COUNT, DONE, LONGEST_TARGET, MOST_TARGETS, NewEntry
from services.clock import Clock
from services.errors import Unavailable
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
        self._age = age
        self._metrics = metrics
        self._writing: set[asyncio.Task[None]] = set()

    async def record(
        self,
        actor: Identity | None,
        caller: Caller,
        action: str,
        outcome: str = DONE,
        *,
        targets: Sequence[str] = (),
        details: Mapping[str, object] | None = None,
        request_id: str = "",
        actor_name: str = "",
    ) -> None:
        """Write down that `actor` did `action`, and return when it is durable.

        `outcome` is `OK` or a code of errors; `targets` are ids as users see them, of which the
        first hundred are kept and all are counted; `details` hold no secret. Where nobody has
        proved who they are, `actor_name` says whom they gave themselves out for. Never raises
        but for being cancelled, and is written then too.
        """
        entry = NewEntry(
            at=self._clock.now(),
            actor_id=actor.user_id if actor is not None and actor.user_id else None,
            actor_name=plain(actor_name or (actor.user_name if actor else ""), most=64),
            credential=plain(str(actor.credential), most=96) if actor else "",
            address=plain(caller.address, most=64),
            action=plain(action, most=64),
            outcome=plain(outcome, most=32),
            targets=[plain(target, most=LONGEST_TARGET) for target in targets[:MOST_TARGETS]],
            details=_details(details or {}, len(targets)),
            request_id=plain(request_id, most=64),
        )
        writing = asyncio.create_task(self._write(entry), name="audit entry")
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)
        await asyncio.shield(writing)

    async def prune(self) -> int:
        """Remove up to `CHUNK` of the entries that are too old; return how many."""
        before = self._clock.now() - self._age

        async def write(transaction: Transaction) -> int:
            return len(await transaction.fetch(PRUNE, before, CHUNK))

        return await self._store.write(write)

    async def close(self) -> None:
        """Wait for what is being written."""
        await asyncio.gather(*self._writing)

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


def _details(given: Mapping[str, object], targets: int) -> dict[str, object]:
    # Whoever records should leave secrets away; this is for those who forget it.
    kept: dict[str, object] = redact_content(plain_content(dict(given)))
    return kept | {COUNT: targets} if targets > MOST_TARGETS else kept
