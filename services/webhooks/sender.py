"""One request to a receiver: what is sent, and what came back, within bounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING

from yarl import URL

from services.clock import Clock
from services.errors import ArgosyError
from services.outgoing.addresses import AddressPolicy
from services.outgoing.waits import retry_after
from services.redaction import HIDDEN
from services.text import plain

if TYPE_CHECKING:
    from services.outgoing.client import OutgoingClient

MOST_ANSWER = 4096  # bytes that are kept of an answer's body
MOST_HEADERS = 50
LONGEST_HEADER = 500  # letters
UNTOLD = frozenset({"set-cookie", "set-cookie2"})
REDIRECTS = range(300, 400)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request: a status, or an error in words. `asked` is what it asked to wait."""

    milliseconds: int
    status: int | None = None
    headers: Mapping[str, str] | None = None
    text: str | None = None
    error: str | None = None
    asked: timedelta | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has taken it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants to hear nothing any more."""
        return self.status == HTTPStatus.GONE


class Sender:
    """Sends. Belongs to the loop that it was made in."""

    def __init__(
        self, *, policy: AddressPolicy, user_agent: str, clock: Clock, seconds: float
    ) -> None:
        self._policy = policy
        self._user_agent = user_agent
        self._made: OutgoingClient | None = None
        self._clock = clock
        self._seconds = seconds

    async def close(self) -> None:
        """Close what is open."""
        if self._made is not None:
            await self._made.close()

    async def send(
        self, url: URL, headers: Mapping[str, str], body: str, secrets: Sequence[str]
    ) -> Answer:
        """Send `body`; whatever happens becomes an answer. None of `secrets` stands in it."""
        from services.outgoing.client import beginning

        began = self._clock.monotonic()
        try:
            async with self._client.post(
                url, headers, body.encode(), seconds=self._seconds
            ) as response:
                left = self._seconds - (self._clock.monotonic() - began)
                text = plain_text(await beginning(response, MOST_ANSWER, max(0.0, left)))
                return Answer(
                    self._since(began),
                    response.status,
                    {
                        plain(name, most=LONGEST_HEADER): _hidden(
                            plain(value, most=LONGEST_HEADER), secrets
                        )
                        for name, value in islice(response.headers.items(), MOST_HEADERS)
                        if name.lower() not in UNTOLD
                    },
                    _hidden(text, secrets),
                    _refusal(response.status),
                    retry_after(response.headers, self._clock.now()),
                )
        except ArgosyError as error:
            return Answer(self._since(began), error=_hidden(error.message, secrets))

    @property
    def _client(self) -> "OutgoingClient":
        """The client, which is slow to import: made for the first who needs it."""
        if self._made is None:
            from services.outgoing.client import OutgoingClient

            self._made = OutgoingClient(policy=self._policy, user_agent=self._user_agent)
        return self._made

    def _since(self, began: float) -> int:
        return round((self._clock.monotonic() - began) * 1000)


def plain_text(content: bytes) -> str:
    """Return text that every database takes and every terminal shows, with its lines."""
    lines = content.decode(errors="replace").splitlines()
    return "\n".join(plain(line) for line in lines)


def _refusal(status: int) -> str | None:
    """Return in words why an answer is none that counts."""
    if 200 <= status < 300:
        return None
    try:
        words = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        words = str(status)
    if status in REDIRECTS:
        return f"The receiver answered {words}. Redirects are not followed: give the new URL."
    return f"The receiver answered {words}."


def _hidden(text: str, secrets: Sequence[str]) -> str:
    """Return `text` without what only the receiver is to know, should it repeat that."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text
