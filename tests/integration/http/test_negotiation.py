"""Clients get the form of answer that they want most."""

import pytest
from starlette.datastructures import Headers

from argosy.http.negotiation import choose, preference
from tests.integration.http.running import KEY, Running

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
VIEWER = {"query": "{ viewer { name } }"}


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/json;q=0.1, application/graphql-response+json;q=0.9", GRAPHQL_JSON),
        ("*/*;q=0.1, application/graphql-response+json", GRAPHQL_JSON),
        ("application/graphql-response+json, application/json;q=0.9", GRAPHQL_JSON),
        ("application/json, application/graphql-response+json", JSON),
        ("*/*, application/json;q=0", GRAPHQL_JSON),
        ("application/*", JSON),
        ("APPLICATION/JSON", JSON),
        ("text/html, */*;q=0.8", JSON),
    ],
)
async def test_heaviest_type_is_given(argosy: Running, accept: str, kind: str) -> None:
    answer = await argosy.post(VIEWER, accept=accept)

    assert (answer.status, answer.headers["Content-Type"]) == (200, kind)


async def test_status_of_a_refusal_follows_the_type_given(argosy: Running) -> None:
    both = "application/json, application/graphql-response+json"

    answer = await argosy.post({"query": "{"}, accept=both)

    assert (answer.headers["Content-Type"], answer.status) == (JSON, 200)


async def test_several_accept_lines_count_as_one(argosy: Running) -> None:
    lines = [("Authorization", f"Bearer {KEY}"), ("Accept", "text/plain"), ("Accept", JSON)]

    async with argosy.session.post(f"{argosy.url}/graphql", json=VIEWER, headers=lines) as answer:
        status = answer.status

    assert status == 200


def test_weight_that_is_no_number_is_a_refusal() -> None:
    wish = preference(Headers({"accept": "application/json;q=much"}), "accept", JSON, absent=1)

    assert wish.weight == 0


def test_absent_header_takes_what_is_offered_first() -> None:
    chosen = choose(Headers({}), (JSON, GRAPHQL_JSON))

    assert chosen is not None
    assert (chosen[0], chosen[1].is_named) == (JSON, False)
