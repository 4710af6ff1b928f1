"""Tickets for WebSockets stand in addresses: what is written of those must not tell them."""

import asyncio
import subprocess
import urllib.request
from pathlib import Path

import aiohttp
import orjson

from tests.end_to_end.program import KEY, Program

CLIENTS = Path(__file__).parent / "clients"


async def test_ticket_in_an_address_is_in_no_log(tmp_path: Path) -> None:
    program = Program(tmp_path, ARGOSY_LOG_LEVEL="DEBUG")
    program.start()
    try:
        ticket = _ticket(program)
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(
                f"{program.url}/graphql?ticket={ticket}", protocols=("graphql-transport-ws",)
            ) as socket,
        ):
            await socket.send_json({"type": "connection_init"})
            answer = await socket.receive_json()
    finally:
        program.stop()

    log = program.log.read_text()
    assert answer == {"type": "connection_ack"}
    assert '"route":"/api/ws-ticket"' in log  # it does tell of each request
    assert ticket not in log
    assert KEY not in log


async def test_socket_of_a_ticket_ends_when_its_key_is_revoked_on_the_command_line(
    program: Program,
) -> None:
    key = program.run("key", "create", "--user", "admin").stdout.strip()
    ticket = _ticket(program, key)
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{program.url}/graphql", protocols=("graphql-transport-ws",)) as socket,
    ):
        await socket.send_json({"type": "connection_init", "payload": {"ticket": ticket}})
        acknowledged = await socket.receive_json(timeout=60)

        await asyncio.to_thread(program.run, "key", "revoke", key[:13])

        closed = await socket.receive(timeout=60)
    assert acknowledged == {"type": "connection_ack"}
    assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, 4403)
    assert closed.extra == "This key is not good any more."


def test_graphql_ws_takes_a_ticket_for_each_connection(node: str, program: Program) -> None:
    key = program.run("key", "create", "--user", "admin", "--scope", "tasks:read").stdout.strip()

    done = subprocess.run(
        [node, CLIENTS / "tickets.mjs", f"{program.url}/graphql", key],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    seen = {"viewer": {"name": "admin", "scopes": ["tasks:read"]}}
    assert done.stderr == ""
    assert [orjson.loads(line) for line in done.stdout.splitlines()] == [seen, seen]


def _ticket(program: Program, key: str = KEY) -> str:
    request = urllib.request.Request(
        f"{program.url}/api/ws-ticket", b"", {"Authorization": f"Bearer {key}"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return str(orjson.loads(answer.read())["ticket"])
