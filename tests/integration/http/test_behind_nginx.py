"""Behind nginx as the documentation sets it up."""

import re
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from tests.integration.http.nginx import free_port, nginx_with
from tests.integration.http.running import KEY, Running, serving

ROOT = Path(__file__).parents[3]
CERTIFICATE = ROOT / "tests" / "fakes" / "localhost.pem"
NGINX = re.compile(r"^```nginx\n(.*?)^```", re.DOTALL | re.MULTILINE)
QUERY = {"query": "{ viewer { name } }"}
LIMIT = 3


@dataclass(frozen=True, slots=True)
class Front:
    """Where people reach the server."""

    url: str
    argosy: Running

    async def ask(
        self, key: str = KEY, *, client: str = "127.0.0.2", **headers: str
    ) -> tuple[int, str]:
        """Ask from the address `client`; return the status and the text of the answer."""
        connector = aiohttp.TCPConnector(local_addr=(client, 0), ssl=_trusting())
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named["Authorization"] = f"Bearer {key}"
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.post(f"{self.url}/graphql", json=QUERY, headers=named) as answer,
        ):
            return answer.status, await answer.text()


def _trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=CERTIFICATE)


def documented(port: int, url: str) -> str:
    """Return what the documentation shows, with the places of this test."""
    (shown,) = NGINX.findall((ROOT / "docs" / "security.md").read_text())
    places = {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "argosy.example.com": "localhost",
        "/etc/ssl/argosy.pem": str(CERTIFICATE),
        "/etc/ssl/argosy.key": str(CERTIFICATE),
        "http://127.0.0.1:8060": url,
    }
    for said, meant in places.items():
        assert said in shown
        shown = shown.replace(said, meant)
    return str(shown)


@pytest.fixture
async def front(tmp_path: Path) -> AsyncIterator[Front]:
    port = free_port()
    url = f"https://localhost:{port}"
    async with (
        serving(
            tmp_path, public_url=url, trusted_proxies="127.0.0.1", rate_limit_graphql=LIMIT
        ) as argosy,
        nginx_with(tmp_path / "nginx", port, documented(port, argosy.url)),
    ):
        yield Front(url, argosy)


async def test_own_page_may_ask_and_a_forged_one_may_not(front: Front) -> None:
    assert (await front.ask(Origin=front.url))[0] == 200
    assert (await front.ask(Origin=front.url.replace("https", "http")))[0] == 403
    assert (await front.ask(Origin="https://evil.example"))[0] == 403


async def test_clients_are_counted_apart_whatever_they_say(front: Front) -> None:
    statuses = [
        (await front.ask("wrong", X_Forwarded_For=f"{number}.6.6.6"))[0]
        for number in range(1, LIMIT + 2)
    ]

    assert statuses == [401] * LIMIT + [429]
    assert (await front.ask("wrong", client="127.0.0.3"))[0] == 401


async def test_socket_passes(front: Front) -> None:
    connector = aiohttp.TCPConnector(ssl=_trusting())
    async with (
        aiohttp.ClientSession(connector=connector) as session,
        session.ws_connect(
            f"{front.url}/graphql", protocols=("graphql-transport-ws",), origin=front.url
        ) as socket,
    ):
        payload = {"Authorization": f"Bearer {KEY}"}
        await socket.send_json({"type": "connection_init", "payload": payload})

        assert await socket.receive_json() == {"type": "connection_ack"}
