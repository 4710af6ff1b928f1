"""Many notices in one message."""

from collections.abc import Sequence

from services.alerts.issues import Level
from services.notifiers.records import WEIGHTS, Message, Notice

MOST_LINES = 20
LONGEST_LINE = 500  # letters


def join(notices: Sequence[Notice], *, is_cut: bool = False) -> Message:
    """Return one message for all of `notices`, the worst first and then the oldest.

    `is_cut` says that there were more than could be kept.
    """
    if len(notices) == 1:
        return Message(notices[0].level, notices[0].title, notices[0].body)
    told = sorted(notices, key=lambda notice: (-WEIGHTS[notice.level], notice.created_at))
    lines = [_line(notice) for notice in told[:MOST_LINES]]
    if len(told) > MOST_LINES or is_cut:
        more = f"{len(told) - MOST_LINES}{' or more' if is_cut else ''}"
        lines.append(f"… and {more} others. The list of alerts has them all.")
    return Message(told[0].level, _title(told, is_cut=is_cut), "\n".join(lines))


def _title(notices: Sequence[Notice], *, is_cut: bool) -> str:
    title = f"{'More than ' if is_cut else ''}{len(notices)} notices from Argosy"
    critical = sum(notice.level is Level.CRITICAL for notice in notices)
    return f"{title}, {critical} of them critical" if critical else title


def _line(notice: Notice) -> str:
    text = f"• {notice.created_at:%H:%M:%S} {notice.title}: {notice.body}"
    return text if len(text) <= LONGEST_LINE else f"{text[: LONGEST_LINE - 1]}…"
