"""`argosy get` before somebody's eyes and under their fingers."""

import re
import socket
from threading import Event

import pytest

from tests.end_to_end.program import KEY, Program, wait_until
from tests.end_to_end.terminal import CTRL_C, Terminal
from tests.fakes.origin import Origin, Resource, content

QUESTION = r"Leave the downloads running\? \[Y/n\]: "
RUNNING = r"[━╸╺]+ +[1-9]\d?% +\d+\.\d kB of 1\.0 MB +\d+\.\d [kM]B/s"
INTERRUPTED = 130
NEWEST = "{ tasks(first: 1) { nodes { id state } } }"


@pytest.fixture
def half() -> Resource:
    """Return something of which no more than a half comes, unless its event is set."""
    return Resource(content(1_000_000), speed=1_000_000, hold=Event())


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def release(resource: Resource) -> None:
    assert resource.hold is not None
    resource.hold.set()


def test_bars_show_name_percentage_bytes_and_speed(
    shared_program: Program, shared_origin: Origin, half: Resource
) -> None:
    urls = [
        shared_origin.put("/film.mkv", half),
        shared_origin.put("/song.ogg", Resource(content(40_000))),
    ]

    with Terminal(shared_program, "get", *urls) as terminal:
        terminal.wait_for(rf"film\.mkv +{RUNNING}")
        terminal.wait_for(r"song\.ogg +━+ +100% +40\.0 kB of 40\.0 kB +done")
        terminal.wait_for(rf"Total \(1 of 2\) +{RUNNING}")
        release(half)
        status = terminal.wait()
        terminal.wait_for(r"Total \(2 of 2\) +━+ +100% +1\.0 MB of 1\.0 MB")

    assert status == 0


def press_ctrl_c(terminal: Terminal) -> None:
    """Press Ctrl-C while bars are shown, and wait for the question."""
    terminal.type(CTRL_C)
    terminal.wait_for(QUESTION)


def test_ctrl_c_and_n_cancel_the_downloads(program: Program, origin: Origin) -> None:
    films = [Resource(content(1_000_000, seed), hold=Event()) for seed in (1, 2)]
    urls = [origin.put(f"/{number}.mkv", film) for number, film in enumerate(films)]

    with Terminal(program, "get", *urls) as terminal:
        terminal.wait_for(r"0\.mkv +━.* [1-9]\d?% +\d")
        terminal.wait_for(r"1\.mkv +━.* [1-9]\d?% +\d")
        press_ctrl_c(terminal)
        terminal.type("n\n")
        status = terminal.wait()

    assert status == INTERRUPTED
    assert terminal.text.endswith("Cancelled.\r\n")
    nodes = program.ask("{ tasks { nodes { state } } }")["data"]["tasks"]["nodes"]
    assert nodes == [{"state": "CANCELLED"}, {"state": "CANCELLED"}]
    wait_until(lambda: not any(path.is_file() for path in program.downloads.rglob("*")))


async def test_ctrl_c_and_enter_leave_the_downloads_running(
    shared_program: Program, shared_origin: Origin, half: Resource
) -> None:
    url = shared_origin.put("/left.mkv", half)

    with Terminal(shared_program, "get", url) as terminal:
        terminal.wait_for(r"left\.mkv +━.* [1-9]\d?% +\d")
        press_ctrl_c(terminal)
        terminal.type("\n")
        status = terminal.wait()
    (task,) = shared_program.ask(NEWEST)["data"]["tasks"]["nodes"]
    release(half)
    said = await shared_program.follow(task["id"])

    assert status == INTERRUPTED
    assert terminal.text.endswith("The server goes on with them.\r\n")
    assert task["state"] == "RUNNING"
    assert said[-1]["state"] == "COMPLETED"
    assert (shared_program.downloads / "admin" / "left.mkv").read_bytes() == half.body


def test_ctrl_c_leaves_no_marks_among_the_bars(
    shared_program: Program, shared_origin: Origin, half: Resource
) -> None:
    url = shared_origin.put("/marks.mkv", half)

    with Terminal(shared_program, "get", url) as terminal:
        terminal.wait_for(r"marks\.mkv +━.* [1-9]\d?% +\d")
        press_ctrl_c(terminal)
        before, _, _ = terminal.text.partition("Leave the downloads")
        status = terminal.interrupt()
    release(half)

    assert status == INTERRUPTED
    assert "^C" not in before
    assert re.search(r"\[Y/n\]: (\^C)+(\r\n)+The server goes on with them\.\r\n$", terminal.text)


@pytest.mark.parametrize("option", ["--key", "--server"])
def test_server_may_start_again_where_only_one_of_server_and_key_is_given(
    program: Program, origin: Origin, half: Resource, option: str
) -> None:
    program.environment["ARGOSY_PORT"] = str(free_port())
    program.stop()
    program.start()
    url = origin.put("/film.mkv", half)
    value = KEY if option == "--key" else program.url

    with Terminal(program, "get", url, option, value) as terminal:
        terminal.wait_for(r"film\.mkv +━.* [1-9]\d?% +\d")
        program.stop()
        terminal.wait_for("The server went away; waiting for it.")
        program.start()
        terminal.wait_for("The server is back.")
        release(half)
        status = terminal.wait()

    assert status == 0


def test_server_may_crash_and_start_again_meanwhile(
    program: Program, origin: Origin, half: Resource
) -> None:
    url = origin.put("/film.mkv", half)

    with Terminal(program, "get", url) as terminal:
        terminal.wait_for(r"film\.mkv +━.* [1-9]\d?% +\d")
        program.kill()
        terminal.wait_for("The server went away; waiting for it.")
        program.start()
        terminal.wait_for("The server is back.")
        release(half)
        status = terminal.wait()

    assert status == 0
    terminal.wait_for(r"film\.mkv +completed +1\.0 MB +\d+\.\d s +admin/film\.mkv")
    assert (program.downloads / "admin" / "film.mkv").read_bytes() == half.body
