"""Access keys, made, listed and revoked where the database is."""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
import typer
from rich.console import Console
from rich.table import Table

from argosy.cli.beside import with_store
from argosy.cli.moments import read_expiry
from argosy.settings import Settings
from services import ids
from services.access.identity import ALL_SCOPES, EVERY_SCOPE, Identity, Role, Scope, scopes_of
from services.access.keys.key_ring import KeyRing
from services.access.keys.key_uses import KeyUses
from services.access.keys.keys import PREFIX, WORD, Key, Keys
from services.access.people.users import User, Users
from services.audit.remarks import remark
from services.clock import SystemClock
from services.errors import InvalidInput, NotFound
from services.store.store import Store

# Whoever can write to the database may do all that there is.
OPERATOR = Identity(0, "command line", Role.ADMIN, ALL_SCOPES)
PAGE = 100
FEWEST = 4  # letters of an id, or of a key, that tell which is meant


@dataclass(frozen=True, slots=True)
class Owned:
    """A key, and whose it is."""

    key: Key
    owner: str

    @property
    def id(self) -> str:
        """Its id as it is shown."""
        return ids.show(ids.KEY, self.key.id)

    def is_meant(self, typed: str) -> bool:
        """Whether it is this one: by its id or the end of it, its first letters, or itself."""
        text, prefix = typed.rstrip("…"), self.key.prefix
        if text.startswith(WORD):
            return len(text) >= len(WORD) + FEWEST and (
                prefix.startswith(text) or (bool(prefix) and text.startswith(prefix))
            )
        return len(text) >= FEWEST and self.id.endswith(text.lower())


def create_key(
    settings: Settings, user: str, *, name: str, scopes: Sequence[str], expires: str | None
) -> None:
    """Make a key and print it alone."""
    if unknown := sorted(set(scopes) - set(Scope)):
        message = f"{unknown[0]!r} is no scope; take some of: {', '.join(Scope)}."
        raise InvalidInput(message)
    wanted = frozenset(map(Scope, scopes)) or ALL_SCOPES
    clock = SystemClock()
    expires_at = None if expires is None else read_expiry(expires, clock.now().astimezone())

    async def create(store: Store) -> None:
        owner = await Users(store=store, clock=clock).find(user)
        if scopes and (useless := sorted(wanted - scopes_of(owner.role))):
            message = f"Only administrators have the scope {useless[0]}, and {user} is none."
            raise InvalidInput(message)
        keys = Keys(store=store, clock=clock)
        value = await keys.create(owner, name=name, scopes=wanted, expires_at=expires_at)
        remark(f"user_{owner.id}", name=name, prefix=value[:PREFIX], scopes=sorted(wanted))
        typer.echo(value)

    with_store(settings, create, action="key create")


def list_keys(settings: Settings, user: str | None, *, as_json: bool) -> None:
    """Print all keys, or those of a user: in a table, or a line each where no terminal is."""

    async def show(store: Store) -> None:
        found = await _all(store, user)
        if as_json:
            _print_lines(found, _as_json)
        elif sys.stdout.isatty():
            Console().print(_as_table(found))
        else:
            _print_lines(found, _as_line)

    with_store(settings, show, action=None)


def revoke_keys(settings: Settings, typed: Sequence[str]) -> None:
    """Take keys away and say so; all of them, or none where one is not clear."""

    async def revoke(store: Store) -> None:
        known = await _all(store, None)
        for meant in dict.fromkeys(_find(each, known) for each in typed):
            await _ring(store).revoke(OPERATOR, meant.key.id)
            remark(meant.id)
            typer.echo(f"Revoked {meant.key.name}, a key of {meant.owner} ({meant.id}).")

    with_store(settings, revoke, action="key revoke")


def _find(typed: str, known: Sequence[Owned]) -> Owned:
    """Return the key that is meant, or raise `NotFound` or `InvalidInput`."""
    found = [each for each in known if each.is_meant(typed)]
    if not found:
        message = "There is no such key. `./run key list` shows all that there are."
        raise NotFound(message)
    if len(found) > 1:
        message = f"{len(found)} keys are meant by that; give more of the id."
        raise InvalidInput(message)
    return found[0]


async def _all(store: Store, user: str | None) -> list[Owned]:
    users, ring = Users(store=store, clock=SystemClock()), _ring(store)
    owners = await _owners(users) if user is None else [await users.find(user)]
    return [Owned(key, owner.name) for owner in owners for key in await _of(ring, owner)]


async def _owners(users: Users) -> list[User]:
    found = await users.some(0, PAGE)
    while more := await users.some(found[-1].id, PAGE) if found else []:
        found += more
    return found


async def _of(ring: KeyRing, owner: User) -> list[Key]:
    keys: list[Key] = []
    after: str | None = None
    while True:
        page = await ring.page(OPERATOR, owner.id, first=PAGE, after=after)
        keys += page.items
        if not page.has_more:
            return keys
        after = page.cursors[-1]


def _ring(store: Store) -> KeyRing:
    clock = SystemClock()
    uses = KeyUses(store=store, clock=clock)
    return KeyRing(store=store, clock=clock, uses=uses, on_change=lambda: None)


def _print_lines(found: Iterable[Owned], show: Callable[[Owned], str]) -> None:
    for each in found:
        typer.echo(show(each))


def _as_json(owned: Owned) -> str:
    key = owned.key
    fields = {
        "id": owned.id,
        "user": owned.owner,
        "name": key.name,
        "prefix": key.prefix,
        "scopes": sorted(key.scopes),
        "createdAt": key.created_at,
        "expiresAt": key.expires_at,
        "lastUsedAt": key.last_used_at,
    }
    return orjson.dumps(fields, option=orjson.OPT_UTC_Z).decode()


def _as_line(owned: Owned) -> str:
    return "\t".join([*_cells(owned), owned.id])


def _as_table(found: Iterable[Owned]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for title in ("User", "Name", "Key", "Scopes", "Expires", "Used", "Id"):
        table.add_column(title, overflow="fold")
    for each in found:
        table.add_row(*_cells(each), each.id.rpartition("-")[2])
    return table


def _cells(owned: Owned) -> list[str]:
    key = owned.key
    scopes = EVERY_SCOPE if key.scopes == ALL_SCOPES else ",".join(sorted(key.scopes))
    prefix = f"{key.prefix}…" if key.prefix else "-"
    moments = (key.expires_at, key.last_used_at)
    return [owned.owner, key.name, prefix, scopes, *map(_moment, moments)]


def _moment(moment: datetime | None) -> str:
    return "-" if moment is None else f"{moment.astimezone():%Y-%m-%d %H:%M}"
