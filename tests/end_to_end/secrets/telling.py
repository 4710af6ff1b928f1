"""Somebody who tells a server secrets, and keeps what it says to that."""

import base64
from typing import Any
from urllib.parse import quote

import aiohttp
import orjson
from yarl import URL

from tests.end_to_end.program import KEY, Program

WORDS = "walnut-{label}-{number:03}-x"  # nobody could take it for a secret by its looks


class Secrets:
    """The secrets that were told, each under a label that says how."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {"the administrator's key": KEY}

    def make(self, label: str) -> str:
        """Return a new one."""
        words = WORDS.format(label=label.replace(" ", "-"), number=len(self.known))
        return self.keep(label, words)

    def keep(self, label: str, value: str) -> str:
        """Remember one that the server has made."""
        assert label not in self.known, label
        self.known[label] = value
        return value

    def found_in(self, text: str) -> list[str]:
        """Return the labels of those that stand in a text, in any of their forms."""
        return [
            label
            for label, value in self.known.items()
            if any(form in text for form in _forms(value))
        ]


def _forms(value: str) -> set[str]:
    """Return how a value looks as it is, in an address, in JSON, and in a login of HTTP."""
    coded = base64.b64encode(value.encode()).decode().rstrip("=")
    return {value, quote(value, safe=""), orjson.dumps(value).decode()[1:-1], coded[:-1]}


class Teller:
    """Tells secrets. `said` is what came back, but where a secret is shown on purpose."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.secrets = Secrets()
        self.said: list[str] = []

    async def send(
        self, method: str, path: str, body: object = None, **headers: str
    ) -> tuple[Any, str]:
        """Send a request; return the headers and the text of the answer."""
        data = body if body is None or isinstance(body, bytes) else orjson.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if data is not None:
            named.setdefault("Content-Type", "application/json")
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.request(
                method,
                URL(self.program.url + path, encoded=True),
                data=data,
                headers=named,
                allow_redirects=False,
            ) as answer,
        ):
            return answer.headers, await answer.text()

    async def tell(self, method: str, path: str, body: object = None, **headers: str) -> None:
        """Send a request whose answer shows no secret."""
        named, text = await self.send(method, path, body, **headers)
        self.said.append(f"{dict(named)}\n{text}")

    async def ask(self, query: str, *, key: str | None = KEY, **variables: object) -> Any:
        """Ask GraphQL for what may be secret; return the data."""
        named = {} if key is None else {"Authorization": f"Bearer {key}"}
        body = {"query": query, "variables": variables}
        _, text = await self.send("POST", "/graphql", body, **named)
        content = orjson.loads(text)
        assert "errors" not in content, content
        return content["data"]

    async def tell_graphql(self, query: object, key: str = KEY, **variables: object) -> None:
        """Ask GraphQL for what is no secret."""
        body = {"query": query, "variables": variables}
        await self.tell("POST", "/graphql", body, Authorization=f"Bearer {key}")

    async def converse(self, *messages: object, path: str = "/graphql", **headers: str) -> None:
        """Say something over a WebSocket, and listen until it is closed or has had an answer."""
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(
                URL(self.program.url + path, encoded=True),
                protocols=("graphql-transport-ws",),
                headers={name.replace("_", "-"): value for name, value in headers.items()},
            ) as socket,
        ):
            for message in messages:
                text = message if isinstance(message, str) else orjson.dumps(message).decode()
                await socket.send_str(text)
                heard = await socket.receive()
                self.said.append(f"{heard.data} {heard.extra} {socket.close_code}")
