"""Options of downloads and speed limits, as clients ask for them."""

import pytest

from services.access.identity import Scope
from tests.integration.http.running import Running

ADD = """
    mutation($input: AddDownloadsInput!) { addDownloads(input: $input) {
        tasks { name engine options {
            connections mirrors checksums { algorithm digest } conflict excludedKinds retries
            speedLimit proxy
        } }
        errors { code field }
    } }
"""
SET = """
    mutation($input: SetSpeedLimitInput!) { setSpeedLimit(input: $input) {
        limit { of id bytesPerSecond } errors { code field }
    } }
"""
URL = "https://example.com/a"


@pytest.fixture(autouse=True)
def _idle(argosy: Running) -> None:
    """Let the server begin no task."""
    argosy.container._runner.most = 0


async def add(argosy: Running, urls: list[str], **options: object) -> dict[str, object]:
    answer = await argosy.ask(ADD, input={"urls": urls, "options": options})
    return answer.data["addDownloads"]


async def test_options_are_shown_without_the_secrets(argosy: Running) -> None:
    payload = await add(
        argosy,
        [URL],
        connections=4,
        mirrors=["https://example.com/b"],
        checksums=[{"algorithm": "MD5", "digest": "AB" * 16}],
        conflict="SKIP",
        excludedKinds=["VIDEO"],
        retries=0,
        speedLimit="1000",
        token="hunter2",
        headers=[{"name": "X-A", "value": "b"}],
        proxy={"type": "SYSTEM"},
    )

    assert payload == {
        "tasks": [
            {
                "name": "a",
                "engine": "http",
                "options": {
                    "connections": 4,
                    "mirrors": ["https://example.com/b"],
                    "checksums": [{"algorithm": "MD5", "digest": "ab" * 16}],
                    "conflict": "SKIP",
                    "excludedKinds": ["VIDEO"],
                    "retries": 0,
                    "speedLimit": 1000,
                    "proxy": "SYSTEM",
                },
            }
        ],
        "errors": [],
    }
    kept = argosy.container.settings.key_file
    assert kept.stat().st_mode & 0o777 == 0o600


async def test_secrets_are_refused_while_the_key_is_gone(argosy: Running) -> None:
    argosy.container.settings.key_file.unlink()

    answer = await argosy.ask(ADD, input={"urls": [URL], "options": {"token": "hunter2"}})
    plain = await add(argosy, [URL])

    assert answer.code == "UNAVAILABLE"
    assert answer.error["message"].startswith("The key file secret.key is gone")
    assert plain["errors"] == []
    assert not argosy.container.settings.key_file.exists()


async def test_every_bad_option_is_told_and_nothing_is_added(argosy: Running) -> None:
    payload = await add(
        argosy,
        [URL],
        connections=65,
        checksums=[{"algorithm": "SHA256", "digest": "x"}],
        headers=[{"name": "Host", "value": "b"}],
    )

    assert payload == {
        "tasks": [],
        "errors": [
            {"code": "INVALID_INPUT", "field": "options.connections"},
            {"code": "INVALID_INPUT", "field": "options.checksums.0.digest"},
            {"code": "INVALID_INPUT", "field": "options.headers.0"},
        ],
    }
    assert (await argosy.ask("{ tasks { totalCount } }")).data == {"tasks": {"totalCount": 0}}


async def test_engine_goes_by_the_scheme(argosy: Running) -> None:
    payload = await add(argosy, [URL, "ftp://example.com/b", "sftp://example.com/c"])

    assert [task["engine"] for task in payload["tasks"]] == ["http", "ftp", "sftp"]  # type: ignore[attr-defined]


async def test_speed_limits_are_set_and_shown(argosy: Running) -> None:
    user = argosy.container.admin.id

    await argosy.ask(SET, input={"of": "SERVER", "bytesPerSecond": "5000000"})
    answer = await argosy.ask(SET, input={"of": "USER", "id": str(user), "bytesPerSecond": 7})
    shown = await argosy.ask("{ speedLimits { server own } }")

    assert answer.data["setSpeedLimit"] == {
        "limit": {"of": "USER", "id": str(user), "bytesPerSecond": 7},
        "errors": [],
    }
    assert shown.data == {"speedLimits": {"server": 5_000_000, "own": 7}}


async def test_bad_limit_stands_in_the_payload(argosy: Running) -> None:
    answer = await argosy.ask(SET, input={"of": "TASK", "id": "x", "bytesPerSecond": 7})

    assert answer.data["setSpeedLimit"] == {
        "limit": None,
        "errors": [{"code": "INVALID_ID", "field": "id"}],
    }


async def test_limit_of_a_finished_task_stands_in_the_payload(argosy: Running) -> None:
    task = await argosy.plant(state="FAILED")

    answer = await argosy.ask(SET, input={"of": "TASK", "id": task, "bytesPerSecond": 7})

    assert answer.data["setSpeedLimit"] == {
        "limit": None,
        "errors": [{"code": "ILLEGAL_MOVE", "field": "id"}],
    }


async def test_limit_of_the_server_is_for_administrators(argosy: Running) -> None:
    _, key = await argosy.user("alice", Scope.TASKS_WRITE)

    answer = await argosy.ask(SET, key=key, input={"of": "SERVER", "bytesPerSecond": 7})

    assert answer.json["errors"][0]["extensions"]["code"] == "FORBIDDEN"
