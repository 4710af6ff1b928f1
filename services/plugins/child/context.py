"""What a plugin is given to work with."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


class Server(Protocol):
    """Whoever does what a plugin asks for; it raises `Refused`."""

    def ask(self, what: str, **arguments: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What an HTTP server answered. The body is cut where it is very long."""

    status: int
    headers: Mapping[str, str]
    text: str

    def json(self) -> Any:
        """Return what the body holds, as JSON."""
        return json.loads(self.text)


@dataclass(frozen=True, slots=True)
class Remote:
    """What an engine knows of a file before it is read: its size in bytes, its name, its age."""

    size: int | None = None
    name: str | None = None
    modified: datetime | None = None


class NotFound(Exception):
    """What an engine raises where there is no such file: nobody tries again."""


class TryLater(Exception):
    """What an engine raises where it may work the next time."""


class Context:
    """The plugin's side of the server.

    `settings` are the plugin's own, checked against its schema, secrets included. `log` writes to
    the server's log, under the plugin's name.
    """

    def __init__(
        self,
        *,
        name: str,
        settings: Mapping[str, Any],
        state: Mapping[str, Any],
        server: Server,
        log: logging.Logger,
    ) -> None:
        self.name = name
        self.settings = settings
        self.log = log
        self._state = dict(state)
        self._server = server

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask for a URL through the server's guarded client. Needs `network`; raises `Refused`."""
        return self._request("GET", url, headers, None)

    def post(
        self,
        url: str,
        *,
        json: Any = None,
        text: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Post JSON, or text, to a URL, likewise. Redirects are not followed."""
        body = text
        given = dict(headers or {})
        if text is None:
            body = _write(json)
            given.setdefault("Content-Type", "application/json")
        return self._request("POST", url, given, body)

    def recall(self, key: str, default: Any = None) -> Any:
        """Return what was remembered under `key`."""
        return self._state.get(key, default)

    def remember(self, key: str, value: Any) -> None:
        """Keep a value (JSON; all together up to 64 KiB) for later, restarts included."""
        state = {**self._state, key: value}
        self._server.ask("remember", state=state)
        self._state = state

    def _request(
        self, method: str, url: str, headers: Mapping[str, str] | None, body: str | None
    ) -> Answer:
        found = self._server.ask(
            "request", method=method, url=url, headers=dict(headers or {}), body=body
        )
        return Answer(found["status"], found["headers"], found["text"])


def _write(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False)
