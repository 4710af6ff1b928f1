"""What every answer tells browsers, whatever it answers."""

from pathlib import Path

import aiohttp
import pytest
from multidict import CIMultiDict
from starlette.applications import Starlette
from starlette.routing import Route

from tests.integration.http.running import KEY, Running, serving
from tests.integration.http.wiring import connected

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PARAMETERS = {"{name:path}": "graphql", "{name}": "argosy.css"}
# The page of the playground: its editor sets styles, and carries its fonts (DESIGN 6).
RELAXED = {"style-src": "'self' 'unsafe-inline'", "font-src": "'self' data:"}


def routes(argosy: Running) -> list[Route]:
    """Return every route that answers requests."""
    app = argosy.server.config.loaded_app
    while not isinstance(app, Starlette):
        app = app._app  # type: ignore[union-attr]
    return [route for route in app.routes if isinstance(route, Route)]


def address_of(route: Route) -> str:
    path = route.path
    for name, value in PARAMETERS.items():
        path = path.replace(name, value)
    return path


def policy_of(headers: aiohttp.typedefs.LooseHeaders) -> dict[str, str]:
    """Return the directives of the one policy there is."""
    (policy,) = CIMultiDict(headers).getall("Content-Security-Policy")
    parts = (part.strip().partition(" ") for part in str(policy).split(";") if part.strip())
    return {name: values for name, _, values in parts}


def check(headers: aiohttp.typedefs.LooseHeaders, *, is_playground: bool = False) -> None:
    """Check what every answer has, and that nothing in it is relaxed."""
    found = CIMultiDict(headers)
    policy = policy_of(headers)
    relaxed = RELAXED if is_playground else {}
    assert {name: found[name] for name in ALWAYS} == ALWAYS
    assert "X-Request-Id" in found or found.get("Connection") == "close"
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    for name, values in policy.items():
        if relaxed.get(name) != values:
            assert "unsafe" not in values, (name, values)
            assert "*" not in values, (name, values)
            assert "http" not in values, (name, values)
    assert not any(name.lower().startswith("access-control-") for name in found)
    assert "Server" not in found


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "FOO"])
@pytest.mark.parametrize("key", [KEY, None])
async def test_every_route_is_guarded_whatever_it_answers(
    argosy: Running, method: str, key: str | None
) -> None:
    found = routes(argosy)
    assert len(found) >= 8

    for route in found:
        for path in (address_of(route), address_of(route) + "/nothing"):
            answer = await argosy.send(method, path, key=key)
            check(answer.headers)
            assert answer.status != 500, path


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/nothing", {}, 404),
        ("/health", {"Host": "evil.example"}, 421),
        ("/health", {"Host": "@"}, 400),
        ("/health", {"Origin": "https://evil.example"}, 403),
        ("/graphql", {"Host": "evil.example"}, 421),
        ("/graphql", {"Origin": "null"}, 403),
        ("/graphql?query={viewer{name}}", {"Accept": "image/png"}, 406),
        ("/graphql?query={viewer{name}}", {"Accept": "text/event-stream"}, 200),
    ],
)
async def test_refusals_are_guarded(
    argosy: Running, path: str, headers: dict[str, str], status: int
) -> None:
    answer = await argosy.send("GET", path, headers=headers)

    assert answer.status == status
    check(answer.headers)


async def test_playground_relaxes_nothing_but_what_its_editor_needs(argosy: Running) -> None:
    answer = await argosy.get("/graphql", Accept="text/html")

    check(answer.headers, is_playground=True)


async def test_limit_is_guarded(tmp_path: Path) -> None:
    async with serving(tmp_path, rate_limit_graphql=1) as argosy:
        answers = [await argosy.ask("{ viewer { name } }") for _ in range(2)]

    assert answers[1].status == 429
    check(answers[1].headers)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: a\r\n" * 200 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
    ],
)
async def test_what_is_no_request_is_answered_guarded(
    argosy: Running, sent: bytes, status: int
) -> None:
    async with connected(argosy) as client:
        await client.send(sent)
        head = (await client.reader.readuntil(b"\r\n\r\n")).decode("latin-1")

    line, *lines = head.strip().split("\r\n")
    check(CIMultiDict(tuple(each.split(": ", 1)) for each in lines))
    assert line.split()[1] == str(status)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/graphql", {"Host": "evil.example"}, 421),
        ("/graphql", {"Origin": "https://evil.example"}, 403),
        ("/ws", {"Host": "evil.example"}, 421),
        ("/ws", {"Origin": "https://evil.example"}, 403),
        ("/nothing", {}, 404),
    ],
)
async def test_sockets_that_are_refused_are_answered_guarded(
    argosy: Running, path: str, headers: dict[str, str], status: int
) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await argosy.session.ws_connect(argosy.url + path, headers=headers)

    assert refused.value.status == status
    assert refused.value.headers is not None
    check(refused.value.headers)
