"""The headers of what is sent, and what of them may be shown."""

from datetime import datetime

from yarl import URL

from services.redaction import HIDDEN
from services.webhooks.records import Delivery
from services.webhooks.seals import Opened
from services.webhooks.signing import signatures

SHORTEST = 6  # letters of a part of a URL that may be secret
EVENT = "X-Webhook-Event"


def headers_to_send(delivery: Delivery, opened: Opened, now: datetime) -> dict[str, str]:
    """Return the headers of a delivery that is sent now; the user's own come first."""
    return {
        **dict(opened.headers),
        "Content-Type": "application/json",
        EVENT: delivery.event,
        **dict(signatures(delivery.body, delivery.message, now, opened.secrets)),
    }


def secrets_in(opened: Opened, url: URL) -> list[str]:
    """Return what a receiver may repeat and nobody is to read, the longest first.

    Of the URL that is all behind the host: where it is long enough to be a secret.
    """
    of_url = {url.raw_path_qs, url.path_qs, url.raw_path, url.path, *url.query.values()}
    of_url |= {url.raw_query_string, url.query_string, *url.parts}
    found = {text for text in of_url if len(text) >= SHORTEST}
    found |= {*opened.secrets, *(value for _, value in opened.headers if value)}
    return sorted(found, key=len, reverse=True)


def shown_headers(headers: dict[str, str], opened: Opened) -> dict[str, str]:
    """Return the same with the values of the user's own hidden."""
    hidden = {name for name, _ in opened.headers}
    return {name: HIDDEN if name in hidden else value for name, value in headers.items()}
