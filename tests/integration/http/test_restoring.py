"""A backup is restored while the server works."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import WSMsgType

from services.access.identity import Role, Scope
from services.backups.progress import Operation, Phase
from services.backups.records import Wish
from services.backups.restoring.restoring import RestoreWish
from services.backups.restoring.steps import Step
from services.errors import Unavailable
from services.events.kinds import EventKind
from services.ids import new_id
from services.store.store import NewEvent, Transaction
from tests.fakes.origin import Origin, Resource, content
from tests.integration.http.listening import EVENTS, place
from tests.integration.http.running import KEY, Running, serving, until
from tests.integration.http.talking import acknowledged

PREVIEW = """
    query($filename: String!) { restorePreview(filename: $filename) {
        filename confirmation version dialect lost migrations sealedAway warnings
        tables { table rows added changed removed }
        examples { table change name }
    } }
"""
RESTORE = """
    mutation($input: RestoreBackupInput!) { restoreBackup(input: $input) {
        filename before rows files errors { code message field }
    } }
"""
ADD = """
    mutation($input: AddDownloadsInput!) { addDownloads(input: $input) {
        tasks { id } errors { field message }
    } }
"""
UPDATE = """
    mutation($value: String!) {
        updateConfiguration(input: {
            settings: [{ name: "max_concurrent_downloads", value: $value }]
        }) { errors { message } }
    }
"""
SET = "{ configuration { settings { name value runningValue } } }"
ALERTS = '{ alerts(filter: { rules: ["tasks.failing"] }) { nodes { rule } } }'
STATES = "{ tasks { nodes { name state } } }"
AUDIT = "{ auditLog(first: 5) { nodes { action outcome actorName } } }"
SIZE = 300_000


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as running:
        yield running


@pytest.fixture
async def fetching(tmp_path: Path) -> AsyncIterator[Running]:
    """A server that may fetch from this machine."""
    async with serving(tmp_path, allow_networks="127.0.0.1") as running:
        yield running


async def back_up(argosy: Running) -> str:
    return (await argosy.container.services.backups.create(Wish("to be restored"))).filename


async def preview(argosy: Running, filename: str) -> Any:
    return (await argosy.ask(PREVIEW, filename=filename)).data["restorePreview"]


async def restore(argosy: Running, filename: str, confirmation: str | None = None) -> Any:
    given = confirmation or (await preview(argosy, filename))["confirmation"]
    wish = {"filename": filename, "confirmation": given}
    return (await argosy.ask(RESTORE, input=wish)).data["restoreBackup"]


async def states(argosy: Running) -> dict[str, str]:
    nodes = (await argosy.ask(STATES)).data["tasks"]["nodes"]
    return {node["name"]: node["state"] for node in nodes}


async def fetched(argosy: Running, name: str) -> bytes:
    """Wait until a file lies where it belongs, and return what is in it."""
    file = argosy.container.settings.downloads / "admin" / name
    await until(file.exists)
    return file.read_bytes()


async def test_all_is_as_it_was_when_the_backup_was_made(argosy: Running) -> None:
    await argosy.plant(name="kept.mkv", state="PAUSED")
    filename = await back_up(argosy)
    await argosy.plant(name="since.mkv", state="PAUSED")
    _, since = await argosy.user("since", Scope.TASKS_READ)

    shown = await preview(argosy, filename)
    restored = await restore(argosy, filename)

    changes = {table["table"]: table for table in shown["tables"]}
    assert (changes["tasks"]["added"], changes["tasks"]["removed"]) == (0, 1)
    assert {"table": "users", "change": "REMOVED", "name": "since"} in shown["examples"]
    assert shown["lost"] >= 3
    assert any("Users that were made since are removed" in text for text in shown["warnings"])
    assert restored["errors"] == []
    assert restored["before"].startswith("before_restore_")
    assert await states(argosy) == {"kept.mkv": "PAUSED"}
    assert (await argosy.ask(STATES, key=since)).status == 401


async def test_key_for_backups_alone_restores_none(argosy: Running) -> None:
    filename = await back_up(argosy)
    confirmation = (await preview(argosy, filename))["confirmation"]
    made = await argosy.ask(
        """mutation { createApiKey(input: { name: "few", scopes: ["backups:write"] }) { value } }"""
    )
    few = made.data["createApiKey"]["value"]
    wish = {"filename": filename, "confirmation": confirmation}

    answer = await argosy.ask(RESTORE, key=few, input=wish)

    assert "FORBIDDEN" in str(answer.json)
    assert (await argosy.ask(PREVIEW, key=few, filename=filename)).data["restorePreview"]
    backups = await argosy.container.services.backups.all()
    assert [backup.filename for backup in backups] == [filename]


async def test_who_restored_is_in_the_audit_log_and_an_event_tells_of_it(argosy: Running) -> None:
    filename = await back_up(argosy)

    await restore(argosy, filename)

    entries = (await argosy.ask(AUDIT)).data["auditLog"]["nodes"]
    assert {"action": "restoreBackup", "outcome": "OK", "actorName": "admin"} in entries
    store = argosy.container._store
    events = await store.fetch("SELECT data FROM events WHERE kind = 'backup.restored'")
    assert [filename in event["data"] for event in events] == [True]
    newest = argosy.container.services.backup_board.newest
    assert newest is not None
    assert (newest.operation, newest.phase) == (Operation.RESTORE, Phase.COMPLETED)


async def test_what_was_set_while_the_server_ran_is_that_of_the_backup(argosy: Running) -> None:
    await argosy.ask(UPDATE, value="7")
    filename = await back_up(argosy)
    await argosy.ask(UPDATE, value="9")

    await restore(argosy, filename)

    settings = (await argosy.ask(SET)).data["configuration"]["settings"]
    shown = {"name": "max_concurrent_downloads", "value": "7", "runningValue": "7"}
    assert shown in settings
    assert argosy.container._runner.most == 7


async def test_failures_that_the_backup_does_not_have_are_no_alert(argosy: Running) -> None:
    container = argosy.container
    filename = await back_up(argosy)
    kind, at = EventKind.TASK_FAILED.value, datetime.now(UTC)

    async def fail(transaction: Transaction) -> None:
        for _ in range(container.settings.alert_failed_tasks):
            transaction.record(NewEvent(container.admin.id, new_id(), kind, {}, at))

    await container._store.write(fail)
    await container.alerts.watcher.look()
    before = (await argosy.ask(ALERTS)).data["alerts"]["nodes"]

    await restore(argosy, filename)
    await container.alerts.watcher.look()

    assert before == [{"rule": "tasks.failing"}]
    assert (await argosy.ask(ALERTS)).data["alerts"]["nodes"] == []


async def test_backup_is_confirmed_before_anything_is_done(argosy: Running) -> None:
    await argosy.plant(name="kept.mkv", state="PAUSED")
    filename = await back_up(argosy)
    await argosy.plant(name="since.mkv", state="PAUSED")

    refused = await restore(argosy, filename, "0" * 64)

    (error,) = refused["errors"]
    assert (error["code"], error["field"]) == ("INVALID_INPUT", "confirmation")
    assert set(await states(argosy)) == {"kept.mkv", "since.mkv"}


@pytest.mark.parametrize("name", ["../secret.key", "no_20260101_000000.tar.gz", "", "/etc/passwd"])
async def test_backup_that_does_not_lie_there(argosy: Running, name: str) -> None:
    answer = await argosy.ask(PREVIEW, filename=name)

    assert answer.code == "NOT_FOUND"


async def test_damaged_backup_is_refused(argosy: Running) -> None:
    filename = await back_up(argosy)
    confirmation = (await preview(argosy, filename))["confirmation"]
    there = argosy.container.settings.backups / filename
    there.write_bytes(there.read_bytes()[:-20])

    refused = await restore(argosy, filename, confirmation)

    assert [error["code"] for error in refused["errors"]] == ["BACKUP_UNUSABLE"]
    assert (await argosy.get("/health")).status == 200


async def test_tasks_go_on_after_a_restore_that_came_while_they_ran(
    fetching: Running, origin: Origin
) -> None:
    slow = origin.put("/slow.bin", Resource(content(SIZE), speed=SIZE))
    await fetching.ask(ADD, input={"urls": [slow]})
    await until(lambda: bool(origin.asked_for("/slow.bin")))
    filename = await back_up(fetching)
    quick = origin.put("/quick.bin", Resource(content(SIZE)))
    await fetching.ask(ADD, input={"urls": [quick]})

    await restore(fetching, filename)
    slowly = await fetched(fetching, "slow.bin")
    await fetching.ask(ADD, input={"urls": [quick + "?again"]})
    await until(lambda: len(origin.asked_for("/quick.bin")) > 1)

    assert slowly == content(SIZE)
    assert await fetched(fetching, "quick.bin") == content(SIZE)
    assert (await fetching.get("/health")).status == 200


async def test_who_follows_is_told_that_the_log_is_another_one(argosy: Running) -> None:
    filename = await back_up(argosy)
    old = place(argosy, 0)
    async with acknowledged(argosy) as client:
        await client.subscribe("a", EVENTS)
        await argosy.plant(state="PAUSED")
        await restore(argosy, filename)
        told = (await client.hear_next("a"))["taskEvents"]

    assert told["lagged"]["reason"] == "EXPIRED"
    assert told["cursor"].partition(".")[0] != old.partition(".")[0]


async def test_sockets_of_keys_that_are_gone_are_closed(argosy: Running) -> None:
    filename = await back_up(argosy)
    _, since = await argosy.user("since", Scope.TASKS_READ)
    async with acknowledged(argosy, key=since) as client:
        await client.subscribe("a", EVENTS)
        await restore(argosy, filename)
        while (message := await client.connection.receive()).type is WSMsgType.TEXT:
            assert "lagged" in message.data  # and no event of the other database

    assert client.connection.close_code == 4403


@pytest.mark.parametrize("step", [Step.SAVING, Step.FILLED, Step.STARTING])
async def test_server_goes_on_as_it_was_after_a_failure(argosy: Running, step: Step) -> None:
    await argosy.plant(name="kept.mkv", state="PAUSED")
    filename = await back_up(argosy)
    await argosy.plant(name="since.mkv", state="PAUSED")

    def fail(reached: Step) -> None:
        if reached is step:
            message = "no more"
            raise Unavailable(message)

    argosy.container.restoring.restoring._tell = fail
    refused = await restore(argosy, filename)

    assert [error["code"] for error in refused["errors"]] == ["UNAVAILABLE"]
    assert set(await states(argosy)) == {"kept.mkv", "since.mkv"}
    assert (await argosy.get("/health")).status == 200
    newest = argosy.container.services.backup_board.newest
    assert newest is not None
    assert (newest.phase, newest.operation) == (Phase.FAILED, Operation.RESTORE)
    assert await argosy.plant(name="more.mkv", state="PAUSED")


async def test_key_that_was_revoked_since_works_again_and_that_is_said_before(
    argosy: Running,
) -> None:
    user, key = await argosy.user("carol", Scope.TASKS_READ, role=Role.USER)
    filename = await back_up(argosy)
    await argosy.container._store.write(
        lambda transaction: transaction.execute("DELETE FROM keys WHERE user_id = ?", user.id)
    )
    gone = await argosy.ask(STATES, key=key)

    shown = await preview(argosy, filename)
    await restore(argosy, filename)
    again = await argosy.ask(STATES, key=key)

    assert (gone.status, again.status) == (401, 200)
    told = "Access keys that do not work now, and would afterwards: 1."
    assert any(text.startswith(told) for text in shown["warnings"])


async def test_the_key_of_the_settings_works_though_the_backup_does_not_have_it(
    argosy: Running,
) -> None:
    store = argosy.container._store
    await store.write(lambda transaction: transaction.execute("DELETE FROM keys"))
    filename = await back_up(argosy)

    await argosy.container.services.restoring.restore(RestoreWish(filename))

    assert (await argosy.ask("{ viewer { name } }", key=KEY)).data["viewer"]["name"] == "admin"
