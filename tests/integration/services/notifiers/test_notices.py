"""Which notices are written with an alert, and when they are due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.access.identity import Identity
from services.alerts.alerts import Alerts
from services.alerts.issues import Level
from services.ids import new_id
from services.notifiers.notices import MOST_WAITING
from services.notifiers.quiet import QuietHours
from services.notifiers.wishes import NotifierWish, quiet_columns
from services.store.rows import marks, read_id, read_time
from services.store.store import NewEvent, Store, Transaction
from tests.fakes.clock import START, FakeClock
from tests.integration.services.notifiers.conftest import Somebody

WISH = NotifierWish("phone", "json://hook.example", digest_seconds=0)
QUIET = QuietHours(11 * 60, 13 * 60, "UTC")  # the clock of the tests stands at noon


async def plant(store: Store, owner: Identity, wish: NotifierWish = WISH) -> UUID:
    """Write a notifier that is never sent anything."""
    columns = {
        "id": new_id(),
        "owner_id": owner.user_id,
        "name": wish.name,
        "service": "JSON",
        "shown": "json://…",
        "url": "",
        "level": wish.level.value,
        "is_active": wish.is_active,
        "tells_restored": wish.tells_restored,
        "tells_others": wish.tells_others,
        "digest_seconds": wish.digest_seconds,
        "failures": 0,
        "created_at": START,
        **quiet_columns(wish.quiet),
    }

    async def write(transaction: Transaction) -> None:
        statement = f"INSERT INTO notifiers ({', '.join(columns)}) VALUES ({marks(len(columns))})"  # noqa: S608
        await transaction.execute(statement, *columns.values())

    await store.write(write)
    return columns["id"]  # type: ignore[return-value]


async def told(store: Store) -> list[tuple[UUID, str]]:
    """Return what each notifier is to tell."""
    rows = await store.fetch("SELECT notifier_id, title FROM notices ORDER BY id")
    return [(read_id(row["notifier_id"]), row["title"]) for row in rows]


async def due(store: Store) -> list[datetime]:
    rows = await store.fetch("SELECT due_at FROM notices ORDER BY id")
    return [read_time(row["due_at"]) for row in rows]


async def test_server_is_the_administrators_matter(
    store: Store, alerts: Alerts, admin: Identity, somebody: Somebody
) -> None:
    await plant(store, await somebody("eve"))
    administrators = await plant(store, admin)

    await alerts.report("disk.low", "There is little room.", level=Level.WARNING)

    assert await told(store) == [(administrators, "Warning: disk.low")]


async def test_what_a_user_has_is_their_matter(
    store: Store, alerts: Alerts, admin: Identity, somebody: Somebody
) -> None:
    eve, bob = await somebody("eve"), await somebody("bob")
    eves = await plant(store, eve)
    await plant(store, bob)
    await plant(store, admin)
    curious = await plant(store, admin, replace(WISH, tells_others=True))
    await plant(store, bob, replace(WISH, tells_others=True))  # who is no administrator any more

    await alerts.report(
        "webhook.failing", "It fails.", level=Level.WARNING, subject="w", owner_id=eve.user_id
    )

    assert sorted(await told(store)) == sorted(
        [(eves, "Warning: webhook.failing (w)"), (curious, "Warning: webhook.failing (w)")]
    )


@pytest.mark.parametrize(
    ("least", "level", "is_told"),
    [
        (Level.INFO, Level.INFO, True),
        (Level.WARNING, Level.INFO, False),
        (Level.WARNING, Level.CRITICAL, True),
        (Level.CRITICAL, Level.WARNING, False),
    ],
)
async def test_less_than_the_level_is_not_told(
    alerts: Alerts, admin: Identity, least: Level, level: Level, is_told: bool
) -> None:
    store = alerts._store
    await plant(store, admin, replace(WISH, level=least))

    await alerts.report("disk.low", "There is little room.", level=level)

    assert bool(await told(store)) is is_told


async def test_what_is_well_again_is_told_to_who_wants_it(
    store: Store, alerts: Alerts, admin: Identity
) -> None:
    wanting = await plant(store, admin)
    other = await plant(store, admin, replace(WISH, tells_restored=False))
    await alerts.report("disk.low", "There is little room.", level=Level.CRITICAL)

    await alerts.restore("disk.low")

    assert sorted(await told(store)) == sorted(
        [
            (wanting, "Critical: disk.low"),
            (other, "Critical: disk.low"),
            (wanting, "Restored: disk.low"),
        ]
    )


async def test_inactive_notifier_and_inactive_user_are_told_nothing(
    store: Store, alerts: Alerts, admin: Identity
) -> None:
    await plant(store, admin, replace(WISH, is_active=False))
    away = await plant(store, admin)
    await store.write(
        lambda transaction: transaction.execute(
            "UPDATE users SET is_active = ? WHERE id = ?", False, admin.user_id
        )
    )

    await alerts.report("disk.low", "There is little room.", level=Level.CRITICAL)

    assert away
    assert await told(store) == []


async def test_quiet_hours_hold_back_all_but_what_is_critical(
    store: Store, alerts: Alerts, admin: Identity
) -> None:
    await plant(store, admin, replace(WISH, quiet=QUIET, digest_seconds=10))
    end = datetime(2026, 11, 22, 13, tzinfo=UTC)

    await alerts.report("memory.high", "It is full.", level=Level.WARNING)
    await alerts.report("disk.low", "There is little room.", level=Level.CRITICAL)
    await alerts.restore("disk.low")

    assert await due(store) == [end, START + timedelta(seconds=10), end]


async def test_nothing_is_told_of_what_was_not_saved(
    store: Store, alerts: Alerts, admin: Identity, clock: FakeClock
) -> None:
    await plant(store, admin)

    async def write(transaction: Transaction) -> None:
        data: dict[str, object] = {"rule": "disk.low", "level": "critical", "message": "x"}
        transaction.record(NewEvent(None, None, "alert.raised", data, clock.now()))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.write(write)

    assert await told(store) == []
    await alerts.report("disk.low", "There is little room.", level=Level.WARNING)
    assert len(await told(store)) == 1


async def test_notices_that_wait_are_bounded(store: Store, alerts: Alerts, admin: Identity) -> None:
    notifier = await plant(store, admin)
    row = (notifier, "warning", "title", "body", 0, START, START)

    async def fill(transaction: Transaction) -> None:
        await transaction.execute_many(
            "INSERT INTO notices (notifier_id, level, title, body, tries, created_at, due_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [row] * (MOST_WAITING - 1),
        )

    await store.write(fill)

    await alerts.report("disk.low", "There is little room.", level=Level.WARNING)
    await alerts.report("memory.high", "It is full.", level=Level.WARNING)

    assert len(await told(store)) == MOST_WAITING
    assert (await told(store))[-1] == (notifier, "Warning: disk.low")
