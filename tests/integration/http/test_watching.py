"""What the server watches, by downloads that fail and backups that are not made."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from argosy.parts.backups import make_backups
from services.alerts.rules.backups import BackupOverdue
from services.alerts.watcher import Watcher
from services.backups.progress import ProgressBoard
from services.backups.records import Wish
from tests.fakes.clock import FakeClock
from tests.fakes.hook_receiver import Receiver, answer
from tests.fakes.origin import Origin, Resource
from tests.integration.http.running import PATIENCE_SECONDS, Running, serving

LATER = "2099-01-01T00:00:00Z"
LIST = "{ alerts { nodes { rule level message state } } }"


async def finished(argosy: Running, task: str) -> str:
    """Return the state of a task once it has ended."""
    query = "query($id: ID!) { task(id: $id) { state } }"
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            state = (await argosy.ask(query, id=task)).data["task"]["state"]
            if state in {"FAILED", "COMPLETED"}:
                return str(state)
            await asyncio.sleep(0.02)


async def test_downloads_that_fail_are_told_and_one_that_works_restores_it(
    tmp_path: Path,
) -> None:
    add = "mutation($u: [String!]!) { addDownloads(input: { urls: $u }) { tasks { id } } }"
    settings: dict[str, Any] = {"allow_networks": "127.0.0.1", "alert_failed_tasks": 3}
    async with serving(tmp_path, **settings) as argosy:
        with Origin() as origin:
            good = origin.put("/there", Resource(b"abc"))
            bad = [good.replace("/there", f"/nothing-{n}") for n in range(3)]
            added = (await argosy.ask(add, u=bad)).data["addDownloads"]["tasks"]
            ends = [await finished(argosy, task["id"]) for task in added]
            await argosy.container.alerts.watcher.look()
            during = (await argosy.ask(LIST)).data["alerts"]["nodes"]
            (task,) = (await argosy.ask(add, u=[good])).data["addDownloads"]["tasks"]
            ends.append(await finished(argosy, task["id"]))
            await argosy.container.alerts.watcher.look()
            after = (await argosy.ask(LIST)).data["alerts"]["nodes"]

    told = [alert for alert in during if alert["rule"] == "tasks.failing"]
    then = [alert for alert in after if alert["rule"] == "tasks.failing"]
    assert ends == ["FAILED"] * 3 + ["COMPLETED"]
    assert [(alert["state"], alert["level"]) for alert in told] == [("OPEN", "WARNING")]
    assert "HTTP_STATUS" in told[0]["message"]
    assert [alert["state"] for alert in then] == ["RESTORED"]


async def test_backup_that_is_due_for_long_is_told_and_one_that_is_made_restores_it(
    argosy: Running, clock: FakeClock
) -> None:
    container = argosy.container
    clock.set_ahead(datetime.now(UTC) - clock.now())
    backups = make_backups(
        container.settings,
        store=container._store,
        clock=clock,
        issues=container.alerts.alerts,
        metrics=container.metrics,
        board=ProgressBoard(clock),
    )
    watcher = Watcher(
        alerts=container.alerts.alerts,
        store=container._store,
        clock=clock,
        rules=[BackupOverdue(backups.standing)],
        seconds=30,
    )
    await watcher.look()
    early = (await argosy.ask(LIST)).data["alerts"]["nodes"]
    clock.advance(timedelta(days=2).total_seconds())
    await watcher.look()
    overdue = (await argosy.ask(LIST)).data["alerts"]["nodes"]
    made = await backups.create(Wish())
    clock.advance(BackupOverdue.every)
    await watcher.look()
    after = (await argosy.ask(LIST)).data["alerts"]["nodes"]

    assert early == []
    assert [(a["rule"], a["state"], a["level"]) for a in overdue] == [
        ("backup.overdue", "OPEN", "CRITICAL")
    ]
    assert (container.settings.backups / made.filename).exists()
    assert [alert["state"] for alert in after] == ["RESTORED"]


async def alerts_about(argosy: Running, rule: str) -> list[tuple[str, str]]:
    nodes = (await argosy.ask(LIST)).data["alerts"]["nodes"]
    return [(a["rule"], a["state"]) for a in nodes if a["rule"] == rule]


async def test_webhook_that_is_gone_is_told_and_switching_it_on_restores_it(
    tmp_path: Path,
) -> None:
    create = "mutation($i: CreateWebhookInput!) { createWebhook(input: $i) { webhook { id } } }"
    add = "mutation($i: AddDownloadsInput!) { addDownloads(input: $i) { errors { code } } }"
    on = "mutation($i: UpdateWebhookInput!) { updateWebhook(input: $i) { errors { code } } }"
    async with serving(tmp_path, allow_networks="127.0.0.0/8") as argosy, Receiver() as receiver:
        receiver.usual = answer(410)
        wish = {"url": receiver.url(), "events": ["task.*"]}
        webhook = (await argosy.ask(create, i=wish)).data["createWebhook"]["webhook"]["id"]
        await argosy.ask(add, i={"urls": ["https://example.com/a"], "startAt": LATER})
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (during := await alerts_about(argosy, "webhook.failing")):
                await asyncio.sleep(0.02)
        await argosy.ask(on, i={"id": webhook, "isActive": True})
        after = await alerts_about(argosy, "webhook.failing")

    assert during == [("webhook.failing", "OPEN")]
    assert after == [("webhook.failing", "RESTORED")]
