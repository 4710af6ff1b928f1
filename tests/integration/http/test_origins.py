"""Which pages may use the server from a browser."""

from pathlib import Path

import aiohttp
import pytest

from tests.integration.http.listening import EVENT_STREAM
from tests.integration.http.running import Answer, Running, serving
from tests.integration.http.talking import connected

FOREIGN = [
    "https://evil.example",
    "null",
    "http://127.0.0.1",
    "http://127.0.0.1:1",
    "http://localhost.evil.example",
    "file://",
    "",
    "*",
    "chrome-extension://abcdefghijklmnop",
]
QUERY = {"query": "{ viewer { name } }"}


async def ask(argosy: Running, **headers: str) -> Answer:
    return await argosy.post(QUERY, **headers)


@pytest.mark.parametrize("origin", FOREIGN)
async def test_page_of_another_origin_is_refused_with_a_key_too(
    argosy: Running, origin: str
) -> None:
    answer = await ask(argosy, Origin=origin)

    assert (answer.status, answer.code) == (403, "ORIGIN_NOT_ALLOWED")
    assert "ARGOSY_ALLOWED_ORIGINS" in answer.error["message"]
    assert not any(name.startswith("Access-Control-") for name in answer.headers)


@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize("path", ["/graphql", "/ws", "/ws/progress", "/anything"])
async def test_socket_of_another_origin_is_refused_at_each_path(
    argosy: Running, origin: str, path: str
) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await argosy.session.ws_connect(
            argosy.url + path, protocols=("graphql-transport-ws",), headers={"Origin": origin}
        )

    assert refused.value.status == 403
    assert argosy.gauge("argosy_websocket_connections") == 0


@pytest.mark.parametrize("origin", FOREIGN)
async def test_stream_of_another_origin_is_refused(argosy: Running, origin: str) -> None:
    path = "/graphql?query=subscription{systemMetrics{cpuUsage}}"

    answer = await argosy.send("GET", path, headers={"Origin": origin, "Accept": EVENT_STREAM})

    assert (answer.status, answer.code) == (403, "ORIGIN_NOT_ALLOWED")


async def test_two_origins_are_none(argosy: Running) -> None:
    async with argosy.session.get(
        f"{argosy.url}/health", headers=[("Origin", argosy.url), ("Origin", argosy.url)]
    ) as answer:
        assert answer.status == 403


async def test_own_page_may_ask_and_open_sockets(argosy: Running) -> None:
    assert (await ask(argosy, Origin=argosy.url)).status == 200
    async with connected(argosy, Origin=argosy.url) as socket:
        assert not socket.connection.closed


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("localhost:8060", "http://localhost:8060", 200),
        ("localhost", "http://localhost", 200),
        ("localhost:80", "http://localhost", 200),
        ("localhost", "https://localhost", 200),
        ("LOCALHOST.:8060", "http://localhost:8060", 200),
        ("[::1]:8060", "http://[::1]:8060", 200),
        ("localhost:8060", "http://localhost", 403),
        ("localhost", "http://localhost:8060", 403),
        ("localhost:443", "http://localhost", 403),
        ("localhost", "http://127.0.0.1", 403),
    ],
)
async def test_own_page_is_one_of_the_host_that_is_asked(
    argosy: Running, host: str, origin: str, status: int
) -> None:
    assert (await ask(argosy, Host=host, Origin=origin)).status == status


@pytest.mark.parametrize(
    ("site", "status"),
    [("same-origin", 200), ("none", 200), ("same-site", 403), ("cross-site", 403)],
)
async def test_browser_that_says_only_how_far_the_page_is_is_believed(
    argosy: Running, site: str, status: int
) -> None:
    assert (await ask(argosy, Sec_Fetch_Site=site)).status == status
    path = "/graphql?query={viewer{name}}"
    streamed = await argosy.send(
        "GET", path, headers={"Sec-Fetch-Site": site, "Accept": EVENT_STREAM}
    )
    assert streamed.status == status


async def test_link_from_elsewhere_leads_to_pages(argosy: Running) -> None:
    answer = await argosy.get("/docs/", Sec_Fetch_Site="cross-site")

    assert answer.status == 200


async def test_program_needs_no_origin(argosy: Running) -> None:
    assert (await ask(argosy)).status == 200


@pytest.mark.parametrize(
    ("origin", "host", "status"),
    [
        ("https://argosy.example.com", "argosy.example.com", 200),
        ("https://argosy.example.com", "127.0.0.1:8060", 200),
        ("http://argosy.example.com", "argosy.example.com", 403),
        ("https://app.example.com", "argosy.example.com", 200),
        ("http://app.example.com", "argosy.example.com", 403),
        ("https://example.com", "argosy.example.com", 403),
    ],
)
async def test_operator_says_which_pages_may_ask(
    tmp_path: Path, origin: str, host: str, status: int
) -> None:
    async with serving(
        tmp_path,
        public_url="https://argosy.example.com",
        allowed_origins="https://app.example.com",
    ) as argosy:
        assert (await ask(argosy, Host=host, Origin=origin)).status == status


async def test_page_that_may_have_been_forged_on_the_way_may_not_ask_over_tls(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, trusted_proxies="127.0.0.1") as argosy:
        secure = {"Host": "localhost", "X_Forwarded_Proto": "https"}

        assert (await ask(argosy, Origin="https://localhost", **secure)).status == 200
        assert (await ask(argosy, Origin="http://localhost", **secure)).status == 403
