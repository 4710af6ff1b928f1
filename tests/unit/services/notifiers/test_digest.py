"""Many notices in one message."""

from datetime import UTC, datetime, timedelta

from services.alerts.issues import Level
from services.notifiers.digest import join
from services.notifiers.records import Message, Notice

START = datetime(2026, 11, 22, 12, tzinfo=UTC)


def notice(number: int, level: Level = Level.WARNING, body: str = "Look at it.") -> Notice:
    at = START + timedelta(seconds=number)
    return Notice(number, level, f"title {number}", body, 1, at)


def test_one_notice_is_told_as_it_is() -> None:
    assert join([notice(1)]) == Message(Level.WARNING, "title 1", "Look at it.")


def test_worst_comes_first_and_then_the_oldest() -> None:
    message = join([notice(2), notice(1), notice(3, Level.CRITICAL), notice(4, Level.INFO)])

    assert message.level is Level.CRITICAL
    assert message.title == "4 notices from Argosy, 1 of them critical"
    assert message.body.splitlines() == [
        "• 12:00:03 title 3: Look at it.",
        "• 12:00:01 title 1: Look at it.",
        "• 12:00:02 title 2: Look at it.",
        "• 12:00:04 title 4: Look at it.",
    ]


def test_storm_is_one_message_of_a_decent_size() -> None:
    message = join([notice(n, body="x" * 10_000) for n in range(1000)], is_cut=True)

    assert message.title == "More than 1000 notices from Argosy"
    assert message.body.endswith("… and 980 or more others. The list of alerts has them all.")
    assert len(message.body) < 11_000
