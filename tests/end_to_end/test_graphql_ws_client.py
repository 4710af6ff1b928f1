"""The npm package graphql-ws, as somebody's page or program uses it."""

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any, Self

import orjson
import pytest

from argosy.version import VERSION
from tests.end_to_end.program import KEY, Program
from tests.fakes.origin import Origin, Resource, content

CLIENTS = Path(__file__).parent / "clients"
STATUS = "{ status { version activeTasks } viewer { name } }"
ADD = """
    mutation Add($urls: [String!]!) {
      addDownloads(input: { urls: $urls }) { tasks { id name } errors { code field } }
    }
"""
PROGRESS = """
    subscription Progress($id: ID!) {
      taskProgress(taskId: $id) { taskId progress speed eta status }
    }
"""


class Running:
    """The client, running one operation."""

    def __init__(self, node: str, program: Program, key: str, query: str, variables: Any) -> None:
        url = f"{program.url.replace('http://', 'ws://')}/graphql"
        given = orjson.dumps(variables).decode()
        self._process = subprocess.Popen(
            [node, CLIENTS / "graphql_ws.mjs", url, key, query, given],
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise StopIteration
        said: dict[str, Any] = orjson.loads(line)
        return said

    def read_until_some_came(self) -> None:
        """Read what it says until a part of the file has come."""
        for said in self:
            if "result" in said and 0 < said["result"]["data"]["taskProgress"]["progress"] < 100:
                return
        message = "it ended without a word of progress"
        raise AssertionError(message)


def say(node: str, program: Program, query: str, key: str = KEY, **variables: object) -> Any:
    """Run an operation to its end and return what the client said between its two sockets."""
    with Running(node, program, key, query, variables) as client:
        return list(client)


def test_query_is_answered(shared_program: Program, node: str) -> None:
    said = say(node, shared_program, STATUS)

    data = {"status": {"version": VERSION, "activeTasks": 0}, "viewer": {"name": "admin"}}
    assert said == [
        {"connected": True},
        {"result": {"data": data, "extensions": {"cost": {"requested": 2, "maximum": 5000}}}},
        {"completed": True},
        {"closed": 1000},
    ]


def test_download_is_added_and_followed_to_its_end(
    shared_program: Program, shared_origin: Origin, node: str
) -> None:
    hold = Event()
    resource = Resource(content(1_500_000), hold=hold)
    url = shared_origin.put("/films/trailer.mkv", resource)

    added = say(node, shared_program, ADD, urls=[url])[1]["result"]["data"]["addDownloads"]
    (task,) = added["tasks"]
    with Running(node, shared_program, KEY, PROGRESS, {"id": task["id"]}) as client:
        client.read_until_some_came()
        hold.set()
        said = list(client)

    assert added["errors"] == []
    assert task["name"] == "trailer.mkv"
    assert said[-2:] == [{"completed": True}, {"closed": 1000}]
    progress = said[-3]["result"]["data"]["taskProgress"]
    assert (progress["status"], progress["progress"]) == ("completed", 100)
    file = shared_program.downloads / "admin" / "trailer.mkv"
    assert hashlib.sha256(file.read_bytes()).hexdigest() == resource.sha256


@pytest.mark.parametrize("end", [Program.stop, Program.kill])
def test_subscription_goes_on_after_the_server_was_restarted(
    staying: Program, origin: Origin, node: str, end: Callable[[Program], object]
) -> None:
    hold = Event()
    resource = Resource(content(1_500_000), hold=hold)
    (task_id,) = staying.add(origin.put("/big.bin", resource))

    with Running(node, staying, KEY, PROGRESS, {"id": task_id}) as client:
        client.read_until_some_came()
        end(staying)
        staying.start()
        hold.set()
        said = list(client)

    assert [line for line in said if "connected" in line] == [{"connected": True}]
    assert said[-2:] == [{"completed": True}, {"closed": 1000}]
    assert said[-3]["result"]["data"]["taskProgress"]["status"] == "completed"
    file = staying.downloads / "admin" / "big.bin"
    assert hashlib.sha256(file.read_bytes()).hexdigest() == resource.sha256


def test_wrong_key_closes_the_socket_with_4403(shared_program: Program, node: str) -> None:
    said = say(node, shared_program, STATUS, key="a-wrong-key")

    assert said == [{"closed": 4403}, {"failed": 4403}]
