"""What the owner has, made for one case; and the same questions about what does not exist."""

import logging
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from services.access.caller import Caller as Client
from services.access.identity import Identity
from services.access.keys.keys import Keys
from services.access.logins.sessions import SessionKind
from services.access.people.users import User
from services.alerts.issues import Level
from services.alerts.listing import AlertFilter
from services.ids import ALERT, FILE, NOTIFIER, TASK, new_id, read, show
from services.notifiers.wishes import NotifierWish
from services.statistics.counting import add_downloads
from services.store.store import Transaction
from services.tasks.running.completions import INSERT_FILE
from tests.contracts.ownership.rows import Values, World

NOBODY = 2147483647  # no user has that number
ID = re.compile(r"(task|file|key|session|removal|notifier|alert|webhook|delivery)_[0-9a-f-]{36}")
ADD = """
    mutation($input: AddDownloadsInput!) {
        addDownloads(input: $input) { tasks { id } errors { code message } }
    }
"""
REMOVE = """
    mutation($id: ID!) { removeTasks(input: { ids: [$id] }) { removalId errors { code } } }
"""
FAR = "2099-01-01T00:00:00Z"


async def nothing(_: World) -> Values:
    """Ask for what is there, whatever it is; there is something of the owner's."""
    return {}


async def plant(world: World, **columns: Any) -> str:
    """Give the owner a task and return its id."""
    word = world.owner.name
    own = {"url": f"https://{word}.example/{word}", "name": word, "folder": word}
    task = await world.argosy.plant(world.owner, **{**own, **columns})
    world.traces.append(task)
    return task


async def plant_file(world: World) -> str:
    """Give the owner a file of a finished task and return its id."""
    task, key, word = await plant(world, state="COMPLETED"), new_id(), world.owner.name
    task_id, now = read(TASK, task, field="id"), datetime.now(UTC)

    async def write(transaction: Transaction) -> None:
        values = (key, task_id, word, f"{word}/{word}", 5, None, None, None, now)
        await transaction.execute(INSERT_FILE, *values)

    await world.argosy.container._store.write(write)
    return show(FILE, key)


async def fetch_much(world: World, downloads: int) -> None:
    """Count downloads of the owner as finished."""

    async def write(transaction: Transaction) -> None:
        now = datetime.now(UTC)
        counts = {"count": downloads, "size": downloads, "milliseconds": 1000}
        await add_downloads(transaction, world.owner.id, now, **counts, stored=downloads)

    await world.argosy.container._store.write(write)


async def add(world: World, key: str, word: str) -> str:
    """Add a download with a key, for a day that nobody here lives to see; return its id."""
    wish = {"urls": [f"https://{word}.example/{word}"], "startAt": FAR, "force": True}
    answer = await world.argosy.ask(ADD, key=key, input=wish)
    (task,) = answer.data["addDownloads"]["tasks"]
    return str(task["id"])


async def open_session(world: World) -> str:
    """Let the owner log in, and return the id of the session."""
    client = Client("192.0.2.1", world.owner.name)
    session, _ = await world.argosy.container.access.sessions.open(
        world.owner, SessionKind.BROWSER, client
    )
    return show("session", session.id)


async def make_key(world: World) -> str:
    """Give the owner another key and return its id."""
    keys: Keys = world.argosy.container.access.keys
    value = await keys.create(world.owner, name=world.owner.name)
    found = await keys.authenticate(value)
    assert found.credential.id is not None
    return show("key", found.credential.id)


async def make_notifier(world: World) -> str:
    """Give the owner a notifier and return its id."""
    word, service = world.owner.name, world.argosy.container.notifiers.notifiers
    # To an address that is refused: nothing is ever sent.
    wish = NotifierWish(word, f"json://127.0.0.1:1/{word}")
    return show(NOTIFIER, (await service.create(await identity(world), wish)).id)


async def raise_alert(world: World) -> str:
    """Have something be wrong with the owner's affairs, and return the alert's id."""
    name, alerts = world.owner.name, world.argosy.container.alerts
    rule = "webhook.failing"
    await alerts.alerts.report(
        rule, name, level=Level.WARNING, subject=name, owner_id=world.owner.id
    )
    page = await alerts.listing.page(await identity(world), AlertFilter(), first=1, after=None)
    alert = show(ALERT, page.items[0].id)
    world.traces.append(alert)
    return alert


async def remove(world: World) -> tuple[str, str]:
    """Give the owner a task and remove it; return its id and that of the removal."""
    task = await plant(world)
    answer = await world.argosy.ask(REMOVE, key=world.owners_key, id=task)
    return task, str(answer.data["removeTasks"]["removalId"])


async def identity(world: World) -> Identity:
    """Return the owner as their key proves them."""
    return await world.argosy.container.access.keys.authenticate(world.owners_key)


async def tell(world: World, owner: User, task: str, word: str) -> None:
    """Log a line about a task of somebody."""
    line = {"event": f"told.{word}", "task_id": task, "owner_id": owner.id}
    at = datetime.now(UTC).isoformat()
    text = orjson.dumps({**line, "level": "info", "timestamp": at}).decode()
    world.argosy.container._logs.book.take(logging.INFO, text)


def absently(world: World, values: Any) -> Any:
    """Return the same with ids, names and numbers of what does not exist."""
    if isinstance(values, dict):
        return {name: absently(world, value) for name, value in values.items()}
    if isinstance(values, list):
        return [absently(world, value) for value in values]
    if isinstance(values, str) and (found := ID.fullmatch(values)):
        return f"{found[1]}_{new_id()}"
    if values == world.owner.id and not isinstance(values, bool):
        return NOBODY
    if values == str(world.owner.id):
        return str(NOBODY)
    return "nobody-here" if values == world.owner.name else values


def words(values: Any) -> list[str]:
    """Return the ids, names and numbers in what was asked, as they may stand in an answer."""
    if isinstance(values, dict):
        return [word for value in values.values() for word in words(value)]
    if isinstance(values, list):
        return [word for value in values for word in words(value)]
    return [str(values)] if isinstance(values, str | int) and not isinstance(values, bool) else []


def in_an_hour() -> datetime:
    """Return a time for a lease that does not run out while a test lasts."""
    return datetime.now(UTC) + timedelta(hours=1)
