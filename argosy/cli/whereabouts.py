"""Where the server is and with which key it is asked, as far as that was said."""

import re
from pathlib import Path

from yarl import URL

from argosy import presence
from argosy.cli.setting import settings_or_exit
from argosy.presence import Presence
from services.errors import InvalidInput, Unauthorized, Unavailable
from services.text import plain

KEY = re.compile(r"[\x21-\x7e]{1,512}")

NO_SERVER = (
    "no server runs on this machine with the data folder {folder}. Start one with ./run, or say "
    "where it is with --server and --key (ARGOSY_URL, ARGOSY_KEY)"
)


class ServerAway(Unavailable):
    """The server does not answer now; it may be starting again."""


class ServerTroubled(ServerAway):
    """The server answers that it cannot do this now."""


class Whereabouts:
    """Finds the server, anew each time, for it may have moved."""

    def __init__(self, *, server: str | None, key: str | None, data_dir: str | None) -> None:
        self._server = server
        self._key = key
        self._data_dir = data_dir
        self._was_found = False

    def find(self) -> Presence:
        """Return where the server is and with which key.

        Raises `ServerAway` if nobody knows at this moment, `InvalidInput` where the address can
        be none, and `Unauthorized` where there is no key for it, or one that can be none.
        """
        server, key = _address(self._server), _key(self._key)
        if server and key:
            return Presence(server, key)
        folder = settings_or_exit(data_dir=self._data_dir).data_dir
        found = self._at_home(folder)
        # The key that lies here is this machine's server's: no other gets to see it.
        if server and not key and (found is None or found.url != server):
            if found is None and self._was_found:
                raise ServerAway(NO_SERVER.format(folder=folder))  # it is starting again
            message = f"a key for {server} is needed: --key or ARGOSY_KEY"
            raise Unauthorized(message)
        if found is None:
            raise ServerAway(NO_SERVER.format(folder=folder))
        return Presence(server or found.url, key or found.key)

    def _at_home(self, folder: Path) -> Presence | None:
        found = presence.find(folder)
        self._was_found = self._was_found or found is not None
        return found and Presence(found.url.rstrip("/"), found.key)


def _address(given: str | None) -> str | None:
    """Return an address without a slash at its end, or None if there is none."""
    text = (given or "").strip()
    if not text:
        return None
    if "://" not in text:
        message = f"{plain(text)} lacks the beginning of an address: give http://{plain(text)}"
        raise InvalidInput(message)
    try:
        url = URL(text)
        usable = url.scheme in {"http", "https"} and bool(url.host)
    except (ValueError, UnicodeError):
        usable = False
    if not usable or "@" in text:  # a password is not shown
        shown = text.rpartition("@")[2]
        message = f"{plain(shown)} is no server's address; give one such as http://127.0.0.1:8060"
        raise InvalidInput(message)
    return text.rstrip("/")


def _key(given: str | None) -> str | None:
    """Return a key without what was copied along with it, or None if there is none."""
    text = (given or "").strip()
    if text and not KEY.fullmatch(text):
        message = "no key looks like this one: it has blanks or signs that keys never have"
        raise Unauthorized(message)
    return text or None
