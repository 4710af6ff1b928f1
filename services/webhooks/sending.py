"""The headers of what is sent, and what of them may be shown."""

from datetime import datetime

from services.redaction import HIDDEN
from services.webhooks.records import Delivery
from services.webhooks.seals import Opened
from services.webhooks.signing import signatures

EVENT = "X-Webhook-Event"


def headers_to_send(delivery: Delivery, opened: Opened, now: datetime) -> dict[str, str]:
    """Return the headers of a delivery that is sent now; the user's own come first."""
    return {
        **dict(opened.headers),
        "Content-Type": "application/json",
        EVENT: delivery.event,
        **dict(signatures(delivery.body, delivery.message, now, opened.secrets)),
    }


def shown_headers(headers: dict[str, str], opened: Opened) -> dict[str, str]:
    """Return the same with the values of the user's own hidden."""
    hidden = {name for name, _ in opened.headers}
    return {name: HIDDEN if name in hidden else value for name, value in headers.items()}
