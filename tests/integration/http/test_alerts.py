"""Looking at alerts, acknowledging them, raising some by hand, and following them."""

from typing import Any

import pytest

from services.access.people.users import User
from services.alerts.issues import Level
from services.metrics import Metrics
from tests.integration.http.running import Running
from tests.integration.http.talking import Socket, acknowledged

LIST = """
    query($filter: AlertFilter, $first: Int! = 25, $after: String) {
        alerts(filter: $filter, first: $first, after: $after) {
            nodes { id rule subject message level state occurrences docs ownerId }
            pageInfo { hasNextPage hasPreviousPage endCursor }
            totalCount
        }
    }
"""
TRIGGER = """
    mutation($level: String!, $message: String!, $once: String) {
        triggerAlert(level: $level, message: $message, idempotencyKey: $once) {
            success message
            alert { id rule level message state ownerId details { name value } }
            errors { code field }
        }
    }
"""
ACKNOWLEDGE = """
    mutation($id: ID!) {
        acknowledgeAlert(input: {id: $id}) {
            alert { state acknowledgedBy acknowledgedAt restoredAt }
            errors { code field message }
        }
    }
"""
FOLLOW = """
    subscription($after: String, $level: AlertLevel) {
        alerts(after: $after, level: $level) {
            cursor
            event { kind alertId rule subject level message alert { state } }
            lagged { reason }
        }
    }
"""


async def wrong(
    argosy: Running,
    subject: str = "",
    level: Level = Level.WARNING,
    owner: User | None = None,
    rule: str = "disk.low",
) -> None:
    """Have something be wrong."""
    await argosy.container.alerts.alerts.report(
        *(rule, f"Wrong: {subject}."),
        level=level,
        subject=subject,
        owner_id=owner.id if owner else None,
    )


async def listed(argosy: Running, **variables: Any) -> list[str]:
    """Return the subjects of a list of alerts."""
    answer = await argosy.ask(LIST, **variables)
    return [alert["subject"] for alert in answer.data["alerts"]["nodes"]]


async def followed(client: Socket, number: int) -> list[tuple[str, str]]:
    heard = [(await client.hear_next("a"))["alerts"]["event"] for _ in range(number)]
    return [(event["kind"], event["subject"]) for event in heard]


async def test_alert_is_shown_with_where_its_cure_stands(argosy: Running) -> None:
    await wrong(argosy, "/data")
    await wrong(argosy, "/data")

    answer = await argosy.ask(LIST)

    (alert,) = answer.data["alerts"]["nodes"]
    assert alert.pop("id").startswith("alert_")
    assert alert == {
        "rule": "disk.low",
        "subject": "/data",
        "message": "Wrong: /data.",
        "level": "WARNING",
        "state": "OPEN",
        "occurrences": 2,
        "docs": "/docs/alerts.md#disklow",
        "ownerId": None,
    }


async def test_page_that_cures_is_there_with_its_heading(argosy: Running) -> None:
    await wrong(argosy)
    answer = await argosy.ask(LIST)
    path, _, anchor = answer.data["alerts"]["nodes"][0]["docs"].partition("#")

    page = await argosy.get(path)

    assert page.status == 200
    assert f'<h2 id="{anchor}">' in page.body.decode()


async def test_alerts_are_listed_in_pages_the_newest_first(argosy: Running) -> None:
    for subject in "abc":
        await wrong(argosy, subject)

    first = (await argosy.ask(LIST, first=2)).data["alerts"]
    after = first["pageInfo"]["endCursor"]
    second = (await argosy.ask(LIST, first=2, after=after)).data["alerts"]

    assert [alert["subject"] for alert in first["nodes"]] == ["c", "b"]
    assert [alert["subject"] for alert in second["nodes"]] == ["a"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (3, True)
    assert (second["pageInfo"]["hasNextPage"], second["pageInfo"]["hasPreviousPage"]) == (
        False,
        True,
    )


@pytest.mark.parametrize(
    ("wanted", "subjects"),
    [
        ({"states": ["OPEN"]}, ["b", "a"]),
        ({"states": ["RESTORED"]}, ["c"]),
        ({"states": ["ACKNOWLEDGED"]}, []),
        ({"states": []}, []),
        ({"levels": ["CRITICAL"]}, ["b"]),
        ({"rules": ["memory.high"]}, ["a"]),
        ({"rules": ["memory.high"], "levels": ["INFO"]}, []),
    ],
)
async def test_filter(argosy: Running, wanted: dict[str, Any], subjects: list[str]) -> None:
    await wrong(argosy, "a", rule="memory.high")
    await wrong(argosy, "b", Level.CRITICAL)
    await wrong(argosy, "c")
    await argosy.container.alerts.alerts.restore("disk.low", "c")

    assert await listed(argosy, filter=wanted) == subjects


async def test_filter_that_nothing_can_meet_is_refused(argosy: Running) -> None:
    answer = await argosy.ask(LIST, filter={"rules": ["x" * 65]})

    assert (answer.code, answer.error["extensions"]["field"]) == ("INVALID_INPUT", "filter.rules")


async def test_cursor_of_another_list_is_refused(argosy: Running) -> None:
    answer = await argosy.ask(LIST, after="W10")

    assert (answer.code, answer.error["extensions"]["field"]) == ("INVALID_INPUT", "after")


async def test_administrators_alert_by_hand_is_the_servers(argosy: Running) -> None:
    answer = await argosy.ask(TRIGGER, level="CRITICAL", message=" The roof leaks. ")

    payload = answer.data["triggerAlert"]
    assert payload["alert"].pop("id").startswith("alert_")
    assert payload == {
        "success": True,
        "message": "An alert of the level critical was raised.",
        "alert": {
            "rule": "manual",
            "level": "CRITICAL",
            "message": "The roof leaks.",
            "state": "OPEN",
            "ownerId": None,
            "details": [{"name": "raisedBy", "value": "admin"}],
        },
        "errors": [],
    }


async def test_users_alert_by_hand_is_their_own(argosy: Running) -> None:
    user, key = await argosy.user("ada")

    answer = await argosy.ask(TRIGGER, key=key, level="info", message="Look.")

    assert answer.data["triggerAlert"]["alert"]["ownerId"] == user.id


@pytest.mark.parametrize(("message", "field"), [("", "message"), ("x" * 501, "message")])
async def test_alert_by_hand_says_something(argosy: Running, message: str, field: str) -> None:
    payload = (await argosy.ask(TRIGGER, level="info", message=message)).data["triggerAlert"]

    assert (payload["success"], payload["alert"]) == (False, None)
    assert payload["errors"] == [{"code": "INVALID_INPUT", "field": field}]
    assert await listed(argosy) == []


async def test_alert_by_hand_is_raised_once_for_one_key(argosy: Running) -> None:
    asked = {"level": "info", "message": "Look.", "once": "k"}

    first = (await argosy.ask(TRIGGER, **asked)).data["triggerAlert"]
    second = (await argosy.ask(TRIGGER, **asked)).data["triggerAlert"]
    other = (await argosy.ask(TRIGGER, **asked | {"level": "warning"})).data["triggerAlert"]

    assert first["alert"]["id"] == second["alert"]["id"]
    assert (other["success"], other["errors"][0]["code"]) == (False, "CONFLICT")
    assert len(await listed(argosy)) == 1


async def test_there_are_not_more_by_hand_than_may_be(
    argosy: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.alerts.desk.MOST_BY_HAND", 2)
    asked = {"level": "info", "message": "Look."}
    ids = [(await argosy.ask(TRIGGER, **asked)).data["triggerAlert"] for _ in range(2)]

    full = (await argosy.ask(TRIGGER, **asked)).data["triggerAlert"]
    await argosy.ask(ACKNOWLEDGE, id=ids[0]["alert"]["id"])
    again = (await argosy.ask(TRIGGER, **asked)).data["triggerAlert"]

    assert (full["success"], full["errors"][0]["code"]) == (False, "LIMIT_REACHED")
    assert again["success"] is True


async def alert_id(argosy: Running) -> str:
    return str((await argosy.ask(LIST)).data["alerts"]["nodes"][0]["id"])


async def test_acknowledged_alert_stays_until_its_cause_is_gone(argosy: Running) -> None:
    await wrong(argosy)
    alert = await alert_id(argosy)

    once = (await argosy.ask(ACKNOWLEDGE, id=alert)).data["acknowledgeAlert"]
    twice = (await argosy.ask(ACKNOWLEDGE, id=alert)).data["acknowledgeAlert"]
    await wrong(argosy)
    node = "query($id: ID!) { node(id: $id) { ... on Alert { state occurrences } } }"
    after = (await argosy.ask(node, id=alert)).data["node"]

    assert (once["alert"]["state"], once["alert"]["acknowledgedBy"]) == ("ACKNOWLEDGED", "admin")
    assert once == twice
    assert after == {"state": "ACKNOWLEDGED", "occurrences": 2}


async def test_what_got_worse_wants_to_be_acknowledged_again(argosy: Running) -> None:
    await wrong(argosy)
    await argosy.ask(ACKNOWLEDGE, id=await alert_id(argosy))

    await wrong(argosy, level=Level.CRITICAL)

    assert (await argosy.ask(LIST)).data["alerts"]["nodes"][0]["state"] == "OPEN"


async def test_alert_by_hand_ends_when_it_is_acknowledged(argosy: Running) -> None:
    raised = (await argosy.ask(TRIGGER, level="info", message="Look.")).data["triggerAlert"]

    answer = await argosy.ask(ACKNOWLEDGE, id=raised["alert"]["id"])

    alert = answer.data["acknowledgeAlert"]["alert"]
    assert alert["state"] == "RESTORED"
    assert alert["restoredAt"] == alert["acknowledgedAt"]


async def test_what_is_no_alert_cannot_be_acknowledged(argosy: Running) -> None:
    nothing = f"alert_{'0' * 8}-0000-7000-8000-{'0' * 12}"

    absent = (await argosy.ask(ACKNOWLEDGE, id=nothing)).data["acknowledgeAlert"]["errors"]
    no_id = (await argosy.ask(ACKNOWLEDGE, id="x")).data["acknowledgeAlert"]["errors"]

    assert [(e["code"], e["field"]) for e in (*absent, *no_id)] == [
        ("NOT_FOUND", "id"),
        ("INVALID_ID", "id"),
    ]


async def test_follower_hears_what_happens_and_resumes_without_a_gap(argosy: Running) -> None:
    start = str(await argosy.container.services.events.end())
    await wrong(argosy, "a")
    async with acknowledged(argosy) as client:
        await client.subscribe("a", FOLLOW, after=start)
        first = (await client.hear_next("a"))["alerts"]
        client.vanish()
    await argosy.ask(ACKNOWLEDGE, id=first["event"]["alertId"])
    async with acknowledged(argosy) as client:
        await client.subscribe("a", FOLLOW, after=first["cursor"])
        heard = await followed(client, 1)
        await argosy.container.alerts.alerts.restore("disk.low", "a")
        heard += await followed(client, 1)

    assert first["lagged"] is None
    assert first["event"].pop("alertId").startswith("alert_")
    assert first["event"] == {
        "kind": "RAISED",
        "rule": "disk.low",
        "subject": "a",
        "level": "WARNING",
        "message": "Wrong: a.",
        "alert": {"state": "OPEN"},
    }
    assert heard == [("ACKNOWLEDGED", "a"), ("RESTORED", "a")]


async def test_follower_of_a_level_hears_of_what_is_as_bad(argosy: Running) -> None:
    start = str(await argosy.container.services.events.end())
    for subject, level in (("a", Level.INFO), ("b", Level.WARNING), ("c", Level.CRITICAL)):
        await wrong(argosy, subject, level)

    async with acknowledged(argosy) as client:
        await client.subscribe("a", FOLLOW, after=start, level="WARNING")
        heard = await followed(client, 2)
        await wrong(argosy, "d", Level.INFO)
        await wrong(argosy, "e", Level.CRITICAL)
        heard += await followed(client, 1)

    assert heard == [("RAISED", "b"), ("RAISED", "c"), ("RAISED", "e")]


async def test_cursor_of_nothing_is_refused(argosy: Running) -> None:
    async with acknowledged(argosy) as client:
        await client.subscribe("a", FOLLOW, after="yesterday")
        error = await client.hear_error("a")

    assert error["extensions"]["code"] == "INVALID_INPUT"


async def test_open_alerts_are_in_the_metrics(argosy: Running) -> None:
    await wrong(argosy, "a")
    await wrong(argosy, "b")
    await wrong(argosy, "c", rule="something.new")
    await argosy.container.alerts.alerts.restore("disk.low", "a")

    await argosy.container.observation.scrape()

    def gauge(rule: str) -> float | None:
        metrics: Metrics = argosy.container.metrics
        labels = {"rule": rule, "level": "warning"}
        return metrics.registry.get_sample_value("argosy_alerts", labels)

    assert (gauge("disk.low"), gauge("other"), gauge("memory.high")) == (1, 1, 0)
    raised = argosy.container.metrics.registry.get_sample_value
    assert raised("argosy_alerts_raised_total", {"rule": "disk.low"}) == 2
