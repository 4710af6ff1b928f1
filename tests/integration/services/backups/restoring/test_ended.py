"""Whatever ends a restore, and when: everything is as it was, or all of it is restored."""

import asyncio
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from services.backups.records import Wish
from services.backups.restoring.preparation import PREFIX, clear_leftovers
from services.backups.restoring.restoring import RestoreWish
from services.backups.restoring.steps import Step
from services.errors import Unavailable
from services.store.choose import DATABASE, make_store
from services.store.store import Store
from tests.integration.databases import Databases, opened
from tests.integration.services.backups.filling import contents, fill, models
from tests.integration.services.backups.restoring.offline import offline
from tests.integration.services.backups.restoring.test_targets import change_everything, execute

ROOT = Path(__file__).parents[5]
DONE = {Step.SWAPPED, Step.STARTING, Step.DONE}
IN_THE_TRANSACTION = [Step.SWAPPING, Step.EMPTIED, Step.FILLED, Step.SWAPPED]
STEADY = sorted(set(models()) - {"settings", "events", "schedules", "log_counts"})

Contents = dict[str, list[dict[str, Any]]]


def archived(found: Contents) -> Contents:
    """Return what is the same in a database that was restored: the fences of tasks are not."""
    tasks = [{**task, "attempt": 0, "revision": 0} for task in found["tasks"]]
    left_out = ("sessions", "one_time_tokens", "notices")
    return {**found, "tasks": tasks, **{table: [] for table in left_out}}


async def back_up_and_change(store: Store, data_dir: Path, url: str | None) -> tuple[Path, Any]:
    """Fill a store, make an archive, change everything; return the archive and what is in it."""
    await fill(store)
    here = offline(store, data_dir, url)
    made = await here.backups.create(Wish("to be restored"))
    in_it = await contents(store, STEADY)
    await change_everything(store)
    return here.settings.backups / made.filename, in_it


async def still_writes(store: Store) -> None:
    """Show that whoever wants to write can."""
    await execute(store, "UPDATE users SET tier = 'unlimited'")


async def end_at(step: Step, data_dir: Path, url: str | None, archive: Path) -> None:
    """Restore in a process of its own that is killed at `step`."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.integration.services.backups.restoring.ended"),
        *(str(data_dir), url or "", str(archive), step.value),
        cwd=ROOT,
    )
    assert await child.wait() == -signal.SIGKILL


@pytest.mark.parametrize("step", Step)
async def test_kill_9_on_sqlite(databases: Databases, tmp_path: Path, step: Step) -> None:
    await databases.sqlite(tmp_path)
    async with opened(make_store(tmp_path, None)) as store:
        archive, in_it = await back_up_and_change(store, tmp_path, None)
        before = await contents(store, STEADY)

    await end_at(step, tmp_path, None, archive)

    async with opened(make_store(tmp_path, None)) as store:
        after = await contents(store, STEADY)
        await still_writes(store)
    assert archived(after) == (archived(in_it) if step in DONE else archived(before))
    assert (after == before) is (step not in DONE)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    clear_leftovers(tmp_path)
    assert list(tmp_path.glob(f"{PREFIX}*")) == []


@pytest.mark.parametrize("step", IN_THE_TRANSACTION)
async def test_kill_9_on_postgres(postgres: Store, tmp_path: Path, step: Step) -> None:
    url: str = postgres._url  # type: ignore[attr-defined]
    archive, in_it = await back_up_and_change(postgres, tmp_path, url)
    before = await contents(postgres, STEADY)

    await end_at(step, tmp_path, url, archive)

    after = await contents(postgres, STEADY)  # waits until PostgreSQL has noticed
    assert archived(after) == (archived(in_it) if step in DONE else archived(before))
    await still_writes(postgres)


@pytest.mark.parametrize("step", [step for step in Step if step not in DONE])
async def test_failure_leaves_everything_as_it_was(
    store: Store, tmp_path: Path, step: Step
) -> None:
    url = getattr(store, "_url", None)
    archive, _ = await back_up_and_change(store, tmp_path, url)
    before = await contents(store, STEADY)

    def fail(reached: Step) -> None:
        if reached is step:
            raise Unavailable(reached)

    failing = offline(store, tmp_path, url, fail).restoring
    with pytest.raises(Unavailable, match=step.value):
        await failing.restore(RestoreWish(str(archive)))

    assert await contents(store, STEADY) == before
    assert list(tmp_path.glob(f"{PREFIX}*")) == []
    await still_writes(store)  # nobody is kept out any more


async def test_restoring_what_was_before_undoes_it(store: Store, tmp_path: Path) -> None:
    url = getattr(store, "_url", None)
    archive, in_it = await back_up_and_change(store, tmp_path, url)
    before = await contents(store, STEADY)
    here = offline(store, tmp_path, url)

    restored = await here.restoring.restore(RestoreWish(str(archive)))
    middle = await contents(store, STEADY)
    assert restored.before is not None
    await here.restoring.restore(RestoreWish(restored.before))

    assert archived(middle) == archived(in_it)
    assert archived(await contents(store, STEADY)) == archived(before)


async def test_failure_after_the_swap_brings_back_what_was_before(
    store: Store, tmp_path: Path
) -> None:
    url = getattr(store, "_url", None)
    archive, _ = await back_up_and_change(store, tmp_path, url)
    before = await contents(store, STEADY)

    def fail(reached: Step) -> None:
        if reached is Step.STARTING:
            message = "it does not start"
            raise Unavailable(message)

    failing = offline(store, tmp_path, url, fail).restoring
    with pytest.raises(Unavailable, match=r"has what it had before.*it does not start"):
        await failing.restore(RestoreWish(str(archive)))

    assert archived(await contents(store, STEADY)) == archived(before)
