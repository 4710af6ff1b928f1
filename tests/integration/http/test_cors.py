"""What pages of allowed origins may read."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.http.running import Running, serving

APP = "https://app.example.com"
ASKED = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type",
}


@pytest.fixture
async def open_to_app(tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(tmp_path, allowed_origins=APP) as running:
        yield running


def marks(headers: object) -> dict[str, str]:
    return {
        name.lower(): value
        for name, value in headers.items()  # type: ignore[attr-defined]
        if name.lower().startswith("access-control-")
    }


async def test_allowed_page_is_told_that_it_may_ask(open_to_app: Running) -> None:
    answer = await open_to_app.send(
        "OPTIONS", "/graphql", key=None, headers={"Origin": APP, **ASKED}
    )

    assert (answer.status, answer.body) == (204, b"")
    assert marks(answer.headers) == {
        "access-control-allow-origin": APP,
        "access-control-allow-credentials": "true",
        "access-control-allow-headers": "authorization,content-type",
        "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
        "access-control-expose-headers": (
            "X-Request-Id, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After"
        ),
        "access-control-max-age": "600",
    }
    assert answer.headers["Vary"] == "Origin"


async def test_allowed_page_may_read_answers_and_errors(open_to_app: Running) -> None:
    for key in ("wrong", None):
        answer = await open_to_app.post({"query": "{ viewer { name } }"}, key=key, Origin=APP)

        assert answer.status == 401
        assert marks(answer.headers)["access-control-allow-origin"] == APP


async def test_nobody_else_is_told_anything(open_to_app: Running) -> None:
    foreign = {"Origin": "https://evil.example", **ASKED}

    preflight = await open_to_app.send("OPTIONS", "/graphql", key=None, headers=foreign)
    own = await open_to_app.get("/health", Origin=open_to_app.url)
    none = await open_to_app.get("/health")

    assert (preflight.status, marks(preflight.headers)) == (403, {})
    assert (own.status, marks(own.headers)) == (200, {})
    assert (none.status, marks(none.headers), none.headers["Vary"]) == (200, {}, "Origin")


async def test_header_names_that_are_none_are_not_given_back(open_to_app: Running) -> None:
    asked = {**ASKED, "Access-Control-Request-Headers": "*, x<script>"}

    answer = await open_to_app.send(
        "OPTIONS", "/graphql", key=None, headers={"Origin": APP, **asked}
    )

    assert "access-control-allow-headers" not in marks(answer.headers)


async def test_without_allowed_origins_there_is_no_such_protocol(argosy: Running) -> None:
    answer = await argosy.send(
        "OPTIONS", "/graphql", key=None, headers={"Origin": argosy.url, **ASKED}
    )

    assert (answer.status, marks(answer.headers)) == (405, {})
    assert "Vary" not in (await argosy.get("/health")).headers
