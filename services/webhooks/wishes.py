"""What somebody wants of an endpoint, checked: nothing is kept that could not be sent to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from yarl import URL

from services.errors import ArgosyError, InvalidInput, InvalidInputs
from services.outgoing.addresses import AddressPolicy
from services.outgoing.urls import check_target, parse_url
from services.outgoing.visitor import RESERVED, TOKEN, check_header_value
from services.store.rows import write_json
from services.webhooks.conditions import ANYTHING, Conditions, check_conditions, write_conditions
from services.webhooks.kinds import check_patterns
from services.webhooks.signing import check_secret

T = TypeVar("T")
R = TypeVar("R")

LONGEST_NAME = 64
LONGEST_URL = 2048
MOST_HEADERS = 20
LONGEST_HEADERS = 8000  # letters, all of them together
# What we say ourselves, and what says how the message is sent (RESERVED).
OURS = frozenset({"user-agent", "accept"})
OUR_PREFIXES = ("content-", "webhook-", "x-webhook-")

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class WebhookWish:
    """A new endpoint. Without a secret, one is made."""

    url: str = field(repr=False)
    events: Sequence[str]
    name: str = ""
    secret: str | None = field(default=None, repr=False)
    headers: Headers = field(default=(), repr=False)
    conditions: Conditions = ANYTHING
    is_active: bool = True

    def content(self) -> bytes:
        """Return all that is wanted, as bytes that are the same for the same."""
        conditions = write_conditions(self.conditions)
        asked = ("createWebhook", self.url, list(self.events), self.name, self.secret)
        return write_json([*asked, list(self.headers), conditions, self.is_active]).encode()


@dataclass(frozen=True, slots=True)
class WebhookChange:
    """What is to be changed of an endpoint; None stays as it is."""

    url: str | None = field(default=None, repr=False)
    events: Sequence[str] | None = None
    name: str | None = None
    headers: Headers | None = field(default=None, repr=False)
    conditions: Conditions | None = None
    is_active: bool | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What was wanted, as it is kept; None is what nobody said anything of."""

    url: str | None = field(default=None, repr=False)
    events: tuple[str, ...] | None = None
    conditions: Conditions | None = None


def check_wish(wish: WebhookWish | WebhookChange, policy: AddressPolicy) -> Checked:
    """Return what was wanted; raise `InvalidInputs` with all that is wrong."""
    errors: list[ArgosyError] = []

    def kept(check: Callable[[T], R], value: T | None) -> R | None:
        try:
            return None if value is None else check(value)
        except ArgosyError as error:
            errors.append(error)
            return None

    checked = Checked(
        kept(lambda text: str(check_url(text, policy, field="url")), wish.url),
        kept(check_patterns, wish.events),
        kept(check_conditions, wish.conditions),
    )
    kept(_check_name, wish.name)
    kept(_check_headers, wish.headers)
    kept(check_secret, wish.secret if isinstance(wish, WebhookWish) else None)
    if errors:
        raise InvalidInputs(errors)
    return checked


def check_url(text: str, policy: AddressPolicy, *, field: str) -> URL:
    """Return the URL of a receiver; raise an error about the argument `field`.

    What a name leads to is checked each time that something is sent.
    """
    if len(text) > LONGEST_URL:
        message = f"The URL of a receiver has {LONGEST_URL} letters at most."
        raise InvalidInput(message, field=field)
    url = parse_url(text, field=field)
    check_target(url, policy, field=field)
    return url


def shown_url(text: str) -> str:
    """Return of a URL what may be seen: the rest of it is often as good as a password."""
    url = URL(text, encoded=True)
    return str(url.origin()) + ("" if url.path in {"", "/"} and not url.query_string else "/…")


def _check_name(name: str) -> None:
    if len(name) > LONGEST_NAME or not name.isprintable():
        message = f"A name has up to {LONGEST_NAME} letters, without line ends and other controls."
        raise InvalidInput(message, field="name")


def _check_headers(headers: Headers) -> None:
    if len(headers) > MOST_HEADERS or sum(len(n) + len(v) for n, v in headers) > LONGEST_HEADERS:
        message = f"Give up to {MOST_HEADERS} headers of {LONGEST_HEADERS} letters together."
        raise InvalidInput(message, field="headers")
    seen: set[str] = set()
    for position, (name, value) in enumerate(headers):
        lower, where = name.lower(), f"headers.{position}"
        if not TOKEN.fullmatch(name):
            message = "A header's name has letters, digits and hyphens."
            raise InvalidInput(message, field=where)
        if lower in RESERVED | OURS or lower.startswith(OUR_PREFIXES) or lower in seen:
            message = f"{name[:80]} is set by the server, or given twice; leave it out."
            raise InvalidInput(message, field=where)
        check_header_value(value, field=where)
        if not value.isascii():
            message = "The value of a header has ASCII letters only."
            raise InvalidInput(message, field=where)
        seen.add(lower)
