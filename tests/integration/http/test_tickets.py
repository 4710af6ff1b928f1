"""Tickets: how a browser opens a WebSocket without a key in a URL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from services.access.identity import Scope
from tests.integration.http.running import Running
from tests.integration.http.talking import SUBPROTOCOL, Closed, Socket

VIEWER = "{ viewer { name scopes } }"
FORBIDDEN = Closed(4403, "Forbidden")


@asynccontextmanager
async def opened(argosy: Running, parameters: str = "", **headers: str) -> AsyncIterator[Socket]:
    """Give a socket that was opened with these parameters in its address."""
    async with argosy.session.ws_connect(
        f"{argosy.url}/graphql{parameters}", protocols=(SUBPROTOCOL,), headers=headers
    ) as connection:
        yield Socket(connection)


async def ticket(argosy: Running, key: str) -> str:
    answer = await argosy.send("POST", "/api/ws-ticket", key=key)
    assert answer.status == 200, answer.body
    return str(answer.json["ticket"])


async def begin(socket: Socket, **payload: object) -> str | Closed:
    """Return how the server answers the beginning: `connection_ack`, or a close."""
    await socket.say({"type": "connection_init", "payload": payload})
    message = await socket.connection.receive()
    if message.data == '{"type":"connection_ack"}':
        return "connection_ack"
    return Closed(socket.connection.close_code, message.extra)


async def viewer(socket: Socket) -> object:
    await socket.subscribe("1", VIEWER)
    return (await socket.hear_next("1"))["viewer"]


@pytest.fixture
async def eves(argosy: Running) -> str:
    """A key of Eve's that may do little."""
    _, key = await argosy.user("eve", Scope.TASKS_READ)
    return key


async def test_ticket_says_how_long_it_is_good_and_is_kept_by_no_cache(
    argosy: Running, eves: str
) -> None:
    answer = await argosy.send("POST", "/api/ws-ticket", key=eves)

    assert sorted(answer.json) == ["expiresAt", "expiresIn", "ticket"]
    assert (answer.json["expiresIn"], len(answer.json["ticket"])) == (30, 43)
    assert answer.headers["Cache-Control"] == "no-store"


async def test_ticket_opens_a_socket_with_what_its_maker_may_do(argosy: Running, eves: str) -> None:
    value = await ticket(argosy, eves)

    async with opened(argosy) as socket:
        assert await begin(socket, ticket=value) == "connection_ack"
        assert await viewer(socket) == {"name": "eve", "scopes": ["tasks:read"]}


async def test_ticket_may_stand_in_the_address_of_a_socket(argosy: Running, eves: str) -> None:
    value = await ticket(argosy, eves)

    async with opened(argosy, f"?ticket={value}") as socket:
        assert await begin(socket) == "connection_ack"
        assert await viewer(socket) == {"name": "eve", "scopes": ["tasks:read"]}


async def test_ticket_opens_one_socket(argosy: Running, eves: str) -> None:
    value = await ticket(argosy, eves)

    async with opened(argosy) as first, opened(argosy, f"?ticket={value}") as second:
        answers = await asyncio.gather(begin(first, ticket=value), begin(second))

    assert sorted(answers, key=str) == [FORBIDDEN, "connection_ack"]


@pytest.mark.parametrize("value", ["", "x", "wrong ticket"])
async def test_wrong_ticket_is_forbidden_also_beside_a_good_header(
    argosy: Running, eves: str, value: str
) -> None:
    headers = {} if not value else {"Authorization": f"Bearer {eves}"}

    async with opened(argosy, **headers) as socket:
        assert await begin(socket, ticket=value) == FORBIDDEN


async def test_key_in_the_payload_goes_before_a_ticket_which_is_not_used(
    argosy: Running, eves: str
) -> None:
    value = await ticket(argosy, eves)

    async with opened(argosy, f"?ticket={value}") as socket:
        assert await begin(socket, Authorization="Bearer wrong") == FORBIDDEN
    async with opened(argosy) as socket:
        assert await begin(socket, ticket=value) == "connection_ack"


async def test_ticket_of_a_revoked_key_opens_nothing(argosy: Running, eves: str) -> None:
    value = await ticket(argosy, eves)
    listed = await argosy.ask(
        "query($userId: Int!) { apiKeys(userId: $userId) { nodes { id } } }",
        userId=(await argosy.container.access.users.find("eve")).id,
    )
    (key_id,) = [node["id"] for node in listed.data["apiKeys"]["nodes"]]
    await argosy.ask(
        "mutation($id: ID!) { revokeApiKey(input: { id: $id }) { errors { code } } }", id=key_id
    )

    async with opened(argosy) as socket:
        assert await begin(socket, ticket=value) == FORBIDDEN


async def test_ticket_opens_nothing_but_a_socket(argosy: Running, eves: str) -> None:
    value = await ticket(argosy, eves)

    answers = [
        await argosy.get(f"/metrics?ticket={value}"),
        await argosy.send("POST", f"/api/ws-ticket?ticket={value}", key=None),
        await argosy.send("POST", "/api/ws-ticket", key=value),
        await argosy.post({"query": VIEWER}, key=None, ticket=value),
    ]

    assert [answer.status for answer in answers] == [401] * 4


@pytest.mark.parametrize(
    ("method", "key", "status"), [("POST", None, 401), ("POST", "wrong", 401), ("GET", None, 405)]
)
async def test_stranger_gets_no_ticket(
    argosy: Running, method: str, key: str | None, status: int
) -> None:
    answer = await argosy.send(method, "/api/ws-ticket", key=key)

    assert answer.status == status
    assert "ticket" not in answer.json
