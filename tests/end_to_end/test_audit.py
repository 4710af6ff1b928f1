"""Who did what: of the command line too, and for longer than a server runs."""

import getpass
from typing import Any

from tests.end_to_end.program import Program

LOG = """
    query($filter: AuditFilter) {
      auditLog(first: 100, filter: $filter) {
        nodes {
          action actorId actorName address credential outcome targets details { name value }
        }
      }
    }
"""
PAUSE = 'mutation { pauseTasks(input: { ids: ["no id"] }) { errors { code } } }'


def entries(program: Program, **wanted: object) -> list[dict[str, Any]]:
    """Return the entries that there are, the oldest first."""
    nodes = program.ask(LOG, filter=wanted)["data"]["auditLog"]["nodes"]
    return [
        node | {"details": {detail["name"]: detail["value"] for detail in node["details"]}}
        for node in reversed(nodes)
    ]


def test_what_the_command_line_changes_is_recorded(program: Program) -> None:
    program.run("user", "create", "bob")
    program.run("user", "update", "bob", "--role", "admin")
    program.run("user", "list")
    key = program.run("key", "create", "--user", "bob", "--name", "laptop").stdout.strip()
    program.run("key", "list")
    program.run("key", "revoke", key[:13])
    program.run("key", "revoke", "argosy_nothing")
    program.run("setup-link")
    program.run("secrets", "rotate")

    found = entries(program, actorName="command line")

    assert [(entry["action"], entry["outcome"]) for entry in found] == [
        ("user create", "OK"),
        ("user update", "OK"),
        ("key create", "OK"),
        ("key revoke", "OK"),
        ("key revoke", "NOT_FOUND"),
        ("setup-link", "OK"),
        ("secrets rotate", "OK"),
    ]
    user, changed, made, revoked, *_ = found
    assert {entry["details"]["systemUser"] for entry in found} == {getpass.getuser()}
    assert {(e["actorId"], e["address"], e["credential"]) for e in found} == {(None, "", "")}
    assert (user["details"]["name"], user["details"]["role"]) == ("bob", "user")
    assert (changed["targets"], changed["details"]["role"]) == (user["targets"], "admin")
    assert made["targets"] == user["targets"]
    assert (made["details"]["name"], made["details"]["prefix"]) == ("laptop", key[:13])
    assert len(revoked["targets"]) == 1
    assert key not in str(found)


def test_log_is_kept_through_restarts(program: Program) -> None:
    program.ask(PAUSE)
    program.kill()
    program.start()
    program.ask(PAUSE)
    program.stop()
    program.start()

    assert [(entry["action"], entry["outcome"]) for entry in entries(program)] == [
        ("pauseTasks", "INVALID_ID"),
        ("pauseTasks", "INVALID_ID"),
    ]
