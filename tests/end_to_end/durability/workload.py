"""Downloads and changes in a long stream, and a record of what the server acknowledged."""

import http.client
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.end_to_end.durability.promises import Promises, told_in
from tests.end_to_end.program import Program
from tests.fakes.origin import Origin, Resource, content


class Unanswered(OSError):
    """The server ends, and says so in place of an answer."""


# What a request raises whose server ends before it has answered.
GONE = (OSError, http.client.HTTPException)

ADD = """
    mutation($input: AddDownloadsInput!) {
      addDownloads(input: $input) { tasks { id url } errors { code message } }
    }
"""
CHANGE = """
    mutation($input: %s!) {
      %s(input: $input) { results { id task { state } } errors { code message } %s }
    }
"""
CLEAR = """
    mutation($input: ClearFinishedTasksInput!) {
      clearFinishedTasks(input: $input) { count errors { code message } }
    }
"""
LIST = "{ tasks(first: 100) { nodes { id state } pageInfo { hasNextPage } } }"

SMALLEST, LARGEST = 60_000, 2_000_000  # bytes; from 1 MiB on, the body goes another way
REGRET = 30.0  # seconds within which a removal is regretted; the server takes twice as many


@dataclass
class Addition:
    """One call that adds downloads: what was asked for, and the ids that were answered."""

    paths: list[str]
    input: dict[str, Any]
    ids: list[str] = field(default_factory=list)  # none where the answer did not come

    @property
    def is_acknowledged(self) -> bool:
        return bool(self.ids)

    @property
    def is_group(self) -> bool:
        return "groupName" in self.input


class Workload:
    """Adds and changes tasks by chance, the same ones for the same `seed`.

    `promises` are what the server has acknowledged.
    """

    def __init__(self, origin: Origin, seed: int, *, most: int, speed: float) -> None:
        self.additions: list[Addition] = []
        self.promises = Promises()
        self.finished_files: set[tuple[str, str]] = set()  # of tasks, by their paths
        self._origin = origin
        self._chance = random.Random(seed)
        self._seed = seed
        self._most = most
        self._speed = speed
        self._asked = 0
        self._removals: list[tuple[float, str, list[str]]] = []
        # Each is as likely as it is often here.
        self._changes: list[Callable[[Program], None]] = [
            *(self._add_some, self._add_group, self._add_again),
            *(self._look, self._pause, self._resume, self._resume, self._cancel, self._retry),
            *(self._move, self._update, self._remove, self._restore, self._clear),
        ]

    @property
    def resources(self) -> dict[str, Resource]:
        return self._origin.resources

    def add(self, program: Program, number: int, **more: object) -> None:
        """Add that many downloads in one call."""
        paths = [self._put() for _ in range(number)]
        urls = [f"{self._origin.url}{path}" for path in paths]
        key = f"{self._seed}-{len(self.additions)}"
        addition = Addition(paths, {"urls": urls, "idempotencyKey": key, **more})
        self.additions.append(addition)
        self._send(program, addition)

    def change(self, program: Program) -> None:
        """Do one thing by chance. Raises one of `GONE` where no answer comes."""
        self._chance.choice(self._changes)(program)

    def settle(self, program: Program) -> None:
        """Ask again for what was not answered, and let go on all that is paused."""
        for addition in self.additions:
            if not addition.is_acknowledged:
                self._send(program, addition)
        listed = _payload(program.ask(LIST))
        assert not listed["pageInfo"]["hasNextPage"]
        paused = [node["id"] for node in listed["nodes"] if node["state"] == "PAUSED"]
        self._apply(program, "resume", paused)

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

    def _send(self, program: Program, addition: Addition) -> None:
        """Ask for downloads; for the same ones once more, the same tasks are answered."""
        tasks = _payload(program.ask(ADD, input=addition.input))["tasks"]
        ids = [task["id"] for task in tasks]
        if addition.is_acknowledged:
            gone = self.promises.removed.keys() | self.promises.perhaps_removed.keys()
            assert ids == [
                task_id for task_id in addition.ids if task_id in ids or task_id not in gone
            ]
            return
        if not addition.is_group:
            assert [task["url"] for task in tasks] == addition.input["urls"]
        parts = [tuple(addition.paths)] if addition.is_group else [(p,) for p in addition.paths]
        addition.ids = ids
        self.promises.paths |= dict(zip(ids, parts, strict=True))

    def _add_some(self, program: Program) -> None:
        if self._asked < self._most:
            self.add(program, self._chance.randint(1, 3))

    def _add_group(self, program: Program) -> None:
        if self._asked < self._most:
            self.add(program, self._chance.randint(2, 3), groupName=f"group {self._asked}")

    def _add_again(self, program: Program) -> None:
        lost = [addition for addition in self.additions if not addition.is_acknowledged]
        self._send(program, self._chance.choice(lost or self.additions))

    def _look(self, program: Program) -> None:
        listed = _payload(program.ask(LIST))
        states = {node["id"]: node["state"] for node in listed["nodes"]}
        self.promises.assert_seen(states, are_all=not listed["pageInfo"]["hasNextPage"])

    def _pause(self, program: Program) -> None:
        self._apply(program, "pause", self._some())

    def _resume(self, program: Program) -> None:
        self._apply(program, "resume", self._some_of("PAUSED"))

    def _cancel(self, program: Program) -> None:
        # Any of them: waiting, running, finished, cancelled before.
        self._apply(program, "cancel", self._some())

    def _retry(self, program: Program) -> None:
        self._apply(program, "retry", self._some_of("CANCELLED"))

    def _move(self, program: Program) -> None:
        self._apply(program, "move", self._some(), to=self._chance.choice(["TOP", "BOTTOM"]))

    def _update(self, program: Program) -> None:
        changed: dict[str, object] = {"priority": self._chance.choice(["LOW", "HIGH"])}
        if self._chance.random() < 0.5:  # what runs is put back
            changed = {"options": {"connections": self._chance.randint(1, 2)}}
        self._apply(program, "update", self._some(), **changed)

    def _remove(self, program: Program) -> None:
        ids, with_files = self._some()[:1], self._chance.random() < 0.5
        with self.promises.removing(ids, with_files=with_files):
            payload = self._apply(program, "remove", ids, "removalId", withFiles=with_files)
        if ids:
            self._removals.append((time.monotonic(), payload["removalId"], ids))

    def _restore(self, program: Program) -> None:
        if not self._removals:
            return
        at, removal, ids = self._removals.pop()
        if time.monotonic() - at < REGRET:
            with self.promises.restoring(ids), self.promises.doubting(ids) as told:
                payload = _payload(program.ask(_change("restore"), input={"removalId": removal}))
                told.update(told_in(payload["results"]))

    def _clear(self, program: Program) -> None:
        sure, doubtful = self.promises.of("CANCELLED"), self.promises.in_doubt
        perhaps = dict.fromkeys(doubtful & set(self.promises.visible), False)
        with self.promises.removing(sure, with_files=False):
            self.promises.perhaps_removed |= perhaps
            answer = program.ask(CLEAR, input={"states": ["CANCELLED"]})
            cleared = _payload(answer)["count"]
        assert len(sure) <= cleared <= len(sure) + len(self.promises.perhaps_removed)

    def _apply(
        self, program: Program, what: str, ids: list[str], *fields: str, **more: object
    ) -> dict[str, Any]:
        """Have something done with tasks, and return the answer."""
        if not ids:
            return {}
        with self.promises.doubting(ids) as told:
            answer = program.ask(_change(what, *fields), input={"ids": ids, **more})
            payload = _payload(answer)
            told.update(told_in(payload["results"]))
        return payload

    def _some(self) -> list[str]:
        visible = self.promises.visible
        return self._chance.sample(visible, min(2, len(visible)))

    def _some_of(self, state: str) -> list[str]:
        found = self.promises.of(state)
        return self._chance.sample(found, min(3, len(found)))


def _change(what: str, *fields: str) -> str:
    """Return the mutation that does it with tasks."""
    return CHANGE % (f"{what.title()}TasksInput", f"{what}Tasks", " ".join(fields))


def _payload(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the one field that was asked for, without an error in it."""
    payload: dict[str, Any] = next(iter((answer.get("data") or {"": {}}).values()))
    errors = [*answer.get("errors", []), *payload.get("errors", [])]
    codes = {error.get("code") or error["extensions"]["code"] for error in errors}
    if codes == {"UNAVAILABLE"}:
        raise Unanswered
    assert codes <= {"ILLEGAL_MOVE"}, errors  # of what is finished: that is no failure
    return payload
