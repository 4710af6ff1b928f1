"""Webhooks over the API."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier

from services.events.kinds import ServerEventKind
from services.store.store import NewEvent, Transaction
from tests.fakes.hook_receiver import Receiver, answer
from tests.integration.http.running import KEY, Running, serving, until

CREATE = """
    mutation($input: CreateWebhookInput!) { createWebhook(input: $input) {
        secret webhook { id name url events isActive hasHeaders filter { hosts minimumLevel } }
        errors { code field message }
    } }
"""
ADD = """
    mutation($input: AddDownloadsInput!) { addDownloads(input: $input) {
        tasks { id } errors { code field }
    } }
"""
LIST = "{ webhooks { totalCount nodes { id name } pageInfo { hasNextPage } } }"
DELIVERIES = """
    query($filter: WebhookDeliveryFilter) { webhookDeliveries(filter: $filter) { totalCount nodes {
        id webhookId taskId event state tries body
        attempts { number status answer error requestHeaders { name value } }
    } } }
"""
UPDATE = """
    mutation($input: UpdateWebhookInput!) { updateWebhook(input: $input) {
        webhook { id name isActive events } errors { code field }
    } }
"""
TEST = """
    mutation($id: ID!) { testWebhook(input: { id: $id }) {
        delivery { id state event } errors { code }
    } }
"""
REDELIVER = """
    mutation($id: ID!) { redeliver(input: { id: $id }) {
        delivery { id state } errors { code }
    } }
"""
ROTATE = """
    mutation($input: RotateWebhookSecretInput!) { rotateWebhookSecret(input: $input) {
        secret webhook { previousSecretUntil } errors { code field }
    } }
"""
RESTART = 'mutation { restartService(service: "webhooks") { success } }'
DELETE = """
    mutation($id: ID!) { deleteWebhook(input: { id: $id }) { webhook { id } errors { code } } }
"""
LATER = "2099-01-01T00:00:00Z"


@pytest.fixture
async def argosy(tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(tmp_path, allow_networks="127.0.0.0/8") as running:
        yield running


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as receiver:
        yield receiver


async def create(argosy: Running, key: str = KEY, **wish: object) -> Any:
    given = {"events": ["task.*"], **wish}
    return (await argosy.ask(CREATE, key=key, input=given)).data["createWebhook"]


async def add(argosy: Running, key: str = KEY, **given: object) -> str:
    asked = {"urls": ["https://example.com/a.iso"], "startAt": LATER, "force": True, **given}
    added = (await argosy.ask(ADD, key=key, input=asked)).data["addDownloads"]
    assert not added["errors"], added
    return str(added["tasks"][0]["id"])


async def deliveries(argosy: Running, key: str = KEY, **wanted: object) -> Any:
    found = await argosy.ask(DELIVERIES, key=key, filter=wanted)
    return found.data["webhookDeliveries"]["nodes"]


async def delivered(argosy: Running, count: int, key: str = KEY) -> Any:
    """Wait until so many have come to an end; return all."""
    while True:
        found = await deliveries(argosy, key)
        if sum(each["state"] != "WAITING" for each in found) >= count:
            return found


def verified(told: Any, secret: str) -> bool:
    """Whether both signatures are right, by the library and by seed 004's words."""
    Verifier(secret).verify(told.body, told.headers)
    expected = hmac.new(secret.encode(), told.body.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(told.headers["x-webhook-signature"], expected)


async def test_webhook_is_made_and_told(argosy: Running, receiver: Receiver) -> None:
    made = await create(argosy, url=receiver.url("/hook?token=hunter2"), name="mine")
    task = await add(argosy)
    (told,) = await receiver.heard(1)
    (delivery,) = await delivered(argosy, 1)

    assert made["webhook"]["url"] == f"http://127.0.0.1:{receiver.port}/…"
    assert made["secret"].startswith("whsec_")
    assert told.path == "/hook?token=hunter2"
    assert told.content["event"] == "task.added"
    assert told.content["data"]["task_id"] == task
    assert verified(told, made["secret"])
    assert told.headers["webhook-id"] == delivery["id"].replace("delivery_", "msg_")
    assert (delivery["state"], delivery["tries"], delivery["taskId"]) == ("DELIVERED", 1, task)
    (attempt,) = delivery["attempts"]
    assert (attempt["number"], attempt["status"], attempt["answer"]) == (1, 200, "taken")
    assert "hunter2" not in str(delivery)


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"url": "ftp://example.com"}, "url", "UNSUPPORTED_SCHEME"),
        ({"url": "http://10.0.0.1/"}, "url", "FORBIDDEN_ADDRESS"),
        ({"url": "https://u:p@example.com"}, "url", "INVALID_URL"),
        ({"url": "https://example.com/" + "a" * 2048}, "url", "INVALID_INPUT"),
        ({"events": []}, "events", "INVALID_INPUT"),
        ({"events": ["task.added", "task.nothing"]}, "events.1", "INVALID_INPUT"),
        ({"events": ["*"]}, "events.0", "INVALID_INPUT"),
        ({"secret": "short"}, "secret", "INVALID_INPUT"),
        ({"secret": "whsec_no base64 at all"}, "secret", "INVALID_INPUT"),
        ({"name": "a\nb"}, "name", "INVALID_INPUT"),
        ({"headers": [{"name": "Host", "value": "a"}]}, "headers.0", "INVALID_INPUT"),
        ({"headers": [{"name": "content-type", "value": "a"}]}, "headers.0", "INVALID_INPUT"),
        ({"headers": [{"name": "Webhook-Id", "value": "a"}]}, "headers.0", "INVALID_INPUT"),
        ({"headers": [{"name": "X-A", "value": "a\r\nb"}]}, "headers.0", "INVALID_INPUT"),
        ({"headers": [{"name": "A", "value": ""}] * 2}, "headers.1", "INVALID_INPUT"),
        ({"filter": {"folder": "../a"}}, "filter.folder", "INVALID_FOLDER"),
        ({"filter": {"hosts": [""]}}, "filter.hosts", "INVALID_INPUT"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    argosy: Running, wrong: dict[str, object], field: str, code: str
) -> None:
    made = await create(argosy, **{"url": "https://example.com/hook", **wrong})
    listed = (await argosy.ask(LIST)).data["webhooks"]

    assert [(error["field"], error["code"]) for error in made["errors"]] == [(field, code)]
    assert made["webhook"] is None
    assert listed["totalCount"] == 0


async def test_same_key_makes_no_second_webhook(argosy: Running) -> None:
    wish = {"url": "https://example.com/hook", "idempotencyKey": "k"}

    first, second = await create(argosy, **wish), await create(argosy, **wish)
    other = await create(argosy, **wish, name="other")

    assert first["webhook"]["id"] == second["webhook"]["id"]
    assert first["secret"]
    assert second["secret"] is None
    assert [error["code"] for error in other["errors"]] == ["CONFLICT"]
    assert (await argosy.ask(LIST)).data["webhooks"]["totalCount"] == 1


async def test_own_headers_are_sent_and_never_shown(argosy: Running, receiver: Receiver) -> None:
    async def echo(writer: Any) -> None:
        said = receiver.told[-1].headers["x-token"].encode()
        await answer(200, b"you said " + said, X_Echo=said.decode())(writer)

    receiver.usual = echo
    made = await create(
        argosy, url=receiver.url(), headers=[{"name": "X-Token", "value": "hunter2"}]
    )
    await add(argosy)
    (told,) = await receiver.heard(1)
    (delivery,) = await delivered(argosy, 1)

    assert told.headers["x-token"] == "hunter2"
    assert made["webhook"]["hasHeaders"] is True
    (attempt,) = delivery["attempts"]
    shown = {header["name"]: header["value"] for header in attempt["requestHeaders"]}
    assert shown["X-Token"] == "[hidden]"
    assert attempt["answer"] == "you said [hidden]"
    assert "hunter2" not in str(delivery)


async def test_restarted_service_tells_what_comes_next(argosy: Running, receiver: Receiver) -> None:
    await create(argosy, url=receiver.url())
    before = await add(argosy)
    await receiver.heard(1)
    restarted = (await argosy.ask(RESTART)).data["restartService"]
    after = await add(argosy)
    heard = await receiver.heard(2)

    assert restarted == {"success": True}
    assert [told.content["data"]["task_id"] for told in heard] == [before, after]


async def test_webhook_is_tried_and_told_again(argosy: Running, receiver: Receiver) -> None:
    made = await create(argosy, url=receiver.url(), events=["account.*"])
    tested = (await argosy.ask(TEST, id=made["webhook"]["id"])).data["testWebhook"]
    (first,) = await receiver.heard(1)
    await delivered(argosy, 1)
    again = (await argosy.ask(REDELIVER, id=tested["delivery"]["id"])).data["redeliver"]
    _, second = await receiver.heard(2)
    (delivery,) = await delivered(argosy, 1)

    assert (first.event, tested["delivery"]["event"]) == ("webhook.test", "webhook.test")
    assert again["errors"] == []
    assert second.headers["webhook-id"] == first.headers["webhook-id"]
    assert second.body == first.body
    assert [attempt["number"] for attempt in delivery["attempts"]] == [1, 2]


async def test_both_secrets_sign_while_they_overlap(argosy: Running, receiver: Receiver) -> None:
    made = await create(argosy, url=receiver.url())
    given = {"id": made["webhook"]["id"], "overlapSeconds": 3600}
    rotated = (await argosy.ask(ROTATE, input=given)).data["rotateWebhookSecret"]
    await add(argosy)
    (told,) = await receiver.heard(1)

    old, new = made["secret"], rotated["secret"]
    assert rotated["webhook"]["previousSecretUntil"] is not None
    assert verified(told, new)
    Verifier(old).verify(told.body, told.headers)
    expected = hmac.new(old.encode(), told.body.encode(), hashlib.sha256).hexdigest()
    assert told.headers["x-webhook-signature-previous"] == expected


async def test_without_overlap_the_old_secret_is_good_for_nothing(
    argosy: Running, receiver: Receiver
) -> None:
    made = await create(argosy, url=receiver.url())
    given = {"id": made["webhook"]["id"], "overlapSeconds": 0, "secret": "your-webhook-secret"}
    rotated = (await argosy.ask(ROTATE, input=given)).data["rotateWebhookSecret"]
    await add(argosy)
    (told,) = await receiver.heard(1)

    assert rotated["secret"] == "your-webhook-secret"
    assert " " not in told.headers["webhook-signature"]
    assert "x-webhook-signature-previous" not in told.headers
    Verifier(b"your-webhook-secret").verify(told.body, told.headers)


async def test_inactive_webhook_is_told_nothing(argosy: Running, receiver: Receiver) -> None:
    silent = await create(argosy, url=receiver.url("/silent"), isActive=False)
    await create(argosy, url=receiver.url("/loud"))
    await add(argosy)
    (first,) = await receiver.heard(1)
    given = {"id": silent["webhook"]["id"], "isActive": True, "name": "new"}
    updated = (await argosy.ask(UPDATE, input=given)).data["updateWebhook"]
    await add(argosy)
    told = await receiver.heard(3)

    assert first.path == "/loud"
    assert (updated["webhook"]["name"], updated["webhook"]["isActive"]) == ("new", True)
    assert sorted(each.path for each in told) == ["/loud", "/loud", "/silent"]


async def test_deleted_webhook_takes_its_deliveries_along(
    argosy: Running, receiver: Receiver
) -> None:
    made = await create(argosy, url=receiver.url())
    await add(argosy)
    await delivered(argosy, 1)
    deleted = (await argosy.ask(DELETE, id=made["webhook"]["id"])).data["deleteWebhook"]

    assert deleted == {"webhook": {"id": made["webhook"]["id"]}, "errors": []}
    assert await deliveries(argosy) == []
    assert (await argosy.ask(LIST)).data["webhooks"]["totalCount"] == 0


async def test_users_hear_of_their_own_and_administrators_of_the_server(
    argosy: Running, receiver: Receiver
) -> None:
    eve, key = await argosy.user("eve")
    await create(argosy, url=receiver.url("/admin"), events=["task.*", "backup.*"])
    await create(argosy, key, url=receiver.url("/eve"), events=["task.*", "backup.*"])
    clock = argosy.container.access.keys._clock

    async def write(transaction: Transaction) -> None:
        kind = ServerEventKind.BACKUP_COMPLETED.value
        data: dict[str, object] = {"filename": "a.tar.gz", "size": 1, "kind": "manual"}
        transaction.record(NewEvent(None, None, kind, data, clock.now()))

    await add(argosy, key)
    await argosy.container._store.write(write)
    told = await receiver.heard(2)
    await delivered(argosy, 1)

    assert eve.id
    assert sorted((each.path, each.event) for each in told) == [
        ("/admin", "backup.completed"),
        ("/eve", "task.added"),
    ]


async def test_webhook_is_a_node(argosy: Running) -> None:
    made = await create(argosy, url="https://example.com/hook")
    _, other = await argosy.user("eve")
    query = "query($id: ID!) { node(id: $id) { id ... on Webhook { url } } }"

    mine = await argosy.ask(query, id=made["webhook"]["id"])
    theirs = await argosy.ask(query, key=other, id=made["webhook"]["id"])

    assert mine.data["node"]["url"] == "https://example.com/…"
    assert theirs.data["node"] is None


async def test_first_attempt_is_measured(argosy: Running, receiver: Receiver) -> None:
    await create(argosy, url=receiver.url())
    await add(argosy)
    await receiver.heard(1)
    await delivered(argosy, 1)
    scraped = (await argosy.get("/metrics", key=KEY)).body.decode()

    assert argosy.gauge("argosy_webhook_first_attempt_seconds_count") == 1
    assert 'argosy_webhook_deliveries_total{outcome="delivered"} 1.0' in scraped
    assert "argosy_webhook_waiting 0.0" in scraped
    await until(lambda: argosy.container.webhooks.dispatcher.sending == 0)
    assert argosy.container.webhooks.dispatcher.is_well
