"""`argosy serve`: how it starts, and why it does not."""

import errno
import os
import re
import socket
import urllib.request
from pathlib import Path

import orjson
import pytest

from tests.end_to_end.program import Program
from tests.end_to_end.terminal import Terminal
from tests.needs import needs_ipv6

VIEWER = "{ viewer { name role } }"
ADMIN = {"viewer": {"name": "admin", "role": "ADMIN"}}


def test_first_start_prints_a_setup_link_and_no_other_does(tmp_path: Path) -> None:
    program = Program(tmp_path, ARGOSY_ADMIN_TOKEN="")
    try:
        program.start()
        program.stop()
        program.start()

        (link,) = re.findall(r"Set up +(\S+)", program.log.read_text())
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/login#setup=[\w-]{43}", link)
        assert set_up(program.url, link.partition("=")[2]) == {"name": "admin", "role": "admin"}
    finally:
        program.close()


def set_up(url: str, token: str) -> object:
    """Choose a password with the token of a setup link."""
    request = urllib.request.Request(
        f"{url}/api/setup",
        orjson.dumps({"token": token, "password": "correct horse battery"}),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return orjson.loads(answer.read())


def test_key_that_is_given_is_not_printed(shared_program: Program) -> None:
    log = shared_program.log.read_text()

    assert f"Open       {shared_program.url}" in log
    assert "Set up" not in log
    assert shared_program.environment["ARGOSY_ADMIN_TOKEN"] not in log


def test_greeting_stands_alone_on_a_terminal(tmp_path: Path) -> None:
    with Terminal(Program(tmp_path, ARGOSY_ADMIN_TOKEN=""), "serve") as terminal:
        terminal.wait_for("works once, within 24 hours.")
        terminal.type("\x03")
        status = terminal.wait()

    lines = [line.strip() for line in terminal.text.splitlines() if line.strip() not in {"", "^C"}]
    assert status == 0
    assert [line.split()[0] for line in lines] == ["Argosy", "Open", "Downloads", "Set", "Choose"]


def test_second_server_leaves_the_first_its_folder(shared_program: Program) -> None:
    assert shared_program.process is not None

    second = shared_program.run("serve")

    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr == (
        f"argosy: Another Argosy (process {shared_program.process.pid}) is using the data folder "
        f"{shared_program.data}. Stop it, or give this one another folder with ARGOSY_DATA_DIR.\n"
    )
    assert shared_program.ask(VIEWER)["data"] == ADMIN
    assert shared_program.run("doctor").returncode == 0


def test_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        done = Program(tmp_path, ARGOSY_PORT=str(port)).run("serve")

    assert (done.returncode, done.stdout) == (1, "")
    said = f"argosy: Cannot listen on 127.0.0.1 port {port}: {os.strerror(errno.EADDRINUSE)}"
    assert done.stderr.startswith(said)
    assert done.stderr.endswith(" Choose others with ARGOSY_HOST and ARGOSY_PORT.\n")


def test_key_file_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("no key\n")
    key.chmod(0o600)
    program = Program(tmp_path, ARGOSY_SECRET_KEY_FILE=str(key))

    done = program.run("serve")
    doctor = program.run("doctor")

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        "argosy: The key file key holds no key: 32 bytes"
    )
    assert done.stderr.endswith(f" The file is {key} (ARGOSY_SECRET_KEY_FILE).\n")
    assert doctor.returncode == 1
    assert "The key file key holds no key" in doctor.stdout


def test_host_that_nobody_knows_is_named(tmp_path: Path) -> None:
    done = Program(tmp_path, ARGOSY_HOST="no.such.host.invalid").run("serve")

    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(
        r"argosy: Cannot listen on no\.such\.host\.invalid port 0: the host cannot be looked up "
        r"\([A-Z][^()]+\)\. Choose others with ARGOSY_HOST and ARGOSY_PORT\.\n",
        done.stderr,
    )
    assert "Unknown error" not in done.stderr


@pytest.mark.parametrize(
    ("host", "named", "reachable"),
    [("::", "127.0.0.1", ["127.0.0.1", "::1"]), ("::1", "[::1]", ["::1"])],
)
def test_server_on_ipv6_answers_where_it_says(
    tmp_path: Path, host: str, named: str, reachable: list[str]
) -> None:
    needs_ipv6()
    program = Program(tmp_path, ARGOSY_HOST=host)
    try:
        program.start()

        port = int(program.url.rpartition(":")[2])
        assert program.url == f"http://{named}:{port}"
        assert program.ask(VIEWER)["data"] == ADMIN
        assert f"Open       {program.url}" in program.log.read_text()
        for address in reachable:
            socket.create_connection((address, port), timeout=30).close()
    finally:
        program.close()


def test_server_on_every_address_of_ipv4_says_how_to_reach_it(tmp_path: Path) -> None:
    program = Program(tmp_path, ARGOSY_HOST="0.0.0.0")
    try:
        program.start()

        assert program.url.startswith("http://127.0.0.1:")
        assert program.ask(VIEWER)["data"] == ADMIN
    finally:
        program.close()


@pytest.mark.parametrize("command", [["serve"], ["doctor"], ["get", "http://127.0.0.1/a"]])
def test_all_wrong_settings_are_listed_at_once(tmp_path: Path, command: list[str]) -> None:
    program = Program(tmp_path, ARGOSY_PORT="99999", ARGOSY_LOG_LEVEL="loud")

    done = program.run(*command)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "argosy: these settings cannot be used:\n"
        "  ARGOSY_LOG_LEVEL: input should be 'DEBUG', 'INFO', 'SUCCESS', 'WARNING', 'ERROR' or "
        "'CRITICAL' (it is 'loud')\n"
        "  ARGOSY_PORT: input should be less than or equal to 65535 (it is '99999')\n"
    )
    assert not program.data.exists()
