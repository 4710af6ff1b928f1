"""Numbers in words, in the forms that the older systems' documents show."""

from datetime import timedelta

import humanize


def size(count: int) -> str:
    """Return bytes as people read them: `2.5 GB`."""
    return humanize.naturalsize(count, format="%.1f").replace("Bytes", "B").replace("Byte", "B")


def speed(count: int) -> str:
    """Return bytes a second as people read them: `5.2 MB/s`."""
    return f"{size(count)}/s"


def span(time: timedelta) -> str:
    """Return a span in its two greatest units: `8m 30s`, `2h 5m`, `3d 4h`."""
    seconds = max(0, round(time.total_seconds()))
    days, rest = divmod(seconds, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s")]
    while len(parts) > 1 and parts[0][0] == 0:
        parts = parts[1:]
    return " ".join(f"{number}{unit}" for number, unit in parts[:2])


def uptime(time: timedelta) -> str:
    """Return how long something has been up: `5 days, 3 hours`."""
    seconds = int(time.total_seconds())
    units = [
        (seconds // 86400, "day"),
        (seconds // 3600 % 24, "hour"),
        (seconds // 60 % 60, "minute"),
        (seconds % 60, "second"),
    ]
    while len(units) > 1 and units[0][0] == 0:
        units = units[1:]
    return ", ".join(f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in units[:2])


def percent(value: float) -> str:
    """Return a percentage: `45%`."""
    return f"{round(value)}%"
