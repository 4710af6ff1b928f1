"""Documents that Hypothesis makes from the schema: each is answered, and none crashes the server.

`make fuzz` tries ten times as many.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import uvloop
from graphql import GraphQLObjectType, NameNode, ObjectFieldNode, ValueNode, build_schema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import Mode, mutations, nodes, queries
from structlog.testing import capture_logs

from tests.integration.http.running import serving

SCHEMA = (Path(__file__).parents[3] / "graphql" / "schema.graphql").read_text()
DOCUMENTS = int(os.environ.get("ARGOSY_FUZZ_DOCUMENTS", "2000"))
TYPES = build_schema(SCHEMA)


def json() -> st.SearchStrategy[ValueNode]:
    """Return a strategy for JSON, as GraphQL writes it."""
    plain = st.one_of(
        st.integers().map(nodes.Int),
        st.text(max_size=20).map(nodes.String),
        st.booleans().map(nodes.Boolean),
        st.just(nodes.Null),
    )
    return st.recursive(
        plain,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3).map(nodes.List),
            st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), inner, max_size=3).map(
                lambda found: nodes.Object(
                    [ObjectFieldNode(name=NameNode(value=n), value=v) for n, v in found.items()]
                )
            ),
        ),
        max_leaves=8,
    )


SCALARS = {
    "BigInt": st.integers().map(nodes.Int),
    "Date": st.dates().map(lambda date: nodes.String(date.isoformat())),
    "DateTime": st.datetimes().map(lambda time: nodes.String(f"{time.isoformat()}Z")),
    "JSON": json(),
    "Time": st.times().map(lambda time: nodes.String(time.isoformat())),
    "URL": st.just(nodes.String("https://203.0.113.1/a")),
}


def documents() -> st.SearchStrategy[str]:
    """Return a strategy for documents: most have one field at their root, some have many."""
    of_queries = [
        queries(TYPES, custom_scalars=SCALARS, fields=[name]) for name in fields(TYPES.query_type)
    ]
    of_mutations = [
        mutations(TYPES, custom_scalars=SCALARS, fields=[name])
        for name in fields(TYPES.mutation_type)
    ]
    whole = queries(TYPES, custom_scalars=SCALARS)
    wrong = queries(TYPES, custom_scalars=SCALARS, mode=Mode.NEGATIVE)
    return st.one_of([*of_queries, *of_mutations, whole, wrong])


def fields(kind: GraphQLObjectType | None) -> list[str]:
    return [] if kind is None else list(kind.fields)


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        yield runner


@pytest.mark.timeout(180 * max(1, DOCUMENTS // 1000))
def test_no_document_crashes_the_server(runner: asyncio.Runner, tmp_path: Path) -> None:
    stack = AsyncExitStack()
    argosy = runner.run(stack.enter_async_context(serving(tmp_path)))
    # The loop stands still while a document is made: an idle connection would be closed in the
    # moment in which it is used again.
    argosy.server.config.timeout_keep_alive = 3600
    tried = 0

    @settings(
        max_examples=DOCUMENTS,
        deadline=None,
        database=None,
        derandomize=False,  # fresh ones each time
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(documents())
    def answer(document: str) -> None:
        nonlocal tried
        tried += 1
        with capture_logs() as logs:
            given = runner.run(argosy.ask(document))
        assert given.status < 500, given.body
        assert b"INTERNAL_ERROR" not in given.body
        assert [line for line in logs if line["log_level"] in {"error", "critical"}] == []

    try:
        answer()
    finally:
        runner.run(stack.aclose())

    assert tried >= DOCUMENTS
