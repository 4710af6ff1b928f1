"""Downloads and changes in a long stream, and a record of what the server acknowledged."""

import http.client
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.end_to_end.program import Program
from tests.fakes.origin import Origin, Resource, content


class Unanswered(OSError):
    """The server ends, and says so in place of an answer."""


# What a request raises whose server ends before it has answered.
GONE = (OSError, http.client.HTTPException)

ADD = """
    mutation($urls: [String!]!) {
      addDownloads(input: {urls: $urls}) { tasks { id url } errors { code message } }
    }
"""
CANCEL = """
    mutation($ids: [ID!]!) {
      cancelTasks(input: {ids: $ids}) { tasks { id state } errors { code message } }
    }
"""

SMALLEST, LARGEST = 60_000, 2_000_000  # bytes; from 1 MiB on, the body goes another way


@dataclass
class Addition:
    """One call that adds downloads: what was asked for, and the ids that were answered."""

    paths: list[str]
    ids: list[str] = field(default_factory=list)  # none where the answer did not come

    @property
    def is_acknowledged(self) -> bool:
        return bool(self.ids)


class Workload:
    """Adds and changes tasks by chance, the same ones for the same `seed`.

    `acknowledged` are the tasks that the server answered for, with the path of each. A change
    whose answer did not come may have happened or not: those are `in_doubt`.
    """

    def __init__(self, origin: Origin, seed: int, *, most: int, speed: float) -> None:
        self.additions: list[Addition] = []
        self.acknowledged: dict[str, str] = {}
        self.cancelled: set[str] = set()
        self.in_doubt: set[str] = set()
        self.answers = 0
        self._origin = origin
        self._chance = random.Random(seed)
        self._most = most
        self._speed = speed
        self._asked = 0
        # Each is as likely as it is often here.
        self._changes: list[Callable[[Program], None]] = [self._add_some, self._cancel, self._look]

    @property
    def resources(self) -> dict[str, Resource]:
        return self._origin.resources

    def add(self, program: Program, number: int) -> None:
        """Add that many downloads in one call."""
        paths = [self._put() for _ in range(number)]
        addition = Addition(paths)
        self.additions.append(addition)
        urls = [f"{self._origin.url}{path}" for path in paths]
        payload = _payload(program.ask(ADD, urls=urls))
        assert [task["url"] for task in payload["tasks"]] == urls
        addition.ids = [task["id"] for task in payload["tasks"]]
        self.acknowledged |= dict(zip(addition.ids, paths, strict=True))
        self.answers += 1

    def change(self, program: Program) -> None:
        """Do one thing by chance. Raises one of `GONE` where no answer comes."""
        self._chance.choice(self._changes)(program)
        self.answers += 1

    def let_through(self) -> None:
        """Give all bodies as fast as they go."""
        for resource in self.resources.values():
            resource.speed = None

    def _put(self) -> str:
        self._asked += 1
        size = self._chance.choice((SMALLEST, LARGEST)) + self._chance.randrange(SMALLEST)
        path = f"/{self._asked}.bin"
        self._origin.put(path, Resource(content(size, seed=self._asked), speed=self._speed))
        return path

    def _add_some(self, program: Program) -> None:
        if self._asked < self._most:
            self.add(program, self._chance.randint(1, 3))

    def _cancel(self, program: Program) -> None:
        # Few of them, and any of them: waiting, running, finished, cancelled before.
        if self._chance.random() < 0.2:
            chosen = self._some()
            self.in_doubt.update(chosen)
            payload = _payload(program.ask(CANCEL, ids=chosen))
            self.in_doubt.difference_update(chosen)
            self.cancelled |= self._cancelled_in(payload["tasks"])

    def _look(self, program: Program) -> None:
        _payload(program.ask("{ tasks(first: 100) { nodes { id state } } }"))

    def _some(self) -> list[str]:
        return self._chance.sample(list(self.acknowledged), 2)

    @staticmethod
    def _cancelled_in(tasks: list[dict[str, Any]]) -> set[str]:
        return {task["id"] for task in tasks if task["state"] == "CANCELLED"}


def _payload(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the one field that was asked for, without an error in it."""
    payload: dict[str, Any] = next(iter((answer.get("data") or {"": {}}).values()))
    errors = [*answer.get("errors", []), *payload.get("errors", [])]
    codes = {error.get("code") or error["extensions"]["code"] for error in errors}
    if codes == {"UNAVAILABLE"}:
        raise Unanswered
    assert codes <= {"ILLEGAL_MOVE"}, errors  # of what is finished: that is no failure
    return payload
