"""The Python library gql, as somebody's program uses it."""

import hashlib
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from gql import Client, GraphQLRequest, gql
from gql.transport import AsyncTransport
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportConnectionFailed, TransportQueryError
from gql.transport.websockets import WebsocketsTransport
from graphql import GraphQLSchema, build_schema, lexicographic_sort_schema, print_schema
from websockets.exceptions import ConnectionClosedError

from argosy.version import VERSION
from tests.end_to_end.program import KEY, ROOT, Program
from tests.fakes.origin import Origin, Resource, content

STATUS = gql("query Status { status { version activeTasks } viewer { name } }")
ADD = gql(
    """
    mutation Add($urls: [String!]!) {
      addDownloads(input: { urls: $urls }) { tasks { id name } errors { code field } }
    }
    """
)
PROGRESS = gql(
    """
    subscription Progress($id: ID!) {
      taskProgress(taskId: $id) { taskId progress speed eta status }
    }
    """
)
TASK = gql(
    """
    query Task($id: ID!) { task(id: $id) { state files { nodes { path sizeBytes sha256 } } } }
    """
)
WHOLE: dict[str, Any] = {
    "specified_by_url": True,
    "directive_is_repeatable": True,
    "schema_description": True,
    "input_value_deprecation": True,
}


Transport = Callable[[Program], AsyncTransport]


def over_http(program: Program, key: str = KEY) -> AIOHTTPTransport:
    headers = {"Authorization": f"Bearer {key}"}
    return AIOHTTPTransport(f"{program.url}/graphql", headers=headers)


def over_websocket(program: Program, key: str = KEY) -> WebsocketsTransport:
    url = program.url.replace("http://", "ws://")
    return WebsocketsTransport(
        f"{url}/graphql", init_payload={"Authorization": f"Bearer {key}"}, close_timeout=1
    )


TRANSPORTS = pytest.mark.parametrize("transport", [over_http, over_websocket])


def given(request: GraphQLRequest, **variables: object) -> GraphQLRequest:
    return GraphQLRequest(request.document, variable_values=variables)


def in_order(schema: GraphQLSchema) -> str:
    return print_schema(lexicographic_sort_schema(schema))


@TRANSPORTS
async def test_query_is_answered(shared_program: Program, transport: Transport) -> None:
    async with Client(transport=transport(shared_program)) as session:
        answer = await session.execute(STATUS)

    assert answer == {
        "status": {"version": VERSION, "activeTasks": 0},
        "viewer": {"name": "admin"},
    }


@TRANSPORTS
async def test_introspection_gives_the_committed_schema(
    shared_program: Program, transport: Transport
) -> None:
    client = Client(
        transport=transport(shared_program),
        fetch_schema_from_transport=True,
        introspection_args=WHOLE,
    )

    async with client:
        fetched = client.schema

    assert fetched is not None
    committed = build_schema((ROOT / "graphql" / "schema.graphql").read_text())
    assert in_order(fetched) == in_order(committed)


async def test_download_is_added_and_followed_to_its_end_over_one_socket(
    shared_program: Program, shared_origin: Origin
) -> None:
    hold = Event()
    resource = Resource(content(1_500_000), hold=hold)
    url = shared_origin.put("/films/trailer.mkv", resource)
    client = Client(transport=over_websocket(shared_program), fetch_schema_from_transport=True)

    async with client as session:
        added = await session.execute(given(ADD, urls=[url]))
        (task,) = added["addDownloads"]["tasks"]
        said = []
        async for answer in session.subscribe(given(PROGRESS, id=task["id"])):
            said.append(answer["taskProgress"])
            if said[-1]["progress"] > 0:
                hold.set()
        ended = await session.execute(given(TASK, id=task["id"]))

    assert added["addDownloads"]["errors"] == []
    assert task["name"] == "trailer.mkv"
    assert {progress["taskId"] for progress in said} == {task["id"]}
    assert [progress["status"] for progress in said].count("completed") == 1
    assert said[-1]["status"] == "completed"
    steps = [progress["progress"] for progress in said]
    assert steps == sorted(steps)
    assert steps[-1] == 100
    assert any(0 < step < 100 for step in steps)
    assert ended["task"] == {
        "state": "COMPLETED",
        "files": {
            "nodes": [
                {
                    "path": "admin/trailer.mkv",
                    "sizeBytes": 1_500_000,
                    "sha256": resource.sha256,
                }
            ]
        },
    }
    file = shared_program.downloads / "admin" / "trailer.mkv"
    assert hashlib.sha256(file.read_bytes()).hexdigest() == resource.sha256


@TRANSPORTS
async def test_error_has_its_code(shared_program: Program, transport: Transport) -> None:
    async with Client(transport=transport(shared_program)) as session:
        with pytest.raises(TransportQueryError) as refusal:
            await session.execute(given(TASK, id="nonsense"))

    assert refusal.value.errors is not None
    (error,) = refusal.value.errors
    assert error["path"] == ["task"]
    assert error["extensions"]["code"] == "INVALID_ID"


async def test_wrong_key_is_refused_over_http(shared_program: Program) -> None:
    async with Client(transport=over_http(shared_program, "a-wrong-key")) as session:
        with pytest.raises(TransportQueryError) as refusal:
            await session.execute(STATUS)

    assert refusal.value.errors is not None
    assert [error["extensions"]["code"] for error in refusal.value.errors] == ["UNAUTHORIZED"]


async def test_wrong_key_closes_the_socket_with_4403(shared_program: Program) -> None:
    client = Client(transport=over_websocket(shared_program, "a-wrong-key"))

    with pytest.raises(TransportConnectionFailed) as refusal:
        async with client:
            pass

    closed = refusal.value.__cause__
    assert isinstance(closed, ConnectionClosedError)
    assert closed.rcvd is not None
    assert (closed.rcvd.code, closed.rcvd.reason) == (4403, "Forbidden")
