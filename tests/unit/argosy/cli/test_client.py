"""A client that meets something else than a healthy Argosy."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from argosy.cli.client import Client, NotArgosy
from argosy.cli.whereabouts import ServerAway, ServerTroubled, Whereabouts
from services.errors import ArgosyError, Forbidden, InvalidInput, Unauthorized

TestServer.__test__ = False

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def client_of(answer: Answer) -> AsyncIterator[tuple[Client, str]]:
    """Give a client of a server that answers so, and its URL."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        url = f"http://127.0.0.1:{server.port}"
        yield Client(Whereabouts(server=url, key="a-key", data_dir="/nowhere")), url


def answering(text: str, status: int = 200, **headers: str) -> Answer:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=text.encode("latin-1"), status=status, headers=headers)

    return answer


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("<html>", 200),
        ("\xff", 200),
        ("[]", 200),
        ("null", 200),
        ('{"ok": true}', 200),
        ('{"data": {}}', 200),
        ('{"data": {"addDownloads": 1}}', 200),
        ('{"errors": "none"}', 200),
        ('{"errors": [1]}', 404),
        ("Bad Gateway", 502),
    ],
)
async def test_stranger_is_called_one(text: str, status: int) -> None:
    async with client_of(answering(text, status)) as (client, url):
        with pytest.raises(NotArgosy) as caught:
            await client.ask("add_downloads", "addDownloads")

    assert caught.value.message == (
        f"something answers at {url}, but not Argosy. Is the address right?"
    )


async def test_stranger_that_speaks_no_websocket_is_called_one() -> None:
    async with client_of(answering("<html>")) as (client, _):
        with pytest.raises(NotArgosy):
            async with client.socket():
                pass


@pytest.mark.parametrize("message", ["nonsense", "[]", "{}"])
async def test_stranger_on_a_websocket_is_called_one(message: str) -> None:
    async def answer(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=["graphql-transport-ws"])
        await socket.prepare(request)
        await socket.send_str(message)
        await socket.receive()
        return socket

    async with client_of(answer) as (client, _):
        with pytest.raises(NotArgosy):
            async with client.socket():
                pass


async def test_redirect_is_told_and_not_followed() -> None:
    moved = answering("", 308, Location="https://a.example/")
    async with client_of(moved) as (client, url):
        with pytest.raises(NotArgosy) as caught:
            await client.ask("status", "status")

    assert caught.value.message == f"{url} leads on to https://a.example/: give that"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("UNAUTHORIZED", Unauthorized),
        ("FORBIDDEN", Forbidden),
        ("INVALID_INPUT", InvalidInput),
        ("UNAVAILABLE", ServerTroubled),
        ("INTERNAL_ERROR", ArgosyError),
    ],
)
async def test_error_keeps_its_kind_but_no_controls(code: str, kind: type[ArgosyError]) -> None:
    error = {"message": "a\x1b[31mb", "extensions": {"code": code}}
    text = orjson.dumps({"errors": [error]}).decode()
    async with client_of(answering(text, 400)) as (client, url):
        with pytest.raises(ArgosyError) as caught:
            await client.ask("status", "status")

    assert type(caught.value) is kind
    assert caught.value.message == f"{url}: a[31mb"


async def test_names_that_servers_give_have_no_controls() -> None:
    text = '{"data": {"task": {"name": "a\\u001b]0;b\\u0007"}}}'
    async with client_of(answering(text)) as (client, _):
        assert await client.ask("finished_task", "task") == {"name": "a]0;b"}


async def test_secure_connection_to_a_plain_server_is_explained(tmp_path: Path) -> None:
    async with client_of(answering("")) as (_, url):
        secure = url.replace("http:", "https:")
        client = Client(Whereabouts(server=secure, key="a-key", data_dir=str(tmp_path)))
        with pytest.raises(ServerAway) as caught:
            await client.ask("status", "status")

    assert caught.value.message == f"no secure connection to {secure}. Is it http:// there?"
