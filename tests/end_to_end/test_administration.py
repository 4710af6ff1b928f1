"""The commands that look after a server, beside it and without it."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from urllib.error import HTTPError

import orjson
import pytest

from argosy.version import VERSION
from services.access.identity import Scope
from tests.end_to_end.program import ROOT, Program
from tests.fakes.origin import Origin, Resource, content

VIEWER = "{ viewer { name role scopes } }"
ADD = """
    mutation Add($urls: [String!]!) {
      addDownloads(input: { urls: $urls }) { tasks { id } errors { code message field } }
    }
"""
TASKS = "{ tasks { nodes { name } totalCount } }"


@pytest.fixture(scope="module")
def bob(shared_program: Program) -> str:
    """Return a key of bob, a user who is no administrator."""
    made = shared_program.run("user", "create", "bob")
    assert made.stdout == "Made the user bob.\n"
    assert "./run user password bob" in made.stderr
    return shared_program.run("key", "create", "--user", "bob").stdout.strip()


def test_key_is_printed_alone_and_works(shared_program: Program) -> None:
    done = shared_program.run("key", "create", "--user", "admin")

    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"argosy_[\w-]{43}\n", done.stdout)
    viewer = {"name": "admin", "role": "ADMIN", "scopes": sorted(Scope)}
    assert shared_program.ask_with(done.stdout.strip(), VIEWER)["data"] == {"viewer": viewer}


def test_key_is_listed_and_refused_once_it_is_revoked(shared_program: Program) -> None:
    create = ("key", "create", "--user", "admin", "--name", "short", "--expires", "90d")
    key = shared_program.run(*create, "--scope", "tasks:read").stdout.strip()
    shared_program.ask_with(key, VIEWER)
    listed = shared_program.run("key", "list", "--json", "--user", "admin").stdout

    revoked = shared_program.run("key", "revoke", key[:13])

    (found,) = [
        made for made in map(orjson.loads, listed.splitlines()) if made["prefix"] == key[:13]
    ]
    span = datetime.fromisoformat(found["expiresAt"]) - datetime.fromisoformat(found["createdAt"])
    assert (found["user"], found["name"], found["scopes"]) == ("admin", "short", ["tasks:read"])
    assert round(span / timedelta(days=1), 3) == 90
    assert key not in listed
    assert revoked.stdout == f"Revoked short, a key of admin ({found['id']}).\n"
    with pytest.raises(HTTPError) as caught:
        shared_program.ask_with(key, VIEWER)
    with caught.value as refused:
        assert refused.code == 401
    assert found["id"] not in shared_program.run("key", "list").stdout


def test_key_that_is_not_clear_revokes_none(shared_program: Program) -> None:
    keys = [shared_program.run("key", "create", "--user", "admin").stdout for _ in range(2)]

    done = shared_program.run("key", "revoke", keys[0][:13], "zzzz")

    assert done.returncode == 1
    assert shared_program.ask_with(keys[0].strip(), VIEWER)["data"]["viewer"]["name"] == "admin"


def test_key_without_the_scope_is_refused(shared_program: Program) -> None:
    key = shared_program.run("key", "create", "--user", "admin", "--scope", "tasks:read").stdout

    answer = shared_program.ask_with(key.strip(), ADD, urls=["http://127.0.0.1/a"])

    (error,) = answer["errors"]
    assert answer["data"] is None
    assert error["path"] == ["addDownloads"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert error["message"] == "This key lacks the scope tasks:write. Take one that has it."


async def test_user_has_files_and_tasks_of_their_own(
    shared_program: Program, shared_origin: Origin, bob: str
) -> None:
    resource = Resource(content(50_000))
    (of_admin,) = shared_program.add(shared_origin.put("/admin.bin", resource))
    await shared_program.follow(of_admin)

    done = shared_program.run(
        "get",
        shared_origin.put("/bob.bin", resource),
        *("--server", shared_program.url, "--key", bob),
    )

    assert done.returncode == 0
    assert (shared_program.downloads / "bob" / "bob.bin").read_bytes() == resource.body
    seen = {"nodes": [{"name": "bob.bin"}], "totalCount": 1}
    assert shared_program.ask_with(bob, TASKS)["data"] == {"tasks": seen}
    hidden = shared_program.ask_with(bob, f'{{ task(id: "{of_admin}") {{ id }} }}')
    assert [error["extensions"]["code"] for error in hidden["errors"]] == ["NOT_FOUND"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["user", "create", "Bob!"],
            (
                "'Bob!' cannot be a user's name. Take up to 32 small letters and digits, "
                "with - and _ between them."
            ),
        ),
        (["user", "create", "admin", "--role", "admin"], "There is a user admin already."),
        (
            ["user", "create", "con"],
            "con is no name for a folder on every system; choose another.",
        ),
        (
            ["user", "create", "eve", "--role", "king"],
            "'king' is no role; take one of: admin, user.",
        ),
        (
            ["key", "create", "--user", "nobody"],
            "There is no user 'nobody'. Make one with: ./run user create NAME",
        ),
        (
            ["key", "create", "--user", "admin", "--scope", "all"],
            f"'all' is no scope; take some of: {', '.join(Scope)}.",
        ),
        (
            ["key", "create", "--user", "admin", "--expires", "yesterday"],
            "'yesterday' is no time; give 22:30, +2h, 2026-12-24 20:15 or now",
        ),
        (
            ["key", "create", "--user", "admin", "--expires", "2001-01-01"],
            "'2001-01-01' is no time that is to come; give 90d, 12h or 2027-01-31",
        ),
        (
            ["key", "revoke", "argosy_unknown"],
            "There is no such key. `./run key list` shows all that there are.",
        ),
    ],
)
def test_wrong_name_is_explained(
    shared_program: Program, arguments: list[str], sentence: str
) -> None:
    done = shared_program.run(*arguments)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"argosy: {sentence}\n"


def test_setup_link_is_printed_while_nobody_has_a_password(tmp_path: Path) -> None:
    program = Program(tmp_path, ARGOSY_PUBLIC_URL="https://argosy.example.com")

    done = program.run("setup-link")

    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"https://argosy\.example\.com/login#setup=[\w-]{43}\n", done.stdout)


def test_setup_link_leads_to_the_running_server(shared_program: Program) -> None:
    done = shared_program.run("setup-link")

    assert done.stdout.startswith(f"{shared_program.url}/login#setup=")


@pytest.mark.parametrize("option", ["--user", "--name"])
def test_argument_that_is_no_text_is_refused(shared_program: Program, option: str) -> None:
    done = shared_program.run("key", "create", "--user", "admin", option, "\udcff")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("argosy: The")
    assert done.stderr.count("\n") == 1


def test_doctor_finds_the_running_server(shared_program: Program) -> None:
    done = shared_program.run("doctor")

    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(rf"^ok +Server +running at {shared_program.url} *$", done.stdout, re.MULTILINE)
    assert shared_program.environment["ARGOSY_ADMIN_TOKEN"] not in done.stdout


def test_migrate_finds_the_database_of_a_stopped_server_up_to_date(program: Program) -> None:
    program.stop()

    done = program.run("migrate")

    assert (done.returncode, done.stdout, done.stderr) == (0, "The database is up to date.\n", "")


def test_migrate_leaves_a_running_server_alone(shared_program: Program) -> None:
    assert shared_program.process is not None

    done = shared_program.run("migrate")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"argosy: Another Argosy (process {shared_program.process.pid})")


def test_schema_is_printed_as_it_is_committed(tmp_path: Path) -> None:
    done = Program(tmp_path).run("schema", "print")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (ROOT / "graphql" / "schema.graphql").read_text()


def test_version_is_printed(tmp_path: Path) -> None:
    done = Program(tmp_path).run("version")

    assert (done.returncode, done.stdout, done.stderr) == (0, f"{VERSION}\n", "")


async def test_new_key_for_secrets_beside_a_server_and_without_one(
    program: Program, origin: Origin
) -> None:
    rest = Event()
    url = origin.put("/secret.bin", Resource(content(100_000), hold=rest))
    (task_id,) = program.add(url, token="hunter2")
    key = program.data / "secret.key"
    lines = [len(key.read_text().splitlines())]

    beside = program.run("secrets", "rotate")
    lines.append(len(key.read_text().splitlines()))
    program.stop()
    alone = program.run("secrets", "rotate")
    lines.append(len(key.read_text().splitlines()))
    rest.set()
    program.start()
    said = await program.follow(task_id)

    first = "A new key seals now. Downloads whose secrets are under it: 1.\n"
    stays = "A server may be using the key before it: that stays in the file until the next time.\n"
    assert (beside.returncode, beside.stdout) == (0, first + stays)
    assert (alone.returncode, alone.stdout) == (0, first)
    assert lines == [1, 2, 1]
    assert said[-1]["state"] == "COMPLETED"
    asked = origin.asked_for("/secret.bin")
    assert {request.headers.get("Authorization") for request in asked} == {"Bearer hunter2"}
