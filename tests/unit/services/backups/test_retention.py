"""Which backups are kept."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.backups.format import Kind, file_name
from services.backups.records import Backup, Status
from services.backups.retention import Retention, superfluous

NEWEST = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)  # a Sunday


@pytest.fixture(autouse=True)
def in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Days are those of the machine."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def backup(
    at: datetime, kind: Kind | None = Kind.SCHEDULED, status: Status = Status.COMPLETED
) -> Backup:
    return Backup(file_name("backup", at), status, at, kind, "")


def days(number: int, kind: Kind = Kind.SCHEDULED) -> list[Backup]:
    """Return one backup of each of the last days, the newest first."""
    return [backup(NEWEST - timedelta(days=day), kind) for day in range(number)]


def kept(backups: list[Backup], retention: Retention) -> list[str]:
    gone = superfluous(backups, retention)
    return [each.filename[7:15] for each in backups if each not in gone]


def test_newest_ones_are_kept() -> None:
    backups = [backup(NEWEST - timedelta(hours=hour)) for hour in range(5)]

    gone = superfluous(backups, Retention(last=3, daily=0, weekly=0))

    assert gone == backups[3:]


def test_newest_of_each_day_is_kept() -> None:
    morning = days(4)
    evening = [backup(each.created_at + timedelta(hours=12)) for each in morning]

    gone = superfluous([*morning, *evening], Retention(last=1, daily=3, weekly=0))

    assert gone == sorted([*morning, evening[3]], key=lambda b: b.created_at, reverse=True)


def test_newest_of_each_week_is_kept() -> None:
    assert kept(days(30), Retention(last=1, daily=0, weekly=4)) == [
        "20260301",
        "20260222",
        "20260215",
        "20260208",
    ]


def test_day_without_a_backup_does_not_count() -> None:
    backups = [days(1)[0], *days(40)[20:]]

    assert kept(backups, Retention(last=1, daily=3, weekly=0)) == [
        "20260301",
        "20260209",
        "20260208",
    ]


def test_what_somebody_asked_for_is_kept() -> None:
    assert superfluous(days(30, Kind.MANUAL), Retention(last=1, daily=0, weekly=0)) == []


def test_newest_three_from_before_a_restore_are_kept() -> None:
    backups = days(5, Kind.BEFORE_RESTORE)

    assert superfluous(backups, Retention()) == backups[3:]


def test_last_one_is_always_kept() -> None:
    backups = days(3)

    assert superfluous(backups, Retention(last=0, daily=0, weekly=0)) == backups[1:]


@pytest.mark.parametrize("status", [Status.DAMAGED, Status.FAILED])
def test_what_is_no_backup_neither_counts_nor_goes(status: Status) -> None:
    whole, broken = days(2)
    broken, newer = whole, replace(broken, status=status, created_at=NEWEST + timedelta(days=1))

    assert superfluous([newer, broken], Retention(last=1, daily=0, weekly=0)) == []


def test_one_of_unknown_kind_is_kept() -> None:
    backups = [backup(each.created_at, None) for each in days(3)]

    assert superfluous(backups, Retention(last=1, daily=0, weekly=0)) == []


def test_days_are_those_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")  # 4:30 and 5:30 in UTC are of two days there
    time.tzset()
    before, after = (backup(datetime(2026, 3, 1, hour, 30, tzinfo=UTC)) for hour in (4, 5))

    assert superfluous([before, after], Retention(last=1, daily=2, weekly=0)) == []
