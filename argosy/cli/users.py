"""What the commands about users do, on the database beside a running server or without one."""

import asyncio
from collections.abc import Awaitable, Callable

import orjson
import typer

from argosy.cli.beside import with_store
from argosy.keeping import with_kept
from argosy.settings import Settings
from services.access.identity import Role
from services.access.logins.passwords import Passwords, check
from services.access.logins.second_factor import SecondFactor
from services.access.people.users import Change, User, Users
from services.access.quotas.tiers import UNLIMITED, Tiers
from services.audit.remarks import remark
from services.clock import SystemClock
from services.errors import InvalidInput
from services.sealing import Sealer
from services.store.store import Store

AT_ONCE = 500


def create(
    settings: Settings, name: str, role: str, tier: str | None, password: str | None
) -> None:
    """Make a user and say so."""
    kept = None if password is None else _hashed(password, name)

    async def work(users: Users) -> None:
        user = await users.create(name, _role(role), tier=tier or UNLIMITED, password_hash=kept)
        remark(f"user_{user.id}", name=user.name, role=user.role.value, tier=user.tier)
        typer.echo(f"Made the {user.role.value} {user.name}.")
        if kept is None:
            advice = (
                f"There is no password yet. To sign in: ./run user password {name}; "
                f"for programs: ./run key create --user {name}"
            )
            typer.echo(advice, err=True)

    _with_users(settings, work, action="user create")


def show_all(settings: Settings, *, as_json: bool) -> None:
    """Print a line for each user."""

    async def work(users: Users) -> None:
        after = 0
        while found := await users.some(after, AT_ONCE):
            for user in found:
                typer.echo(_json(user) if as_json else _line(user))
            after = found[-1].id

    _with_users(settings, work, action=None)


def update(
    settings: Settings,
    name: str,
    role: str | None,
    tier: str | None,
    is_active: bool | None,
    *,
    resets_second_factor: bool,
) -> None:
    """Change a user and print them as they are then."""
    change = Change(None if role is None else _role(role), tier, is_active)

    async def work(store: Store) -> None:
        users = _users(settings, store)
        user = await users.find(name)
        remark(f"user_{user.id}", **_asked(change, resets_second_factor=resets_second_factor))
        if change != Change():
            await users.update(user.id, change)
        if resets_second_factor:
            sealer = Sealer(settings.key_file)
            factor = SecondFactor(store=store, clock=SystemClock(), sealer=sealer)
            await factor.switch_off(user.id)
        typer.echo(_line(await users.get(user.id)))

    with_store(settings, work, action="user update")


def set_password(settings: Settings, name: str, password: str) -> None:
    """Give a user another password and say so."""
    kept = _hashed(password, name)

    async def work(users: Users) -> None:
        user = await users.set_password((await users.find(name)).id, kept)
        remark(f"user_{user.id}", name=user.name)
        typer.echo(f"{user.name} has another password, and is logged out everywhere.")

    _with_users(settings, work, action="user password")


def look_up(settings: Settings, name: str) -> None:
    """Raise `NotFound` if there is no such user."""

    async def work(users: Users) -> None:
        await users.find(name)

    _with_users(settings, work, action=None)


def remove(settings: Settings, name: str) -> None:
    """Remove a user and say so."""

    async def work(users: Users) -> None:
        user = await users.remove((await users.find(name)).id)
        remark(f"user_{user.id}", name=user.name)
        typer.echo(
            f"Removed {user.name}. A running server stops and removes their tasks; their finished "
            "files stay."
        )

    _with_users(settings, work, action="user delete")


def _with_users(
    settings: Settings, work: Callable[[Users], Awaitable[None]], *, action: str | None
) -> None:
    async def use(store: Store) -> None:
        # Tiers may have been set while a server ran.
        await work(_users(await with_kept(settings), store))

    with_store(settings, use, action=action)


def _asked(change: Change, *, resets_second_factor: bool) -> dict[str, object]:
    """Return what is to be changed, for the audit log."""
    given = {"role": change.role, "tier": change.tier, "isActive": change.is_active}
    found: dict[str, object] = {name: v for name, v in given.items() if v is not None}
    return found | ({"secondFactor": "off"} if resets_second_factor else {})


def _users(settings: Settings, store: Store) -> Users:
    return Users(store=store, clock=SystemClock(), tiers=Tiers(settings.tiers))


def _hashed(password: str, name: str) -> str:
    check(password, name=name)
    passwords = Passwords()
    try:
        return asyncio.run(passwords.hash(password, name=name))
    finally:
        passwords.close()


def _role(word: str) -> Role:
    if word not in set(Role):
        message = f"{word!r} is no role; take one of: {', '.join(Role)}."
        raise InvalidInput(message)
    return Role(word)


def _line(user: User) -> str:
    words = [user.name, user.role.value, user.tier]
    words.append("active" if user.is_active else "inactive")
    words.append("password" if user.has_password else "keys only")
    if user.has_second_factor:
        words.append("second factor")
    return "\t".join(words)


def _json(user: User) -> str:
    content = {
        "id": user.id,
        "name": user.name,
        "role": user.role.value,
        "tier": user.tier,
        "isActive": user.is_active,
        "hasPassword": user.has_password,
        "hasSecondFactor": user.has_second_factor,
        "createdAt": user.created_at,
    }
    return orjson.dumps(content).decode()
