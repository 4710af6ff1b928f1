"""Tickets for WebSockets: a browser cannot send a header with them, and a key is no part of a URL.

A ticket is good once, for 30 seconds. It stands for what its maker asked with: what takes that
away ends what a ticket has opened too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.access.identity import (
    Credential,
    CredentialKind,
    Identity,
    Role,
    read_scopes,
    write_scopes,
)
from services.access.keys.one_time import OneTimeKind, OneTimeTokens
from services.access.standing import place_of, read_standings, why_over
from services.clock import Clock
from services.errors import Unauthorized
from services.store.store import Store

LIFETIME = timedelta(seconds=30)

FIND_USER = "SELECT name, role, tier FROM users WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket, and until when it is good."""

    value: str
    expires_at: datetime


class Tickets:
    """Issues tickets and takes them."""

    def __init__(self, *, store: Store, tokens: OneTimeTokens, clock: Clock) -> None:
        self._store = store
        self._tokens = tokens
        self._clock = clock

    async def issue(self, identity: Identity) -> Ticket:
        """Return a ticket for whoever `identity` is, with what they may do."""
        expires_at = self._clock.now() + LIFETIME
        value = await self._tokens.issue(
            OneTimeKind.SOCKET, identity.user_id, _write(identity), LIFETIME
        )
        return Ticket(value, expires_at)

    async def take(self, value: str) -> Identity:
        """Return whose ticket this is; it is good for nothing more. Raises `Unauthorized`."""
        try:
            taken = await self._tokens.take(OneTimeKind.SOCKET, value)
        except Unauthorized:
            raise _no_good() from None
        identity = await self._identity(taken.user_id, taken.data)
        standings = await read_standings(self._store, [identity])
        if reason := why_over(identity, standings.get(place_of(identity)), self._clock.now()):
            raise Unauthorized(reason)
        return identity

    async def _identity(self, user_id: int, data: Mapping[str, Any]) -> Identity:
        rows = await self._store.fetch(FIND_USER, user_id)
        if not rows:
            raise _no_good()
        row = rows[0]
        scopes, credential = read_scopes(data["scopes"]), _credential(data)
        return Identity(user_id, row["name"], Role(row["role"]), scopes, credential, row["tier"])


def _write(identity: Identity) -> dict[str, object]:
    credential = identity.credential
    expires_at = credential.expires_at
    return {
        "kind": credential.kind.value,
        "id": None if credential.id is None else str(credential.id),
        "label": credential.label,
        "expiresAt": None if expires_at is None else expires_at.isoformat(),
        "scopes": write_scopes(identity.scopes),
    }


def _credential(data: Mapping[str, Any]) -> Credential:
    key, expires_at = data["id"], data["expiresAt"]
    return Credential(
        CredentialKind(data["kind"]),
        None if key is None else UUID(key),
        data["label"],
        None if expires_at is None else datetime.fromisoformat(expires_at),
    )


def _no_good() -> Unauthorized:
    message = (
        "This ticket is not known: it was used before, or it is older than "
        f"{LIFETIME.seconds} seconds. Get another with: POST /api/ws-ticket"
    )
    return Unauthorized(message)
