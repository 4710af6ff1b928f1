"""Backups are the server's: administrators alone make, see and remove them."""

from services.access.identity import Scope
from services.backups.records import Wish
from tests.contracts.ownership.answers import Expected, Forbidden, Nobody, Own, Sees
from tests.contracts.ownership.rows import Ask, Row, Values, World

BACKUPS = Scope.BACKUPS_WRITE


async def with_one(world: World) -> Values:
    """Ask where there is a backup."""
    await _make(world)
    return {}


async def about_one(world: World) -> Values:
    """Ask about a backup that there is."""
    return {"input": {"filename": await _make(world)}}


async def plain_wish(_: World) -> Values:
    return {"description": "plain", "backupName": "plain"}


async def named(world: World) -> Values:
    """Ask what is in a backup that there is."""
    return {"filename": await _make(world)}


async def confirmed(world: World) -> Values:
    """Ask for a backup to be restored, with what confirms it."""
    filename = await _make(world)
    preview = await world.argosy.container.services.restoring.preview(filename)
    return {"input": {"filename": filename, "confirmation": preview.confirmation}}


async def _make(world: World) -> str:
    made = await world.argosy.container.services.backups.create(Wish("plain"))
    return made.filename


def _row(field: str, ask: Ask, admin: Expected) -> Row:
    return Row(
        field=field, scope=BACKUPS, ask=ask,
        owner=Forbidden(BACKUPS), other=Forbidden(BACKUPS), admin=admin, anonymous=Nobody(),
        unscoped=Forbidden(BACKUPS),
    )  # fmt: skip


BACKUP_QUERIES = [
    _row("Query.backups", with_one, Own()),
    _row("Query.backupFiles", with_one, Own(figures=(("backupFiles.totalCount", 1),))),
    _row("Query.restorePreview", named, Sees()),
]
BACKUP_MUTATIONS = [
    _row("Mutation.createBackup", plain_wish, Own()),
    _row("Mutation.verifyBackup", about_one, Sees()),
    _row("Mutation.restoreBackup", confirmed, Sees()),
    _row("Mutation.deleteBackup", about_one, Sees()),
]
BACKUP_SUBSCRIPTIONS = [_row("Subscription.backupProgress", with_one, Own())]
