"""The limits that a server has by default, and the commands that have to live with them."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.program import KEY, Program
from tests.fakes.origin import Origin, Resource, content

LIMIT = 100  # as documented


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """A server with the limits that it has where nobody sets others."""
    started = Program(tmp_path)
    del started.environment["ARGOSY_RATE_LIMIT_GRAPHQL"]
    del started.environment["ARGOSY_RATE_LIMIT_WS"]
    started.start()
    yield started
    started.close()


def test_commands_on_the_machine_itself_take_little_of_what_they_may(
    program: Program, origin: Origin
) -> None:
    del program.environment["ARGOSY_ADMIN_TOKEN"]  # of the commands; the server has it
    for number in range(3):
        assert (
            program.run("get", origin.put(f"/{number}.bin", Resource(content(1000)))).returncode
            == 0
        )
    for command in (["tasks"], ["queue"], ["tasks", "--json"]):
        assert program.run(*command).returncode == 0

    lent = json.loads((program.data / "server.json").read_bytes())["key"]
    answer = program.ask_with(lent, "{ rateLimit { limit remaining } }")

    shown = answer["data"]["rateLimit"]
    assert shown["limit"] == LIMIT * 10
    assert shown["remaining"] > shown["limit"] - LIMIT / 2


def test_key_that_asks_too_much_is_told_when_to_come_back(program: Program) -> None:
    for number in range(LIMIT):
        answer = program.ask("{ rateLimit { remaining } }")
        assert answer["data"]["rateLimit"]["remaining"] == LIMIT - number - 1

    with pytest.raises(urllib.error.HTTPError) as refused:
        program.ask("{ viewer { name } }")

    with refused.value as error:
        assert (error.code, error.headers["X-RateLimit-Remaining"]) == (429, "0")
        assert 1 <= int(error.headers["Retry-After"]) <= 60
    command = program.run("tasks", "--server", program.url, "--key", KEY)
    assert command.returncode != 0
    assert "More than 100 were asked in a minute" in command.stderr
    assert program.health()[0] == 200
