"""Notifiers over the API."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.alerts.issues import Level
from tests.fakes.canary import Canary
from tests.fakes.receiver import Receiver, receiving
from tests.integration.http.running import KEY, Running, serving, until

FIELDS = """
    id userId name service shownUrl level isActive tellsRestored tellsOthers digestSeconds
    quietHours { from to timeZone } failures lastError retryAt lastSentAt
"""
CREATE = f"""
    mutation($input: CreateNotifierInput!) {{
        createNotifier(input: $input) {{ notifier {{ {FIELDS} }} errors {{ code message field }} }}
    }}
"""
UPDATE = f"""
    mutation($input: UpdateNotifierInput!) {{
        updateNotifier(input: $input) {{ notifier {{ {FIELDS} }} errors {{ code message field }} }}
    }}
"""
DELETE = """
    mutation($id: ID!) { deleteNotifier(input: { id: $id }) {
        notifier { id } errors { code field }
    } }
"""
TEST = """
    mutation($id: ID!) { testNotifier(input: { id: $id }) {
        notifier { id lastSentAt failures } errors { code message }
    } }
"""
LIST = """
    query($first: Int! = 25, $after: String) { notifiers(first: $first, after: $after) {
        totalCount nodes { name } pageInfo { hasNextPage hasPreviousPage endCursor }
    } }
"""


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def argosy(tmp_path: Path, receiver: Receiver) -> AsyncIterator[Running]:
    """A server that may reach the receiver and nothing else."""
    async with serving(tmp_path, allow_networks=f"127.0.0.1:{receiver.port}") as running:
        yield running


async def make(argosy: Running, key: str = KEY, **wish: object) -> Any:
    answer = await argosy.ask(CREATE, key=key, input={"name": "phone", **wish})
    return answer.data["createNotifier"]


async def test_notifier_is_made_shown_without_its_secret_and_deleted(argosy: Running) -> None:
    made = await make(
        argosy,
        url="json://me:secret-word@hook.example/secret-path?x=secret-query",
        level="CRITICAL",
        quietHours={"from": "22:00:00", "to": "07:30:00", "timeZone": "Europe/Vienna"},
    )
    found = made["notifier"]
    gone = (await argosy.ask(DELETE, id=found["id"])).data["deleteNotifier"]
    again = (await argosy.ask(DELETE, id=found["id"])).data["deleteNotifier"]

    assert made["errors"] == []
    assert found == {
        "id": found["id"],
        "userId": argosy.container.admin.id,
        "name": "phone",
        "service": "JSON",
        "shownUrl": "json://hook.example/…",
        "level": "CRITICAL",
        "isActive": True,
        "tellsRestored": True,
        "tellsOthers": False,
        "digestSeconds": 30,
        "quietHours": {"from": "22:00:00", "to": "07:30:00", "timeZone": "Europe/Vienna"},
        "failures": 0,
        "lastError": None,
        "retryAt": None,
        "lastSentAt": None,
    }
    assert gone == {"notifier": {"id": found["id"]}, "errors": []}
    assert again == {"notifier": None, "errors": [{"code": "NOT_FOUND", "field": "id"}]}


async def test_alert_is_told(argosy: Running, receiver: Receiver) -> None:
    made = await make(argosy, url=receiver.url, digestSeconds=0)

    await argosy.container.alerts.alerts.report(
        "disk.low", "There is little room.", level=Level.CRITICAL, subject="downloads"
    )
    await until(lambda: bool(receiver.taken))

    assert made["errors"] == []
    (told,) = receiver.taken
    assert told["title"] == "Critical: disk.low (downloads)"
    assert told["message"] == "There is little room."
    assert told["type"] == "failure"


async def test_test_button_says_what_came_of_it(argosy: Running, receiver: Receiver) -> None:
    made = (await make(argosy, url=receiver.url))["notifier"]

    worked = (await argosy.ask(TEST, id=made["id"])).data["testNotifier"]
    receiver.status = 500
    failed = (await argosy.ask(TEST, id=made["id"])).data["testNotifier"]

    assert worked["errors"] == []
    assert worked["notifier"]["lastSentAt"] is not None
    assert [message["title"] for message in receiver.taken] == ["A test from Argosy"]
    assert failed["notifier"] is None
    (error,) = failed["errors"]
    assert error["code"] == "NOT_DELIVERED"
    assert "error=500" in error["message"]


async def test_address_that_is_not_public_is_refused(argosy: Running) -> None:
    async with Canary() as canary:
        made = (await make(argosy, url=f"json://127.0.0.1:{canary.port}/"))["notifier"]
        tried = (await argosy.ask(TEST, id=made["id"])).data["testNotifier"]

        assert [error["code"] for error in tried["errors"]] == ["FORBIDDEN_ADDRESS"]
        assert await canary.visitors() == 0


@pytest.mark.parametrize(
    "url",
    ["syslog://", "dbus://", "gnome://", "windows://", "macosx://", "rsyslog://a.example", "x", ""],
)
async def test_service_that_is_none_of_ours_is_refused(argosy: Running, url: str) -> None:
    made = await make(argosy, url=url)

    assert made["notifier"] is None
    assert [(error["code"], error["field"]) for error in made["errors"]] == [("INVALID_URL", "url")]


async def test_same_request_makes_one_notifier(argosy: Running, receiver: Receiver) -> None:
    first = await make(argosy, url=receiver.url, idempotencyKey="a")
    second = await make(argosy, url=receiver.url, idempotencyKey="a")
    other = await make(argosy, url=f"{receiver.url}/other", idempotencyKey="a")

    assert second == first
    assert [error["code"] for error in other["errors"]] == ["CONFLICT"]
    assert (await argosy.ask(LIST)).data["notifiers"]["totalCount"] == 1


async def test_change_keeps_what_is_not_given(argosy: Running, receiver: Receiver) -> None:
    quiet = {"from": "22:00:00", "to": "07:00:00", "timeZone": "UTC"}
    made = (await make(argosy, url=receiver.url, quietHours=quiet))["notifier"]

    renamed = await argosy.ask(UPDATE, input={"id": made["id"], "name": "tablet"})
    loud = await argosy.ask(UPDATE, input={"id": made["id"], "neverQuiet": True})
    moved = await argosy.ask(UPDATE, input={"id": made["id"], "url": "json://b.example/secret"})

    assert renamed.data["updateNotifier"]["notifier"] == {**made, "name": "tablet"}
    assert loud.data["updateNotifier"]["notifier"]["quietHours"] is None
    assert moved.data["updateNotifier"]["notifier"]["shownUrl"] == "json://b.example/…"


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 65}, "name"),
        ({"digestSeconds": -1}, "digestSeconds"),
        ({"quietHours": {"from": "07:00:00", "to": "07:00:00"}}, "quietHours.to"),
        (
            {"quietHours": {"from": "07:00:00", "to": "08:00:00", "timeZone": "../etc/passwd"}},
            "quietHours.timeZone",
        ),
    ],
)
async def test_wish_that_makes_no_sense_is_refused(
    argosy: Running, receiver: Receiver, wish: dict[str, object], field: str
) -> None:
    made = await make(argosy, url=receiver.url, **wish)

    assert [error["field"] for error in made["errors"]] == [field]
    assert (await argosy.ask(LIST)).data["notifiers"]["totalCount"] == 0


async def test_notifiers_are_paged(argosy: Running, receiver: Receiver) -> None:
    for n in range(3):
        await make(argosy, url=receiver.url, name=f"{n}")

    first = (await argosy.ask(LIST, first=2)).data["notifiers"]
    second = (await argosy.ask(LIST, after=first["pageInfo"]["endCursor"])).data["notifiers"]

    assert [node["name"] for node in first["nodes"]] == ["2", "1"]
    assert [node["name"] for node in second["nodes"]] == ["0"]
    assert second["pageInfo"]["hasPreviousPage"]
    assert not second["pageInfo"]["hasNextPage"]


async def test_user_is_told_of_no_others_affairs(argosy: Running, receiver: Receiver) -> None:
    _, key = await argosy.user("eve")

    made = await make(argosy, key=key, url=receiver.url, tellsOthers=True)

    assert [error["field"] for error in made["errors"]] == ["tellsOthers"]
