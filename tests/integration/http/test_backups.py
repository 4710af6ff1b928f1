"""Backups over the API."""

import asyncio
import re
from typing import Any

import pytest

from services.access.identity import Scope
from services.backups.turn import turn
from tests.integration.http.running import KEY, Running
from tests.integration.http.talking import acknowledged

CREATE = """
    mutation($description: String! = "", $name: String) {
        createBackup(description: $description, backupName: $name) {
            success message filename
            backup { filename sizeBytes kind state version sha256 rows message checkedAt }
            errors { code field }
        }
    }
"""
LIST = """
    query($first: Int! = 25, $after: String) {
        backups { filename description }
        backupFiles(first: $first, after: $after) {
            totalCount
            nodes { filename createdAt timestamp size sizeBytes status }
            pageInfo { hasNextPage hasPreviousPage endCursor }
        }
    }
"""
VERIFY = """
    mutation($filename: String!) { verifyBackup(input: { filename: $filename }) {
        isSound problems backup { state message checkedAt } errors { code field }
    } }
"""
DELETE = """
    mutation($filename: String!) { deleteBackup(input: { filename: $filename }) {
        backup { filename } errors { code field }
    } }
"""
PROGRESS = "subscription { backupProgress { operation phase percent filename message } }"
ABSENT = "backup_20260206_023000.tar.gz"


async def make(argosy: Running, **wish: object) -> Any:
    return (await argosy.ask(CREATE, **wish)).data["createBackup"]


async def test_backup_is_made_listed_verified_and_removed(argosy: Running) -> None:
    made = await make(argosy, description="mine", name="../pre update")
    name = made["filename"]
    listed = (await argosy.ask(LIST)).data
    verified = (await argosy.ask(VERIFY, filename=name)).data["verifyBackup"]
    removed = (await argosy.ask(DELETE, filename=name)).data["deleteBackup"]
    after = (await argosy.ask(LIST)).data

    assert re.fullmatch(r"pre update_\d{8}_\d{6}\.tar\.gz", name)
    assert (made["success"], made["errors"]) == (True, [])
    assert made["backup"].items() >= {"kind": "MANUAL", "state": "COMPLETED"}.items()
    assert made["backup"]["rows"] > 0
    assert listed["backups"] == [{"filename": name, "description": "mine"}]
    (node,) = listed["backupFiles"]["nodes"]
    assert node["sizeBytes"] == made["backup"]["sizeBytes"]
    assert node["createdAt"].startswith(node["timestamp"])
    assert (verified["isSound"], verified["problems"], verified["errors"]) == (True, [], [])
    assert verified["backup"]["checkedAt"]
    assert removed == {"backup": {"filename": name}, "errors": []}
    assert after["backups"] == []


async def test_damage_is_found_and_remembered(argosy: Running) -> None:
    name = (await make(argosy))["filename"]
    archive = argosy.container.settings.backups / name
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 1
    archive.write_bytes(bytes(content))

    verified = (await argosy.ask(VERIFY, filename=name)).data["verifyBackup"]
    listed = (await argosy.ask(LIST)).data["backupFiles"]["nodes"]

    assert verified["isSound"] is False
    assert len(verified["problems"]) >= 1
    assert verified["backup"]["state"] == "DAMAGED"
    assert verified["backup"]["message"] == verified["problems"][0]
    assert [node["status"] for node in listed] == ["damaged"]


async def test_backups_are_paged(argosy: Running) -> None:
    names = [(await make(argosy, name=f"n{n}"))["filename"] for n in range(3)]

    first = (await argosy.ask(LIST, first=2)).data["backupFiles"]
    rest = (await argosy.ask(LIST, first=2, after=first["pageInfo"]["endCursor"])).data

    pages = (first, rest["backupFiles"])
    assert [node["filename"] for page in pages for node in page["nodes"]] == names[::-1]
    assert [page["totalCount"] for page in pages] == [3, 3]
    assert [page["pageInfo"]["hasNextPage"] for page in pages] == [True, False]
    assert [page["pageInfo"]["hasPreviousPage"] for page in pages] == [False, True]


@pytest.mark.parametrize("cursor", ["x", "", "WyJiYWNrdXBzIiwieCIsInkiXQ", "WyJvdGhlciJd"])
async def test_cursor_of_another_list_is_refused(argosy: Running, cursor: str) -> None:
    assert (await argosy.ask(LIST, after=cursor)).code == "INVALID_INPUT"


async def test_wrong_wish_is_told_in_words_and_with_its_field(argosy: Running) -> None:
    made = await make(argosy, description="x" * 501)

    assert (made["success"], made["filename"], made["backup"]) == (False, None, None)
    assert "500 letters" in made["message"]
    assert made["errors"] == [{"code": "INVALID_INPUT", "field": "description"}]


async def test_second_backup_at_once_is_a_conflict(argosy: Running) -> None:
    folder = argosy.container.settings.backups
    with turn(folder):
        made = await make(argosy)

    assert (made["success"], made["errors"]) == (False, [{"code": "CONFLICT", "field": None}])
    assert "Wait until it is done" in made["message"]


async def test_backup_that_fails_is_told(argosy: Running) -> None:
    argosy.container.settings.backups.write_text("a file in the way")
    made = await make(argosy, description="what for")
    argosy.container.settings.backups.unlink()

    listed = (await argosy.ask("{ backups { description status size message } }")).data["backups"]

    assert (made["success"], made["errors"]) == (False, [{"code": "UNAVAILABLE", "field": None}])
    assert listed == [
        {
            "description": "what for",
            "status": "failed",
            "size": "0 B",
            "message": made["message"],
        }
    ]


@pytest.mark.parametrize("name", [ABSENT, "../secret.key", "", "/etc/passwd"])
async def test_what_is_no_backup_is_not_found(argosy: Running, name: str) -> None:
    await make(argosy)
    nothing = [{"code": "NOT_FOUND", "field": "filename"}]

    verified = (await argosy.ask(VERIFY, filename=name)).data["verifyBackup"]
    removed = (await argosy.ask(DELETE, filename=name)).data["deleteBackup"]

    assert (verified["errors"], removed["errors"]) == (nothing, nothing)
    assert len((await argosy.ask(LIST)).data["backups"]) == 1


async def test_progress_is_followed_to_its_end(argosy: Running) -> None:
    async with acknowledged(argosy) as socket:
        await socket.subscribe("a", PROGRESS)
        making = asyncio.create_task(make(argosy, name="watched"))
        heard = [(await socket.hear_next("a"))["backupProgress"]]
        while heard[-1]["phase"] != "COMPLETED":
            heard.append((await socket.hear_next("a"))["backupProgress"])
        name = (await making)["filename"]

    assert {progress["operation"] for progress in heard} == {"BACKUP"}
    assert [progress["percent"] for progress in heard] == sorted(p["percent"] for p in heard)
    assert heard[-1] == {
        "operation": "BACKUP",
        "phase": "COMPLETED",
        "percent": 100,
        "filename": name,
        "message": None,
    }


async def test_file_is_given_to_administrators_alone(argosy: Running) -> None:
    name = (await make(argosy, name="ü"))["filename"]
    archive = argosy.container.settings.backups / name
    _, stranger = await argosy.user("eve", Scope.BACKUPS_WRITE)
    path = f"/api/backups/%C3%BC{name[1:]}"

    given = await argosy.get(path, key=KEY)
    refused = [await argosy.get(path, key=key) for key in (stranger, None)]
    part = await argosy.get(path, key=KEY, Range="bytes=0-1")

    assert (given.status, given.body) == (200, archive.read_bytes())
    assert given.headers["Content-Type"] == "application/gzip"
    assert given.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%C3%BC_")
    assert given.headers["Cache-Control"] == "no-store"
    assert (part.status, part.body) == (206, b"\x1f\x8b")
    assert [answer.status for answer in refused] == [403, 401]


@pytest.mark.parametrize(
    "path",
    [
        f"/api/backups/{ABSENT}",
        "/api/backups/..%2Fsecret.key",
        "/api/backups/%2E%2E%2Fsecret.key",
        "/api/backups/../secret.key",
        "/api/backups/.lock",
        f"/api/backups/{ABSENT}.json",
        "/api/backups/%00",
    ],
)
async def test_nothing_else_is_given(argosy: Running, path: str) -> None:
    await make(argosy)

    assert (await argosy.get(path, key=KEY)).status == 404


async def test_who_made_and_who_took_one_stands_in_the_audit_log(argosy: Running) -> None:
    name = (await make(argosy))["filename"]
    await argosy.get(f"/api/backups/{name}", key=KEY)

    query = "{ auditLog(first: 2) { nodes { action actorName outcome details { name value } } } }"
    entries = (await argosy.ask(query)).data["auditLog"]["nodes"]

    assert [entry["action"] for entry in entries] == ["GET /api/backups", "createBackup"]
    assert {entry["actorName"] for entry in entries} == {"admin"}
    for entry in entries:
        told = {detail["name"]: detail["value"] for detail in entry["details"]}
        assert told["backup"].strip('"') == name


async def test_events_tell_of_backups(argosy: Running) -> None:
    name = (await make(argosy))["filename"]

    rows = await argosy.container._store.fetch(
        "SELECT kind, owner_id FROM events WHERE kind = 'backup.completed'"
    )

    assert [(row["kind"], row["owner_id"]) for row in rows] == [("backup.completed", None)]
    assert name


async def test_job_of_the_schedule_is_planned(argosy: Running) -> None:
    plans = {plan.name: plan for plan in await argosy.container.scheduler.plans()}

    at = plans["backup"].next_at.astimezone()
    assert (at.hour, at.minute) == (2, 30)
