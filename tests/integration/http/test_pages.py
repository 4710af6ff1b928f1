"""Pages and their headers: what every answer carries, and what leads nowhere."""

import re

import pytest

from argosy.http.playground import PAGE, POLICY
from argosy.version import VERSION
from tests.integration.http.running import GRAPHQL_JSON, JSON, KEY, Running
from tests.needs import needs_built

NOTHING_BUT_OURS = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
HTML = "text/html; charset=utf-8"

# Every kind of answer: how it is asked for, and its status.
ANSWERS = {
    "documentation": ("GET", "/docs/", None, 200),
    "head": ("HEAD", "/docs/", None, 200),
    "style": ("GET", "/pages/argosy.css", None, 200),
    "health": ("GET", "/health", None, 200),
    "metrics": ("GET", "/metrics", KEY, 200),
    "data": ("GET", "/graphql?query=%7Bviewer%7Bname%7D%7D", KEY, 200),
    "bad request": ("GET", "/graphql?query=%7B", KEY, 400),
    "no key": ("GET", "/metrics", None, 401),
    "no key for data": ("GET", "/graphql?query=%7Bviewer%7Bname%7D%7D", None, 401),
    "nothing here": ("GET", "/nothing", None, 404),
    "no such asset": ("GET", "/assets/nothing.js", None, 404),
    "not that method": ("POST", "/health", None, 405),
    "not by get": ("GET", "/graphql?query=mutation%7B__typename%7D", KEY, 405),
    "not that type": ("POST", "/graphql", KEY, 415),
}


async def test_home_leads_on(argosy: Running) -> None:
    answer = await argosy.get("/")

    page = answer.body.decode()
    assert answer.status == 200
    assert answer.headers["Content-Type"] == HTML
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Signed in" not in page
    assert f"Version {VERSION}" in page
    assert set(re.findall(r'<a href="([^"]+)"', page)) == {"/graphql", "/docs", "/health"}


@pytest.mark.parametrize("case", ANSWERS)
async def test_every_answer_has_the_security_headers(argosy: Running, case: str) -> None:
    method, path, key, status = ANSWERS[case]

    answer = await argosy.send(method, path, key=key)

    assert answer.status == status
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Content-Security-Policy"] == NOTHING_BUT_OURS
    assert len(answer.headers["X-Request-ID"]) == 32


async def test_answer_to_a_crash_has_the_security_headers(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash() -> bytes:
        raise RuntimeError

    monkeypatch.setattr(argosy.container.observation, "scrape", crash)

    answer = await argosy.get("/metrics", key=KEY)

    assert answer.status == 500
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == NOTHING_BUT_OURS


async def test_playground_relaxes_styles_fonts_and_images_alone(argosy: Running) -> None:
    answer = await argosy.get("/graphql?with=key", Accept="text/html")

    policy = dict(part.strip().split(" ", 1) for part in POLICY.split(";"))
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["Cache-Control"] == "no-cache"
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert [name for name, sources in policy.items() if "unsafe" in sources] == ["style-src"]
    assert [name for name, sources in policy.items() if "data:" in sources] == [
        "img-src",
        "font-src",
    ]


async def test_server_does_not_say_what_it_is_made_of(argosy: Running) -> None:
    answer = await argosy.get("/")

    assert "Server" not in answer.headers
    assert "X-Powered-By" not in answer.headers


@pytest.mark.parametrize("path", ["/nothing", "/GRAPHQL", "/api", "/health/x", "/assets", "//"])
async def test_unknown_address(argosy: Running, path: str) -> None:
    answer = await argosy.get(path)

    assert answer.status == 404
    assert answer.headers["Content-Type"] == JSON
    assert answer.json == {
        "error": {
            "code": "NOT_FOUND",
            "message": "There is nothing at this address.",
            "requestId": answer.headers["X-Request-ID"],
        }
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/"),
        ("PUT", "/health"),
        ("DELETE", "/metrics"),
        ("PATCH", "/graphql"),
        ("POST", "/pages/argosy.css"),
    ],
)
async def test_wrong_method(argosy: Running, method: str, path: str) -> None:
    answer = await argosy.send(method, path)

    assert answer.status == 405
    assert answer.json == {
        "error": {
            "code": "INVALID_INPUT",
            "message": "This address does not take that method.",
            "requestId": answer.headers["X-Request-ID"],
        }
    }


async def test_every_request_has_an_id_of_its_own(argosy: Running) -> None:
    answers = [await argosy.get(path) for path in ("/", "/health", "/nothing", "/metrics") * 5]

    assert len({answer.headers["X-Request-ID"] for answer in answers}) == 20


async def test_id_of_a_request_is_not_the_clients_to_choose(argosy: Running) -> None:
    answer = await argosy.get("/nothing", X_Request_ID="mine")

    assert answer.headers.getall("X-Request-ID") != ["mine"]
    assert len(answer.headers.getall("X-Request-ID")) == 1


@pytest.mark.parametrize("path", ["/health", "/nothing", "/graphql?query=%7Bviewer%7Bname%7D%7D"])
async def test_answers_in_json_are_kept_by_no_cache(argosy: Running, path: str) -> None:
    answer = await argosy.get(path, key=KEY, Accept=f"{GRAPHQL_JSON}, {JSON}")

    assert answer.headers["Cache-Control"] == "no-store"


async def test_playground_is_the_built_page(argosy: Running) -> None:
    page = needs_built(PAGE)

    answer = await argosy.get("/graphql?with=key", Accept="text/html")

    assert (answer.status, answer.body) == (200, page.read_bytes())


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/health", {"GET", "HEAD"}),
        ("PUT", "/graphql", {"GET", "HEAD", "POST"}),
        ("DELETE", "/", {"GET", "HEAD"}),
    ],
)
async def test_refused_method_is_told_the_allowed_ones(
    argosy: Running, method: str, path: str, allowed: set[str]
) -> None:
    answer = await argosy.send(method, path)

    assert answer.status == 405
    assert set(answer.headers["Allow"].split(", ")) == allowed


async def test_slash_too_many_leads_nowhere_else(argosy: Running) -> None:
    answer = await argosy.get("/health/", Host="other.localhost")

    assert (answer.status, "Location" in answer.headers) == (404, False)
