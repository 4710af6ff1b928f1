"""The commands about users, beside a running server and without one."""

import json
import urllib.error
from pathlib import Path

import pytest

from tests.end_to_end.program import Program, wait_until
from tests.end_to_end.terminal import Terminal
from tests.fakes.origin import Origin, Resource, content

PASSWORD, OTHER = "correct horse battery", "another battery"
LOGIN = """
    mutation($name: String!, $password: String!) {
        login(input: { name: $name, password: $password }) {
            tokens { accessToken } errors { code }
        }
    }
"""
VIEWER = "{ viewer { name role } }"


def log_in(program: Program, name: str, password: str) -> str | None:
    """Return an access token, if the password is right."""
    answer = program.ask_with("none", LOGIN, name=name, password=password)
    tokens = answer["data"]["login"]["tokens"]
    return None if tokens is None else str(tokens["accessToken"])


def is_refused(program: Program, key: str) -> bool:
    try:
        program.ask_with(key, VIEWER)
    except urllib.error.HTTPError as error:
        with error:
            return error.code == 401
    return False


@pytest.fixture
def password_file(tmp_path: Path) -> str:
    path = tmp_path / "password"
    path.write_text(f"{PASSWORD}\nwhat follows is no matter\n")
    return str(path)


def test_password_is_typed_twice_and_not_shown(shared_program: Program) -> None:
    with Terminal(shared_program, "user", "create", "typed", "--password") as terminal:
        terminal.wait_for("Password: ")
        terminal.type(f"{PASSWORD}\n")
        terminal.wait_for("Once more: ")
        terminal.type(f"{PASSWORD}\n")
        terminal.wait_for("Made the user typed.")
        assert terminal.wait() == 0
        assert PASSWORD not in terminal.text

    assert log_in(shared_program, "typed", PASSWORD)


def test_password_comes_from_a_file_or_from_standard_input(
    shared_program: Program, password_file: str
) -> None:
    made = shared_program.run("user", "create", "bob", "--password-file", password_file)
    assert (made.returncode, made.stdout) == (0, "Made the user bob.\n")
    token = log_in(shared_program, "bob", PASSWORD)
    assert token

    changed = shared_program.run("user", "password", "bob", "--password-file", "-", input=OTHER)

    assert (changed.returncode, changed.stderr) == (0, "")
    assert is_refused(shared_program, token)
    assert log_in(shared_program, "bob", PASSWORD) is None
    assert log_in(shared_program, "bob", OTHER)


@pytest.mark.parametrize(
    ("arguments", "typed", "message"),
    [
        (("user", "password", "admin"), "", "There is no terminal to ask for a password."),
        (("user", "password", "admin", "--password-file", "-"), "", "There is no password"),
        (("user", "password", "admin", "--password-file", "-"), "short", "10 letters at least"),
        (("user", "password", "nobody", "--password-file", "-"), OTHER, "There is no user"),
        (("user", "password", "admin", "--password-file", "/nowhere"), "", "No such file"),
        (("user", "create", "eve", "--role", "king"), "", "is no role"),
        (("user", "create", "eve", "--tier", "king"), "", "There is no tier"),
        (("user", "update", "admin", "--inactive"), "", "the last administrator"),
        (("user", "delete", "admin", "--yes"), "", "the last administrator"),
        (("user", "delete", "nobody", "--yes"), "", "There is no user"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_cannot_be_is_one_sentence(
    shared_program: Program, arguments: tuple[str, ...], typed: str, message: str
) -> None:
    done = shared_program.run(*arguments, input=typed)

    assert done.returncode == 1
    assert done.stdout == ""
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_users_are_listed_for_people_and_for_scripts(shared_program: Program) -> None:
    shared_program.run("user", "create", "listed", "--role", "admin")

    lines = shared_program.run("user", "list").stdout.splitlines()
    written = shared_program.run("user", "list", "--json").stdout
    objects = [json.loads(line) for line in written.splitlines()]

    assert "listed\tadmin\tunlimited\tactive\tkeys only" in lines
    (listed,) = [found for found in objects if found["name"] == "listed"]
    assert (listed["role"], listed["isActive"], listed["hasPassword"]) == ("admin", True, False)
    shared_program.run("user", "delete", "listed", "--yes")


def test_running_server_obeys_at_once(shared_program: Program) -> None:
    shared_program.run("user", "create", "carol")
    key = shared_program.run("key", "create", "--user", "carol").stdout.strip()
    assert not is_refused(shared_program, key)

    updated = shared_program.run("user", "update", "carol", "--role", "admin", "--inactive")

    assert updated.stdout == "carol\tadmin\tunlimited\tinactive\tkeys only\n"
    assert is_refused(shared_program, key)
    shared_program.run("user", "update", "carol", "--active")
    assert shared_program.ask_with(key, VIEWER)["data"]["viewer"]["role"] == "ADMIN"


def test_removed_users_downloads_are_stopped(program: Program, origin: Origin) -> None:
    program.run("user", "create", "dave")
    key = program.run("key", "create", "--user", "dave").stdout.strip()
    url = origin.put("/slow.bin", Resource(content(5_000_000), speed=100_000))
    add = "mutation($u: [String!]!) { addDownloads(input: { urls: $u }) { tasks { id } } }"
    program.ask_with(key, add, u=[url])

    def states() -> list[str]:
        found = program.ask("{ tasks { nodes { state } } }")["data"]["tasks"]["nodes"]
        return [task["state"] for task in found]

    wait_until(lambda: states() == ["RUNNING"])

    removed = program.run("user", "delete", "dave", "--yes")

    assert removed.returncode == 0
    assert is_refused(program, key)
    wait_until(lambda: states() == [])


def test_removal_is_asked_for_once_more(shared_program: Program) -> None:
    shared_program.run("user", "create", "erin")

    asked = shared_program.run("user", "delete", "erin", input="n\n")
    after = shared_program.run("user", "list").stdout

    assert asked.returncode == 1
    assert "Remove erin" in asked.stderr
    assert "erin" in after


def test_nobody_is_asked_about_a_user_that_there_is_not(shared_program: Program) -> None:
    done = shared_program.run("user", "delete", "nobody", input="y\n")

    assert (done.returncode, done.stdout) == (1, "")
    assert "There is no user 'nobody'" in done.stderr
    assert "Remove" not in done.stderr
