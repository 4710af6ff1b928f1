"""`argosy watch`, in a script and before somebody's eyes."""

import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

import orjson
import pytest

from tests.end_to_end.program import Program
from tests.end_to_end.terminal import CTRL_C, Terminal
from tests.fakes.origin import Origin, Resource, content

INTERRUPTED = 130
KINDS = ["ADDED", "STARTED", "COMPLETED"]
LOG = """
query($after: String) {
  taskEvents(first: 100, after: $after) { nodes { cursor kind taskId } pageInfo { hasNextPage } }
}
"""


class Watching:
    """`argosy watch` in a script."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.objects: list[dict[str, Any]] = []

    def until(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Read objects until one is such, and return it."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.objects.append(orjson.loads(line))
            if condition(self.objects[-1]):
                return self.objects[-1]
        raise AssertionError(self.objects)

    def until_completed(self, task_id: str) -> None:
        """Read until a task is completed."""
        self.until(lambda each: (each.get("kind"), each.get("taskId")) == ("COMPLETED", task_id))

    def until_connected(self) -> None:
        """Read until it has shown the queue for the first time."""
        self.until(lambda each: each["type"] == "queue")

    @property
    def events(self) -> list[tuple[str, str, str]]:
        """Return what it has told so far of events."""
        return [
            (each["cursor"], each["kind"], each["taskId"])
            for each in self.objects
            if each["type"] == "event"
        ]

    def interrupt(self) -> tuple[int, str]:
        """Press Ctrl-C, and return the exit status and what was said on standard error."""
        self.process.send_signal(signal.SIGINT)
        _, errors = self.process.communicate(timeout=60)
        return self.process.returncode, errors


@contextmanager
def watching(program: Program, *options: str) -> Iterator[Watching]:
    with program.popen("watch", *options) as process:
        try:
            yield Watching(process)
        finally:
            process.kill()


def log_after(program: Program, cursor: str | None = None) -> list[tuple[str, str, str]]:
    """Return all events of the log behind a cursor."""
    page = program.ask(LOG, after=cursor)["data"]["taskEvents"]
    assert not page["pageInfo"]["hasNextPage"]
    return [(node["cursor"], node["kind"], node["taskId"]) for node in page["nodes"]]


def last_event(program: Program) -> str:
    cursor: str = program.ask("{ queue { lastEvent } }")["data"]["queue"]["lastEvent"]
    return cursor


def test_crash_of_the_server_hides_no_event(program: Program, origin: Origin) -> None:
    hold = Event()
    urls = [
        origin.put(f"/{number}.bin", Resource(content(60_000, number), hold=hold))
        for number in range(3)
    ]
    with watching(program, "--json") as watch:
        watch.until_connected()
        first, *_ = program.add(*urls)
        watch.until(lambda each: (each.get("kind"), each.get("taskId")) == ("STARTED", first))
        program.kill()
        program.start()
        (late,) = program.add(origin.put("/late.bin", Resource(content(1000))))
        hold.set()
        watch.until_completed(late)
        while len([kind for _, kind, _ in watch.events if kind == "COMPLETED"]) < 4:
            watch.until(lambda each: each.get("kind") == "COMPLETED")
        status, errors = watch.interrupt()

    assert watch.events == log_after(program)
    assert status == INTERRUPTED
    assert errors.splitlines() == [
        "The server went away; waiting for it. The downloads are safe with it.",
        "The server is back.",
    ]


def test_event_after_a_crash_is_told_though_there_was_none_before(
    program: Program, origin: Origin
) -> None:
    with watching(program, "--json") as watch:
        watch.until_connected()
        program.kill()
        program.start()
        (task_id,) = program.add(origin.put("/first.bin", Resource(content(1000))))
        watch.until_completed(task_id)

    assert [kind for _, kind, _ in watch.events] == KINDS


def test_object_of_an_event_has_what_scripts_ask_for(
    shared_program: Program, shared_origin: Origin
) -> None:
    with watching(shared_program, "--events", "--json", "--after", last_event(shared_program)) as w:
        (task_id,) = shared_program.add(f"{shared_origin.url}/gone.bin")
        failed = w.until(lambda each: each["kind"] == "FAILED")

    assert {name: failed.pop(name) for name in ("cursor", "seq", "at")}["seq"] > 0
    assert failed == {
        "type": "event",
        "kind": "FAILED",
        "taskId": task_id,
        "name": "gone.bin",
        "owner": "admin",
        "state": "FAILED",
        "attempt": 1,
        "error": {
            "code": "HTTP_STATUS",
            "message": "The server answered 404 Not Found. Check the link.",
        },
    }
    assert [each["kind"] for each in w.objects] == ["ADDED", "STARTED", "FAILED"]


@pytest.mark.parametrize("options", [(), ("--json", "--events")])
def test_reader_that_goes_away_ends_it(
    shared_program: Program, shared_origin: Origin, options: tuple[str, ...]
) -> None:
    cursor = last_event(shared_program)
    shared_program.add(f"{shared_origin.url}/gone.bin")
    with shared_program.popen("watch", *options, "--after", cursor) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        while process.poll() is None:
            shared_program.add(f"{shared_origin.url}/gone.bin")
        assert process.stderr is not None
        errors = process.stderr.read()

    assert (process.returncode, errors) == (1, "")


def test_queue_is_told_to_scripts(shared_program: Program, shared_origin: Origin) -> None:
    film = Resource(content(100_000), hold=Event())
    with watching(shared_program, "--json") as watch:
        watch.until_connected()
        (task_id,) = shared_program.add(shared_origin.put("/told.mkv", film))
        running = watch.until(lambda each: each["type"] == "queue" and bool(each["tasks"]))
        assert film.hold is not None
        film.hold.set()
        watch.until_completed(task_id)

    assert (running["running"], running["tasks"][0]["taskId"]) == (1, task_id)


def test_lines_without_a_terminal_are_plain_and_dated(
    shared_program: Program, shared_origin: Origin
) -> None:
    cursor = last_event(shared_program)
    name = "long-" * 30 + "name.bin"
    url = shared_origin.put(f"/{name}", Resource(content(1000)))
    (task_id,) = shared_program.add(url)
    with shared_program.popen("watch", "--after", cursor) as process:
        assert process.stdout is not None
        lines = [next(process.stdout) for _ in range(3)]
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)

    assert [line[21:].rstrip("\n") for line in lines] == [
        f"added        {name}",
        f"started      {name}",
        f"completed    {name}  1.0 kB",
    ]
    assert all(line[4] == "-" and line[13] == ":" for line in lines)
    assert (process.returncode, errors) == (INTERRUPTED, "")
    assert log_after(shared_program, cursor)[-1][1:] == ("COMPLETED", task_id)


def test_events_of_others_are_for_those_who_ask(
    shared_program: Program, shared_origin: Origin
) -> None:
    shared_program.run("user", "create", "ann")
    ann = shared_program.run("key", "create", "--user", "ann").stdout.strip()
    cursor = last_event(shared_program)
    hers = shared_origin.put("/hers.bin", Resource(content(1000)))
    adding = "mutation($urls: [String!]!) { addDownloads(input: { urls: $urls }) { tasks { id } } }"
    shared_program.ask_with(ann, adding, urls=[hers])
    (own,) = shared_program.add(shared_origin.put("/own.bin", Resource(content(1000))))

    with watching(shared_program, "--events", "--json", "--after", cursor) as watch:
        watch.until_completed(own)
    with watching(
        shared_program, "--events", "--json", "--after", cursor, "--everybody"
    ) as everybody:
        everybody.until_completed(own)

    assert {each["owner"] for each in watch.objects} == {"admin"}
    assert {each["owner"] for each in everybody.objects} == {"admin", "ann"}


def test_events_that_are_kept_no_more_are_told_of(
    shared_program: Program, shared_origin: Origin
) -> None:
    with watching(shared_program, "--events", "--json", "--after", "aaaaaaaa.7") as watch:
        lagged = watch.until(lambda each: each["type"] == "lagged")
        (task_id,) = shared_program.add(shared_origin.put("/new.bin", Resource(content(1000))))
        watch.until_completed(task_id)
        _, errors = watch.interrupt()

    assert lagged["reason"] == "EXPIRED"
    assert [kind for _, kind, _ in watch.events] == KINDS
    assert errors == "Some events are not kept any more; going on with what is new.\n"


@pytest.mark.parametrize(
    ("after", "reason"), [("nonsense", "'nonsense' is no cursor of an event."), ("", "'' is no")]
)
def test_cursor_that_is_none_is_refused(shared_program: Program, after: str, reason: str) -> None:
    done = shared_program.run("watch", "--events", "--after", after)

    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr


def test_terminal_shows_bars_sums_and_events(
    shared_program: Program, shared_origin: Origin
) -> None:
    film = Resource(content(1_000_000), speed=1_000_000, hold=Event())
    assert film.hold is not None

    with Terminal(shared_program, "watch") as terminal:
        terminal.wait_for("0 running · 0 waiting")
        shared_program.add(shared_origin.put("/film.mkv", film))
        terminal.wait_for(r"\d\d:\d\d:\d\d  added +film\.mkv\r\n")
        terminal.wait_for(r"\d\d:\d\d:\d\d  started +film\.mkv\r\n")
        terminal.wait_for(r"film\.mkv +[━╸╺]+ +[1-9]\d?% +\d+\.\d kB of 1\.0 MB +\d+\.\d [kM]B/s")
        terminal.wait_for(r"1 running · 0 waiting · \d+\.\d [kM]B/s")
        film.hold.set()
        terminal.wait_for(r"\d\d:\d\d:\d\d  completed +film\.mkv  1\.0 MB\r\n")
        terminal.type(CTRL_C)
        status = terminal.wait()

    assert status == INTERRUPTED
    assert "Traceback" not in terminal.text
    assert "^C" not in terminal.text


def test_terminal_shows_that_the_server_is_away(program: Program, origin: Origin) -> None:
    film = Resource(content(1_000_000), speed=1_000_000, hold=Event())
    assert film.hold is not None
    program.add(origin.put("/film.mkv", film))

    with Terminal(program, "watch") as terminal:
        terminal.wait_for(r"film\.mkv +[━╸╺]+ +[1-9]\d?%")
        program.kill()
        terminal.wait_for("The server went away; waiting for it.")
        terminal.wait_for("waiting for the server")
        program.start()
        terminal.wait_for("The server is back.")
        film.hold.set()
        terminal.wait_for(r"completed +film\.mkv  1\.0 MB")
        terminal.type(CTRL_C)
        status = terminal.wait()

    assert status == INTERRUPTED


def test_ctrl_c_while_the_server_is_away_ends_it(program: Program) -> None:
    with Terminal(program, "watch") as terminal:
        terminal.wait_for("0 running")
        program.kill()
        terminal.wait_for("The server went away; waiting for it.")
        terminal.type(CTRL_C)
        status = terminal.wait()

    assert status == INTERRUPTED
    assert "Traceback" not in terminal.text
