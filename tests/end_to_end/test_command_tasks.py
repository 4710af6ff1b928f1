"""`argosy tasks` and `argosy queue`, in a script and in a terminal."""

import re
from collections.abc import Iterator
from threading import Event
from typing import Any

import orjson
import pytest

from tests.end_to_end.program import Program, wait_until
from tests.end_to_end.terminal import Terminal
from tests.fakes.origin import Origin, Resource, content

TASK = """
query($id: ID!) {
  task(id: $id) { state priority dueAt createdAt options { speedLimit } }
}
"""
NONE_ENDS_SO = "None of your tasks has an id that ends so. Give the whole id."
SPEED = "{ queue { speedBytes } }"
REMOVE = "mutation($ids: [ID!]!) { removeTasks(input: { ids: $ids }) { errors { code } } }"
LISTED = "{ tasks(first: 100) { nodes { id } } }"
QUEUE = "{ tasks(orderBy: QUEUE, filter: { states: [PENDING] }) { nodes { id } } }"


@pytest.fixture
def paused(shared_program: Program) -> Iterator[Program]:
    """Give a server that starts nothing, and has no tasks."""
    shared_program.ask("mutation { pauseQueue(input: {}) { errors { code } } }")
    yield shared_program
    while nodes := shared_program.ask(LISTED)["data"]["tasks"]["nodes"]:
        shared_program.ask(REMOVE, ids=[node["id"] for node in nodes])
    shared_program.ask("mutation { resumeQueue(input: {}) { errors { code } } }")


def listed(program: Program, *options: str) -> list[dict[str, Any]]:
    """Return what `argosy tasks --json` prints."""
    done = program.run("tasks", "--json", "--limit", "1000", *options)
    assert (done.returncode, done.stderr) == (0, "")
    return [orjson.loads(line) for line in done.stdout.splitlines()]


def add(program: Program, origin: Origin, *names: str) -> list[str]:
    return program.add(
        *(origin.put(f"/{name}", Resource(content(1000, n))) for n, name in enumerate(names))
    )


def look(program: Program, task_id: str) -> dict[str, Any]:
    task: dict[str, Any] = program.ask(TASK, id=task_id)["data"]["task"]
    return task


def test_line_of_json_has_what_scripts_ask_for(paused: Program, shared_origin: Origin) -> None:
    (task_id,) = add(paused, shared_origin, "film.mkv")

    (task,) = listed(paused)

    assert {name: task.pop(name) for name in ("createdAt", "dueAt", "url")}["url"].endswith(
        "/film.mkv"
    )
    assert task == {
        "id": task_id,
        "name": "film.mkv",
        "folder": "",
        "host": "127.0.0.1",
        "kind": "VIDEO",
        "isGroup": False,
        "owner": "admin",
        "state": "PENDING",
        "priority": "NORMAL",
        "progress": 0.0,
        "receivedBytes": 0,
        "totalBytes": None,
        "speedBytes": 0,
        "etaSeconds": None,
        "attempt": 0,
        "error": None,
        "startedAt": None,
        "finishedAt": None,
    }


def test_lines_without_a_terminal_have_tabs_and_whole_ids(
    paused: Program, shared_origin: Origin
) -> None:
    first, second = add(paused, shared_origin, "a" * 200, "b.zip")

    done = paused.run("tasks", "--order", "oldest")

    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert [(row[0], row[1], row[-1]) for row in rows] == [
        ("pending", "a" * 200, first),
        ("pending", "b.zip", second),
    ]


def test_filters_and_order_are_those_that_were_typed(
    paused: Program, shared_origin: Origin
) -> None:
    film, song, book = add(paused, shared_origin, "film.mkv", "song.mkv", "book.pdf")
    paused.run("tasks", "pause", song)

    assert [task["id"] for task in listed(paused, "--kind", "video", "--order", "name")] == [
        film,
        song,
    ]
    assert [task["id"] for task in listed(paused, "--state", "paused,running")] == [song]
    assert [task["id"] for task in listed(paused, "--text", "BOOK", "--owner", "me")] == [book]
    assert listed(paused, "--host", "example.com") == []


def test_more_than_a_page_is_listed(paused: Program, shared_origin: Origin) -> None:
    ids = paused.add(*(f"{shared_origin.url}/{number}" for number in range(120)))

    found = listed(paused, "--limit", "110", "--order", "oldest")

    assert [task["id"] for task in found] == ids[:110]


def test_terminal_shows_a_table_with_speed_and_short_ids(
    shared_program: Program, shared_origin: Origin
) -> None:
    film = Resource(content(1_000_000), speed=400_000, hold=Event())
    (task_id,) = shared_program.add(shared_origin.put("/table.mkv", film))
    wait_until(lambda: shared_program.ask(SPEED)["data"]["queue"]["speedBytes"] > 0)

    with Terminal(shared_program, "tasks", "--state", "running") as terminal:
        status = terminal.wait()
    assert film.hold is not None
    film.hold.set()

    assert status == 0
    assert re.search(r"State +Name +Size +Speed +Host +Age +Id", terminal.text)
    assert re.search(
        rf"running +table\.mkv +\d+% +1\.0 MB +[\d.]+ k?B/s +127\.0\.0\.1 +\d+s +{task_id[-6:]}",
        terminal.text,
    )


def test_tasks_are_paused_and_resumed_by_the_ends_of_their_ids(
    paused: Program, shared_origin: Origin
) -> None:
    ids = add(paused, shared_origin, "a.zip", "b.zip")
    short = [each[-8:] for each in ids]

    pausing = paused.run("tasks", "pause", *short)
    states = [look(paused, each)["state"] for each in ids]
    resuming = paused.run("tasks", "resume", short[0])

    assert (pausing.returncode, pausing.stderr) == (0, "")
    assert pausing.stdout == f"{short[0]}  paused  a.zip\n{short[1]}  paused  b.zip\n"
    assert states == ["PAUSED", "PAUSED"]
    assert resuming.stdout == f"{short[0]}  resumed  a.zip\n"
    assert [look(paused, each)["state"] for each in ids] == ["PENDING", "PAUSED"]


def test_one_that_cannot_be_changed_keeps_the_others_from_nothing(
    paused: Program, shared_origin: Origin
) -> None:
    cancelled, other = add(paused, shared_origin, "a.zip", "b.zip")
    paused.run("tasks", "cancel", cancelled)

    done = paused.run("tasks", "pause", cancelled, "ffffffffff", other)

    assert done.returncode == 1
    assert done.stdout == f"{other}  paused  b.zip\n"
    assert done.stderr.splitlines() == [
        f"argosy: {cancelled}: not paused: {cancelled} is CANCELLED; it cannot be paused.",
        f"argosy: ffffffffff: not paused: {NONE_ENDS_SO}",
    ]


def test_end_that_several_ids_have_changes_none(paused: Program, shared_origin: Origin) -> None:
    ids = paused.add(*(f"{shared_origin.url}/{number}" for number in range(40)))
    last = {each[-1] for each in ids}
    (letter,) = [each for each in sorted(last) if sum(i.endswith(each) for i in ids) > 1][:1]

    done = paused.run("tasks", "cancel", letter)

    assert (done.returncode, done.stdout) == (1, "")
    assert re.match(
        rf"argosy: {letter}: not cancelled: \d+ tasks are meant by that: \w+, \w+", done.stderr
    )
    assert {task["state"] for task in listed(paused)} == {"PENDING"}


def test_cancelled_task_is_tried_again(paused: Program, shared_origin: Origin) -> None:
    (task_id,) = add(paused, shared_origin, "a.zip")
    paused.run("tasks", "cancel", task_id)

    done = paused.run("tasks", "retry", task_id)

    assert done.stdout == f"{task_id}  tried again  a.zip\n"
    assert look(paused, task_id)["state"] == "PENDING"


def test_tasks_are_moved(paused: Program, shared_origin: Origin) -> None:
    a, b, c = add(paused, shared_origin, "a", "b", "c")

    def order() -> list[str]:
        return [node["id"] for node in paused.ask(QUEUE)["data"]["tasks"]["nodes"]]

    assert paused.run("tasks", "move", c, "--top").returncode == 0
    assert order() == [c, a, b]
    assert paused.run("tasks", "move", c, a, "--after", b[-8:]).returncode == 0
    assert order() == [b, c, a]
    assert paused.run("tasks", "move", a, "--before", c).returncode == 0
    assert order() == [b, a, c]
    assert paused.run("tasks", "move", b, "--bottom").returncode == 0
    assert order() == [a, c, b]


@pytest.mark.parametrize("places", [(), ("--top", "--bottom"), ("--before", "ffffffff")])
def test_place_that_makes_no_sense_moves_nothing(
    paused: Program, shared_origin: Origin, places: tuple[str, ...]
) -> None:
    a, b = add(paused, shared_origin, "a", "b")

    done = paused.run("tasks", "move", b, *places)

    assert (done.returncode, done.stdout) == (2, "")
    assert [node["id"] for node in paused.ask(QUEUE)["data"]["tasks"]["nodes"]] == [a, b]


def test_priority_limit_and_start_are_set_and_taken_back(
    paused: Program, shared_origin: Origin
) -> None:
    (task_id,) = add(paused, shared_origin, "a.zip")

    done = paused.run(
        *("tasks", "set", task_id, "--priority", "high", "--limit", "2M"),
        *("--start-at", "2099-12-24T20:15:00Z"),
    )
    changed = look(paused, task_id)
    paused.run("tasks", "set", task_id, "--limit", "none", "--start-at", "now")
    after = look(paused, task_id)

    assert done.stdout == f"{task_id}  changed  a.zip\n"
    assert (changed["priority"], changed["options"]["speedLimit"]) == ("HIGH", 2_000_000)
    assert changed["dueAt"] == "2099-12-24T20:15:00.000Z"
    assert (after["priority"], after["options"]["speedLimit"]) == ("HIGH", None)
    assert after["dueAt"] < "2099"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ((), "give what to change: --priority, --limit or --start-at"),
        (("--priority", "top"), "'top' is no priority; take low, normal, high"),
        (("--start-at", "soon"), "'soon' is no time; give 22:30, +2h, 2026-12-24 20:15 or now"),
    ],
)
def test_change_that_makes_no_sense_is_refused(
    shared_program: Program, options: tuple[str, ...], reason: str
) -> None:
    done = shared_program.run("tasks", "set", "a", *options)

    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"argosy: {reason}\n")


def test_removed_task_is_restored_with_what_was_printed(
    paused: Program, shared_origin: Origin
) -> None:
    (task_id,) = add(paused, shared_origin, "a.zip")

    removing = paused.run("tasks", "remove", task_id)
    left = listed(paused)
    restore = removing.stderr.split("argosy ")[1].split()
    restoring = paused.run(*restore)

    assert removing.stdout == f"{task_id}  removed  a.zip\n"
    assert left == []
    assert restoring.stdout == f"{task_id}  restored  a.zip\n"
    assert [task["id"] for task in listed(paused)] == [task_id]


def test_finished_tasks_are_cleared(paused: Program, shared_origin: Origin) -> None:
    cancelled, waiting = add(paused, shared_origin, "a.zip", "b.zip")
    paused.run("tasks", "cancel", cancelled)

    none = paused.run("tasks", "clear", "--state", "failed")
    one = paused.run("tasks", "clear")

    assert (none.stdout, none.stderr) == ("0 tasks removed\n", "")
    assert one.stdout == "1 task removed\n"
    assert [task["id"] for task in listed(paused)] == [waiting]


def test_queue_is_paused_and_goes_on(shared_program: Program) -> None:
    pausing = shared_program.run("queue", "pause")
    shown = orjson.loads(shared_program.run("queue", "--json").stdout)
    going_on = shared_program.run("queue", "resume")

    assert re.match(r"Queue +paused *\nRunning +0 of ", pausing.stdout)
    assert (shown["paused"], shown["isServerPaused"]) == (True, False)
    assert re.match(r"Queue +open *\n", going_on.stdout)


def test_queue_of_everybody_is_paused(shared_program: Program) -> None:
    pausing = shared_program.run("queue", "pause", "--everybody")
    going_on = shared_program.run("queue", "resume", "--everybody")

    assert re.match(r"Queue +paused, with the whole server *\n", pausing.stdout)
    assert re.match(r"Queue +open *\n", going_on.stdout)


@pytest.mark.parametrize(
    "command", [("tasks", "--json", "pause", "a"), ("queue", "--json", "pause")]
)
def test_options_before_a_command_are_refused(
    shared_program: Program, command: tuple[str, ...]
) -> None:
    done = shared_program.run(*command)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "argosy: give options behind `pause`, not before it\n"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--state", "lost"), "'lost' is no state; take pending, running, "),
        (("--kind", "song"), "'song' is no kind; take image, video, archive, document"),
        (("--order", "age"), "'age' is no order; take newest, oldest, "),
        (("--owner", "bob"), "give me, or the number of a user: 'bob' is neither"),
    ],
)
def test_filter_that_makes_no_sense_is_explained(
    shared_program: Program, options: tuple[str, str], reason: str
) -> None:
    done = shared_program.run("tasks", *options)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"argosy: {reason}")


def test_escapes_in_a_name_do_not_reach_the_terminal(
    paused: Program, shared_origin: Origin
) -> None:
    paused.add(f"{shared_origin.url}/a%1B%5B31mred%1B%5D0;title%07.zip")

    done = paused.run("tasks")

    assert "\x1b" not in done.stdout
    assert "\x07" not in done.stdout


@pytest.mark.parametrize("arguments", [("tasks",), ("queue",), ("tasks", "pause", "a")])
def test_ends_with_3_where_no_server_runs(
    tmp_path_factory: pytest.TempPathFactory, arguments: tuple[str, ...]
) -> None:
    nobody = Program(tmp_path_factory.mktemp("nobody"))

    done = nobody.run(*arguments)

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("argosy: no server runs on this machine")
