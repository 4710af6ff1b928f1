"""Tasks that fail one after the other are told: to whose they are, and to administrators."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from services.access.identity import Role
from services.access.people.users import User, Users
from services.alerts.records import AlertState
from services.alerts.rules.tasks import TasksFailing
from services.alerts.watcher import Watcher
from services.events.kinds import EventKind
from services.ids import new_id
from services.store.store import NewEvent, Store, Transaction
from tests.fakes.clock import FakeClock
from tests.integration.services.alerts.conftest import Watch
from tests.integration.services.alerts.reading import all_alerts, only_alert

End = Callable[..., Awaitable[None]]

FAILED, COMPLETED = EventKind.TASK_FAILED, EventKind.TASK_COMPLETED


@pytest.fixture
async def ada(store: Store, clock: FakeClock) -> User:
    return await Users(store=store, clock=clock).create("ada", Role.USER)


@pytest.fixture
async def bob(store: Store, clock: FakeClock) -> User:
    return await Users(store=store, clock=clock).create("bob", Role.USER)


@pytest.fixture
def watcher(store: Store, clock: FakeClock, watch: Watch) -> Watcher:
    return watch(TasksFailing(store=store, clock=clock, most=3))


@pytest.fixture
def end(store: Store, clock: FakeClock) -> End:
    """Let tasks of somebody end in this way, in this order."""

    async def ended(whose: User, *kinds: EventKind) -> None:
        async def work(transaction: Transaction) -> None:
            for kind in kinds:
                data: dict[str, object] = {"code": "TIMED_OUT"} if kind is FAILED else {}
                event = NewEvent(whose.id, new_id(), kind.value, data, clock.now())
                transaction.record(event)

        await store.write(work)

    return ended


async def test_failures_in_a_row_are_told_to_whose_tasks_they_are(
    store: Store, end: End, watcher: Watcher, ada: User
) -> None:
    await end(ada, FAILED, FAILED)
    await watcher.look()
    before = await all_alerts(store)
    await end(ada, FAILED)
    await watcher.look()

    alert = await only_alert(store)
    assert before == []
    assert (alert.owner_id, alert.subject) == (ada.id, f"user_{ada.id}")
    assert alert.details == {"failures": 3, "code": "TIMED_OUT"}


async def test_success_restores_it(store: Store, end: End, watcher: Watcher, ada: User) -> None:
    await end(ada, *[FAILED] * 3)
    await watcher.look()
    await end(ada, COMPLETED)
    await watcher.look()

    assert (await only_alert(store)).state is AlertState.RESTORED


async def test_success_between_failures_begins_anew(
    store: Store, end: End, watcher: Watcher, ada: User
) -> None:
    await end(ada, FAILED, FAILED, COMPLETED, FAILED, FAILED)

    await watcher.look()

    assert await all_alerts(store) == []


async def test_what_is_neither_success_nor_failure_does_not_count(
    store: Store, end: End, watcher: Watcher, ada: User
) -> None:
    await end(ada, FAILED, EventKind.TASK_SKIPPED, FAILED, EventKind.TASK_CANCELLED)

    await watcher.look()

    assert await all_alerts(store) == []


async def test_failures_of_several_users_are_told_to_administrators(
    store: Store, end: End, watcher: Watcher, ada: User, bob: User
) -> None:
    await end(ada, FAILED, FAILED)
    await end(bob, FAILED)

    await watcher.look()

    alert = await only_alert(store)
    assert (alert.owner_id, alert.subject) == (None, "")


async def test_failures_of_one_user_are_nobody_elses_affair(
    store: Store, end: End, watcher: Watcher, ada: User, bob: User
) -> None:
    await end(ada, *[FAILED] * 4)
    await end(bob, COMPLETED)

    await watcher.look()

    assert (await only_alert(store)).owner_id == ada.id


async def test_failures_before_a_restart_count(
    store: Store, clock: FakeClock, end: End, watch: Watch, ada: User
) -> None:
    await end(ada, *[FAILED] * 3)

    for _ in range(2):
        await watch(TasksFailing(store=store, clock=clock, most=3)).look()

    alert = await only_alert(store)
    assert (alert.state, alert.occurrences) == (AlertState.OPEN, 2)


async def test_failures_are_forgotten_after_a_day(
    store: Store, clock: FakeClock, end: End, watcher: Watcher, ada: User
) -> None:
    await end(ada, *[FAILED] * 3)
    await watcher.look()
    clock.advance(timedelta(days=1).total_seconds())
    await watcher.look()

    assert (await only_alert(store)).state is AlertState.RESTORED


async def test_long_log_is_read_to_its_end(
    store: Store,
    end: End,
    watcher: Watcher,
    ada: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.alerts.rules.tasks.PAGE", 2)
    await end(ada, *[COMPLETED] * 4, *[FAILED] * 5)

    await watcher.look()

    assert (await only_alert(store)).details["failures"] == 5
