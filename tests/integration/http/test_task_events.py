"""The subscription to events of tasks, over graphql-transport-ws."""

from services.access.identity import Role
from services.events.kinds import EventKind
from tests.integration.http.listening import EVENTS, happen, place
from tests.integration.http.running import Running
from tests.integration.http.talking import Socket, acknowledged

WHOLE = """
    subscription($after: String) { taskEvents(after: $after) {
        cursor
        event { cursor seq kind taskId at state attempt error { code message } task { name } }
        lagged { reason after }
    } }
"""
CANCEL = "mutation($ids: [ID!]!) { cancelTasks(input: {ids: $ids}) { errors { code } } }"


async def seqs(client: Socket, number: int) -> list[int]:
    heard = [(await client.hear_next("a"))["taskEvents"] for _ in range(number)]
    return [update["event"]["seq"] for update in heard]


async def test_event_tells_what_happened_and_of_the_task_as_it_is(argosy: Running) -> None:
    task = await argosy.plant()
    async with acknowledged(argosy) as client:
        await client.subscribe("a", WHOLE, after=place(argosy, 0))
        await argosy.ask(CANCEL, ids=[task])
        heard = (await client.hear_next("a"))["taskEvents"]

    event = heard["event"]
    assert (heard["cursor"], heard["lagged"]) == (place(argosy, 1), None)
    assert event.pop("at").endswith("Z")
    assert event == {
        "cursor": place(argosy, 1),
        "seq": 1,
        "kind": "CANCELLED",
        "taskId": task,
        "state": "CANCELLED",
        "attempt": 0,
        "error": None,
        "task": {"name": "film.mkv"},
    }


async def test_queue_says_from_where_nothing_new_is_missed(argosy: Running) -> None:
    last = "{ queue { lastEvent } }"
    empty = (await argosy.ask(last)).data["queue"]["lastEvent"]
    await happen(argosy, number=2)
    after_two = (await argosy.ask(last)).data["queue"]["lastEvent"]
    await happen(argosy)
    async with acknowledged(argosy) as client:
        await client.subscribe("a", EVENTS, after=after_two)
        heard = await seqs(client, 1)

    assert (empty, after_two) == (place(argosy, 0), place(argosy, 2))
    assert heard == [3]


async def test_error_of_an_attempt_is_told(argosy: Running) -> None:
    data: dict[str, object] = {"state": "FAILED", "attempt": 3, "code": "TIMED_OUT", "message": "?"}
    await happen(argosy, kind=EventKind.TASK_FAILED, data=data)
    async with acknowledged(argosy) as client:
        await client.subscribe("a", WHOLE, after=place(argosy, 0))
        event = (await client.hear_next("a"))["taskEvents"]["event"]

    assert (event["kind"], event["state"], event["attempt"]) == ("FAILED", "FAILED", 3)
    assert (event["error"], event["task"]) == ({"code": "TIMED_OUT", "message": "?"}, None)


async def test_task_is_looked_up_anew_for_each_event(argosy: Running) -> None:
    states = WHOLE.replace("task { name }", "task { state }")
    task = await argosy.plant()
    async with acknowledged(argosy) as client:
        await client.subscribe("a", states, after=place(argosy, 0))
        await happen(argosy, task=task)
        before = (await client.hear_next("a"))["taskEvents"]["event"]["task"]
        await argosy.ask(CANCEL, ids=[task])
        after = (await client.hear_next("a"))["taskEvents"]["event"]["task"]

    assert (before, after) == ({"state": "PAUSED"}, {"state": "CANCELLED"})


async def test_socket_that_breaks_is_resumed_without_a_gap(argosy: Running) -> None:
    await happen(argosy, number=2)
    async with acknowledged(argosy) as client:
        await client.subscribe("a", EVENTS, after=place(argosy, 0))
        assert await seqs(client, 2) == [1, 2]
        client.vanish()
    await happen(argosy, number=3)

    async with acknowledged(argosy) as client:
        await client.subscribe("a", EVENTS, after=place(argosy, 2))
        await happen(argosy)
        assert await seqs(client, 4) == [3, 4, 5, 6]


async def test_filter_is_by_task_and_kind(argosy: Running) -> None:
    task = await happen(argosy)
    async with acknowledged(argosy) as client:
        wanted = {"taskId": task, "kinds": ["STARTED", "COMPLETED"]}
        await client.subscribe("a", EVENTS, after=place(argosy, 0), filter=wanted)
        await happen(argosy, kind=EventKind.TASK_STARTED)
        for kind in (EventKind.TASK_STARTED, EventKind.TASK_PAUSED, EventKind.TASK_COMPLETED):
            await happen(argosy, task=task, kind=kind)

        assert await seqs(client, 2) == [3, 5]


async def test_what_is_no_cursor_or_no_id_is_refused(argosy: Running) -> None:
    async with acknowledged(argosy) as client:
        await client.subscribe("a", EVENTS, after="yesterday")
        cursor = await client.hear_error("a")
        await client.subscribe("b", EVENTS, filter={"taskId": "nonsense"})
        task = await client.hear_error("b")

    extensions = [(e["extensions"]["code"], e["extensions"]["field"]) for e in (cursor, task)]
    assert extensions == [("INVALID_INPUT", "after"), ("INVALID_ID", "filter.taskId")]


async def test_each_user_is_told_of_what_is_theirs(argosy: Running) -> None:
    alice, key = await argosy.user("alice")
    _, chief = await argosy.user("chief", role=Role.ADMIN)
    async with acknowledged(argosy, key) as hers, acknowledged(argosy, chief) as everything:
        for client in (hers, everything):
            await client.subscribe("a", EVENTS, after=place(argosy, 0))
        await happen(argosy)
        await happen(argosy, owner=alice)

        assert await seqs(hers, 1) == [2]
        assert await seqs(everything, 2) == [1, 2]


async def test_queue_of_everybody_is_for_administrators(argosy: Running) -> None:
    query = "subscription($all: Boolean!) { queueProgress(everybody: $all) { waiting paused } }"
    alice, key = await argosy.user("alice")
    await argosy.plant(alice, state="PENDING", is_due=False)
    async with acknowledged(argosy, key) as hers, acknowledged(argosy) as chief:
        await hers.subscribe("a", query, all=False)
        await chief.subscribe("a", query, all=False)
        await chief.subscribe("b", query, all=True)

        assert await hers.hear_next("a") == {"queueProgress": {"waiting": 1, "paused": False}}
        heard = {m["id"]: m["payload"]["data"] for m in (await chief.hear(), await chief.hear())}
        assert heard == {
            "a": {"queueProgress": {"waiting": 0, "paused": False}},
            "b": {"queueProgress": {"waiting": 1, "paused": False}},
        }
        await hers.subscribe("c", query, all=True)
        assert (await hers.hear_error("c"))["extensions"]["code"] == "FORBIDDEN"
