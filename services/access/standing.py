"""Whether those who proved who they are may still go on, as the database has it now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from services.access.identity import (
    ALL_SCOPES,
    Credential,
    CredentialKind,
    Identity,
    Role,
    Scope,
    read_scopes,
)
from services.store.rows import Row, marks, read_id, read_json, read_time_or_none
from services.store.store import Reader

AT_ONCE = 500  # that one statement asks about

OF_A_LOGIN = """
    SELECT {table}.id, users.role, users.is_active, {table}.scopes, {table}.expires_at
    FROM {table} JOIN users ON users.id = {table}.user_id
    WHERE {table}.id IN ({marks})
"""
OF_A_USER = """
    SELECT id, role, is_active, NULL AS scopes, NULL AS expires_at FROM users
    WHERE id IN ({marks})
"""
TABLES = {
    CredentialKind.KEY: "keys",
    CredentialKind.SESSION: "sessions",
    CredentialKind.ACCESS: "sessions",
    CredentialKind.SERVER: "users",
}

Place = tuple[str, UUID | int]  # a table, and an id in it


@dataclass(frozen=True, slots=True)
class Standing:
    """What a credential is good for now."""

    role: Role
    is_active: bool
    scopes: frozenset[Scope]
    expires_at: datetime | None


def place_of(identity: Identity) -> Place:
    """Return where the database has what `identity` rests on."""
    credential = identity.credential
    if credential.id is None:
        return "users", identity.user_id
    return TABLES[credential.kind], credential.id


async def read_standings(reader: Reader, identities: Iterable[Identity]) -> dict[Place, Standing]:
    """Return how all these stand, in few statements; those who are gone are not in it."""
    ids: dict[str, set[UUID | int]] = {}
    for identity in identities:
        table, key = place_of(identity)
        ids.setdefault(table, set()).add(key)
    found: dict[Place, Standing] = {}
    for table, keys in ids.items():
        waiting = iter(keys)
        while some := list(islice(waiting, AT_ONCE)):
            found |= await _read(reader, table, some)
    return found


async def _read(reader: Reader, table: str, ids: Sequence[UUID | int]) -> dict[Place, Standing]:
    statement = OF_A_USER if table == "users" else OF_A_LOGIN
    rows = await reader.fetch(statement.format(table=table, marks=marks(len(ids))), *ids)
    return {(table, _id(row)): _standing(row) for row in rows}


def _id(row: Row) -> UUID | int:
    return row["id"] if isinstance(row["id"], int) else read_id(row["id"])


def _standing(row: Row) -> Standing:
    scopes = row["scopes"]
    return Standing(
        Role(row["role"]),
        bool(row["is_active"]),
        ALL_SCOPES if scopes is None else read_scopes(read_json(scopes)),
        read_time_or_none(row["expires_at"]),
    )


def why_over(identity: Identity, standing: Standing | None, now: datetime) -> str | None:
    """Return why `identity` may not go on, or None if it may."""
    what = _what(identity.credential)
    if standing is None:
        return f"This {what} is not good any more."
    if not standing.is_active:
        return f"The user {identity.user_name} may not use this server now."
    if _ends(identity, standing, now):
        return f"This {what} has expired."
    if standing.role is not identity.role or not identity.scopes <= standing.scopes:
        return f"What this {what} may be used for has changed."
    return None


def expiry(identity: Identity, standing: Standing) -> datetime | None:
    """Return when it ends if nothing else happens: an access token before its login does."""
    if identity.credential.kind is CredentialKind.ACCESS:
        return identity.credential.expires_at or standing.expires_at
    return standing.expires_at


def _ends(identity: Identity, standing: Standing, now: datetime) -> bool:
    moments = [standing.expires_at, expiry(identity, standing)]
    return any(moment is not None and moment <= now for moment in moments)


def _what(credential: Credential) -> str:
    return {
        CredentialKind.KEY: "key",
        CredentialKind.SESSION: "login",
        CredentialKind.ACCESS: "access token",
        CredentialKind.SERVER: "user",
    }[credential.kind]
