"""Reading what alerts wrote."""

from services.alerts.records import Alert, read_alert
from services.events.log import Event, read_event
from services.store.store import Store


async def all_alerts(store: Store) -> list[Alert]:
    """Return all alerts, the oldest first."""
    return [read_alert(row) for row in await store.fetch("SELECT * FROM alerts ORDER BY id")]


async def only_alert(store: Store) -> Alert:
    """Return the one alert that there is."""
    (alert,) = await all_alerts(store)
    return alert


async def events_in(store: Store) -> list[Event]:
    """Return all events, the oldest first."""
    return [read_event(row) for row in await store.fetch("SELECT * FROM events ORDER BY seq")]


async def kinds_in(store: Store) -> list[str]:
    """Return what happened, in order."""
    return [event.kind.value for event in await events_in(store)]
