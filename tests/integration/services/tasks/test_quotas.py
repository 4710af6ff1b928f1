"""Nobody gets more than their tier allows, however many ask at once."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta

import pytest

from services.access.identity import Identity
from services.access.quotas.quotas import Quotas, Use
from services.access.quotas.tiers import Tiers
from services.errors import ArgosyError, Conflict, ErrorCode, QuotaExceeded
from services.ids import show
from services.statistics.counting import add_used
from services.store.store import Store, Transaction
from services.tasks.changing.changes import Changes
from services.tasks.changing.removal import Removal
from services.tasks.states import TaskState
from services.tasks.tasks import Tasks
from tests.fakes.clock import START, FakeClock
from tests.integration.services.tasks.limited import MIDNIGHT, TIERS, A, B, C, plant_some, put, used

DAY = 86_400
TOMORROW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def tiers() -> Tiers:
    return TIERS


async def refusal(work: Awaitable[object]) -> ArgosyError:
    with pytest.raises(ArgosyError) as caught:
        await work
    return caught.value


async def count(store: Store) -> int:
    (row,) = await store.fetch("SELECT COUNT(*) AS n FROM tasks")
    return int(row["n"])


async def come(store: Store, user: Identity, *, received: int = 0, stored: int = 0) -> None:
    """Count bytes that have come in today, and bytes that lie there."""

    async def write(transaction: Transaction) -> None:
        await add_used(transaction, user.user_id, START, received=received, stored=stored)

    await store.write(write)


async def test_downloads_of_a_day_are_added_all_or_none(
    tasks: Tasks, store: Store, alice: Identity
) -> None:
    await put(store, alice, "some")
    await tasks.add(alice, [A])

    error = await refusal(tasks.add(alice, [A, B, C], force=True))

    assert isinstance(error, QuotaExceeded)
    assert error.code is ErrorCode.QUOTA_EXCEEDED
    assert error.message == (
        f"The tier some allows 3 downloads a day; 1 are used and 3 were asked for. {MIDNIGHT}"
    )
    assert error.retry_after == TOMORROW - START
    assert await count(store) == 1
    assert await used(store, alice) == {"added": 1, "received": 0, "stored": 0}
    assert len(await tasks.add(alice, [B, C])) == 2


async def test_quotas_of_a_day_begin_anew_at_midnight(
    tasks: Tasks, store: Store, clock: FakeClock, alice: Identity
) -> None:
    await put(store, alice, "some")
    await tasks.add(alice, [A, B, C])
    clock.advance((TOMORROW - START).total_seconds() - 1)
    await refusal(tasks.add(alice, [A]))

    clock.advance(1)

    assert len(await tasks.add(alice, [A])) == 1


async def test_files_of_a_group_are_downloads_each(
    tasks: Tasks, store: Store, alice: Identity
) -> None:
    await put(store, alice, "some")

    await tasks.ask(alice, [A, B], group="both")
    error = await refusal(tasks.ask(alice, [A, B], group="again"))

    assert "2 are used and 2 were asked for" in error.message


async def test_removed_tasks_still_count_for_the_day(
    tasks: Tasks, removal: Removal, store: Store, alice: Identity
) -> None:
    await put(store, alice, "some")
    added = await tasks.add(alice, [A, B, C])

    await removal.remove(alice, [show("task", task.id) for task in added])

    assert isinstance(await refusal(tasks.add(alice, [A])), QuotaExceeded)


async def test_what_is_asked_twice_with_a_key_counts_once(
    tasks: Tasks, store: Store, alice: Identity
) -> None:
    await put(store, alice, "some")

    first = await tasks.ask(alice, [A, B, C], key="k")
    again = await tasks.ask(alice, [A, B, C], key="k")

    assert [task.id for task in again] == [task.id for task in first]
    assert (await used(store, alice))["added"] == 3


@pytest.mark.parametrize(("tier", "most"), [("some", 3), ("few", 3)])
async def test_many_who_add_at_once_never_exceed_a_quota(
    tasks: Tasks, store: Store, alice: Identity, tier: str, most: int
) -> None:
    await put(store, alice, tier)
    urls = [f"https://example.com/{n}" for n in range(20)]

    ends = await asyncio.gather(*(tasks.add(alice, [u]) for u in urls), return_exceptions=True)

    refused = [end for end in ends if isinstance(end, QuotaExceeded)]
    assert len(refused) == len(urls) - most
    assert sum(isinstance(end, list) for end in ends) == most
    assert await count(store) == most
    assert (await used(store, alice))["added"] == most


async def test_adding_and_retrying_at_once_never_exceed_a_quota(
    tasks: Tasks, changes: Changes, store: Store, alice: Identity
) -> None:
    await put(store, alice, "few")
    failed = await plant_some(store, alice, *[TaskState.FAILED] * 8)

    await asyncio.gather(
        *(changes.retry(alice, [show("task", task.id)]) for task in failed),
        *(tasks.add(alice, [f"https://example.com/{n}"]) for n in range(8)),
        return_exceptions=True,
    )

    (row,) = await store.fetch("SELECT COUNT(*) AS n FROM tasks WHERE state = 'PENDING'")
    assert row["n"] == 3


async def test_quotas_of_one_are_none_of_anothers(
    tasks: Tasks, store: Store, alice: Identity, bob: Identity, admin: Identity
) -> None:
    await put(store, alice, "nothing")
    await put(store, admin, "nothing")

    added = await tasks.add(bob, [A] * 100)

    assert len(added) == 100
    assert isinstance(await refusal(tasks.add(alice, [A])), QuotaExceeded)
    assert isinstance(await refusal(tasks.add(admin, [A])), QuotaExceeded)


async def test_only_what_is_not_finished_counts_as_at_once(
    tasks: Tasks, store: Store, alice: Identity
) -> None:
    await put(store, alice, "few")
    ended = (TaskState.COMPLETED, TaskState.FAILED, TaskState.CANCELLED, TaskState.SKIPPED)
    await plant_some(store, alice, *ended, TaskState.PAUSED, TaskState.RETRYING)

    error = await refusal(tasks.add(alice, [A, B]))
    added = await tasks.add(alice, [A])

    assert error.message == (
        "The tier few allows 3 tasks at once that are not finished. Wait until some are, or "
        "cancel some."
    )
    assert len(added) == 1


async def test_retried_tasks_count_as_at_once_until_there_is_no_room(
    changes: Changes, store: Store, alice: Identity
) -> None:
    await put(store, alice, "few")
    states = (TaskState.PENDING, TaskState.RETRYING, TaskState.FAILED, TaskState.CANCELLED)
    planted = await plant_some(store, alice, *states)

    done = await changes.retry(alice, [show("task", task.id) for task in planted])

    codes = [result.error.code if result.error else None for result in done.results]
    assert codes == [None, None, None, ErrorCode.QUOTA_EXCEEDED]


async def test_restored_tasks_count_as_at_once(
    tasks: Tasks, removal: Removal, store: Store, alice: Identity
) -> None:
    await put(store, alice, "few")
    first = await tasks.add(alice, [A, B])
    removed = await removal.remove(alice, [show("task", task.id) for task in first])
    await tasks.add(alice, [A, B])

    restored = await removal.restore(alice, removal=show("removal", removed.removal_id))
    error = await refusal(removal.restore(alice, removal=show("removal", removed.removal_id)))

    assert restored.count == 1
    assert [e.code for e in restored.done.errors] == [ErrorCode.QUOTA_EXCEEDED]
    assert error.code is ErrorCode.QUOTA_EXCEEDED


async def test_finished_tasks_are_restored_whatever_the_quota(
    removal: Removal, store: Store, alice: Identity
) -> None:
    await put(store, alice, "few")
    await plant_some(store, alice, *[TaskState.PENDING] * 3)
    (task,) = await plant_some(store, alice, TaskState.COMPLETED)
    await removal.remove(alice, [show("task", task.id)])

    restored = await removal.restore(alice, [show("task", task.id)])

    assert (restored.count, restored.done.errors) == (1, [])


async def test_administrator_retries_within_the_quota_of_the_owner(
    changes: Changes, store: Store, alice: Identity, admin: Identity
) -> None:
    await put(store, alice, "few")
    *_, failed = await plant_some(store, alice, *[TaskState.PENDING] * 3, TaskState.FAILED)

    done = await changes.retry(admin, [show("task", failed.id)])

    assert [error.code for error in done.errors] == [ErrorCode.QUOTA_EXCEEDED]


async def test_nothing_is_added_once_the_bytes_of_the_day_are_used_up(
    tasks: Tasks, store: Store, alice: Identity
) -> None:
    await put(store, alice, "thin")
    await come(store, alice, received=999)
    await tasks.add(alice, [A])

    await come(store, alice, received=1)
    error = await refusal(tasks.add(alice, [A]))

    assert error.message == f"The tier thin allows 1.0 kB a day; 1.0 kB have come in. {MIDNIGHT}"


async def test_nothing_is_added_once_files_are_as_large_as_allowed(
    tasks: Tasks, store: Store, alice: Identity
) -> None:
    await put(store, alice, "small")
    await come(store, alice, stored=899)
    await tasks.add(alice, [A])

    await plant_some(store, alice, TaskState.RUNNING)  # of which 100 bytes have come
    await come(store, alice, stored=1)
    error = await refusal(tasks.add(alice, [A]))

    assert error.message == (
        "The tier small allows files of 1.0 kB together; with what is on its way there are 1.0 "
        "kB. Remove tasks with their files."
    )


async def test_all_that_is_used_up_is_named(tasks: Tasks, store: Store, alice: Identity) -> None:
    await put(store, alice, "poor")
    await plant_some(store, alice, TaskState.PENDING)
    await come(store, alice, received=100, stored=100)

    error = await refusal(tasks.add(alice, [A, B]))

    words = ("downloads a day", "have come in", "tasks at once", "files of 100 B together")
    assert all(word in error.message for word in words)


async def test_who_has_a_tier_that_is_gone_adds_nothing(
    tasks: Tasks, changes: Changes, quotas: Quotas, store: Store, alice: Identity
) -> None:
    (failed,) = await plant_some(store, alice, TaskState.FAILED)
    await put(store, alice, "gold")

    error = await refusal(tasks.add(alice, [A]))
    done = await changes.retry(alice, [show("task", failed.id)])

    assert isinstance(error, Conflict)
    assert error.message.startswith("The tier gold of this user is not in the settings")
    assert [e.message for e in done.errors] == [error.message]
    assert (await quotas.of(alice)).tasks_at_once == Use(0, 0)
    assert await quotas.without_tier() == [("alice", "gold")]


async def test_what_is_used_and_left_is_told(
    tasks: Tasks, quotas: Quotas, store: Store, alice: Identity
) -> None:
    await put(store, alice, "some")
    await tasks.add(alice, [A, B])
    await plant_some(store, alice, TaskState.COMPLETED, TaskState.RUNNING)
    await come(store, alice, received=500, stored=300)

    quota = await quotas.of(alice)

    assert quota.tier == "some"
    assert quota.downloads_per_day == Use(3, 2, TOMORROW)
    assert quota.downloads_per_day.remaining == 1
    assert quota.bytes_per_day == Use(None, 500, TOMORROW)
    assert quota.bytes_per_day.remaining is None
    assert quota.tasks_at_once == Use(None, 3)
    assert quota.stored_bytes == Use(None, 400)


async def test_less_than_nothing_is_never_left(
    tasks: Tasks, quotas: Quotas, store: Store, alice: Identity
) -> None:
    await tasks.add(alice, [A])
    await put(store, alice, "nothing")

    use = (await quotas.of(alice)).downloads_per_day

    assert (use.used, use.remaining) == (1, 0)


async def test_midnight_is_that_of_utc(quotas: Quotas, clock: FakeClock, alice: Identity) -> None:
    clock.set_ahead(timedelta(hours=11, minutes=59))
    before = (await quotas.of(alice)).downloads_per_day.resets_at
    clock.set_ahead(timedelta(hours=12))

    assert before == TOMORROW
    assert (await quotas.of(alice)).downloads_per_day.resets_at == TOMORROW + timedelta(days=1)
