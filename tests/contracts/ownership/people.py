"""A server and the people of one case. Only the owner has anything."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

from services.access.identity import ALL_SCOPES, Role, Scope
from services.access.people.users import User
from tests.contracts.ownership.rows import Caller, World
from tests.integration.http.running import Running, serving

_numbers = count(1)


@asynccontextmanager
async def a_server(folder: Path) -> AsyncIterator[Running]:
    """Give a server that runs nothing: what is added stays as it is."""
    async with serving(folder) as argosy:
        yield argosy


async def gather(argosy: Running, caller: Caller, scope: Scope | None, kept: str | None) -> World:
    """Return the people of a case; `kept` is what is kept of their password."""
    number, users = next(_numbers), argosy.container.access.users
    owner = await users.create(f"corvid{number}x", Role.USER, password_hash=kept)
    other = await users.create(f"finch{number}x", Role.USER, password_hash=kept)
    admin = await users.create(f"root{number}x", Role.ADMIN, password_hash=kept)
    rest = ALL_SCOPES - {scope} if scope else frozenset({Scope.ACCOUNTS_READ})
    key = {
        Caller.OWNER: lambda: _key(argosy, owner, ALL_SCOPES),
        Caller.OTHER: lambda: _key(argosy, other, ALL_SCOPES),
        Caller.ADMIN: lambda: _key(argosy, admin, ALL_SCOPES),
        Caller.UNSCOPED: lambda: _key(argosy, owner, rest),
    }.get(caller)
    return World(
        argosy=argosy,
        caller=caller,
        owner=owner,
        other=other,
        admin=admin,
        key=await key() if key else None,
        owners_key=await _key(argosy, owner, ALL_SCOPES),
        traces=[owner.name],
    )


async def _key(argosy: Running, user: User, scopes: frozenset[Scope]) -> str:
    return await argosy.container.access.keys.create(user, name="test", scopes=scopes)
