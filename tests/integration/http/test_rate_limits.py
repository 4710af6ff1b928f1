"""What clients are told of limits, and what happens to those who ask too much."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.http.running import (
    GRAPHQL_JSON,
    JSON,
    KEY,
    Answer,
    Running,
    serving,
    until,
)
from tests.integration.http.talking import acknowledged, connected

QUERY = "{ rateLimit { limit remaining resetsAt } }"
LIMIT = 5


@pytest.fixture
async def limited(tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(tmp_path, rate_limit_graphql=LIMIT, trusted_proxies="127.0.0.1") as running:
        yield running


def told(answer: Answer) -> tuple[str, str]:
    return answer.headers["X-RateLimit-Limit"], answer.headers["X-RateLimit-Remaining"]


async def test_every_answer_says_how_it_stands(limited: Running) -> None:
    before = time.time()

    first = await limited.ask(QUERY)
    second = await limited.post(b"{", accept=JSON)
    third = await limited.send("GET", "/graphql?query={nothing}")
    fourth = await limited.post({"query": QUERY}, accept="image/png")

    assert [answer.status for answer in (first, second, third, fourth)] == [200, 400, 400, 406]
    assert [told(answer) for answer in (first, second, third, fourth)] == [
        ("5", "4"),
        ("5", "3"),
        ("5", "2"),
        ("5", "1"),
    ]
    assert before < int(first.headers["X-RateLimit-Reset"]) <= before + 61


async def test_field_says_the_same_as_the_headers(limited: Running) -> None:
    answer = await limited.ask(QUERY)

    shown = answer.data["rateLimit"]
    assert (shown["limit"], shown["remaining"]) == (5, 4)
    assert shown["resetsAt"].endswith("Z") or "+00:00" in shown["resetsAt"]


@pytest.mark.parametrize("accept", [GRAPHQL_JSON, JSON])
async def test_one_too_many_is_told_when_to_come_back(limited: Running, accept: str) -> None:
    for _ in range(LIMIT):
        assert (await limited.ask(QUERY)).status == 200

    answer = await limited.post({"query": QUERY}, accept=accept)

    assert (answer.status, answer.code, told(answer)) == (429, "RATE_LIMITED", ("5", "0"))
    assert answer.headers["Content-Type"] == accept
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.error["extensions"]["retryAfter"] == int(answer.headers["Retry-After"])
    value = limited.container.metrics.registry.get_sample_value(
        "argosy_rate_limited_total", {"family": "graphql"}
    )
    assert value == 1


async def test_what_is_refused_is_not_executed(limited: Running) -> None:
    _, key = await limited.user("ann")
    for _ in range(LIMIT):
        await limited.ask(QUERY, key=key)
    add = 'mutation { addDownloads(input: {urls: ["https://example.com/a"]}) { tasks { id } } }'

    refused = await limited.ask(add, key=key)

    assert refused.status == 429
    shown = await limited.ask("{ tasks { totalCount } }")
    assert shown.data["tasks"]["totalCount"] == 0


async def test_other_key_is_not_held_back(limited: Running) -> None:
    _, key = await limited.user("ann")
    for _ in range(LIMIT + 1):
        await limited.ask(QUERY, key=key)

    assert (await limited.ask(QUERY)).status == 200


async def test_wrong_keys_are_counted_by_the_address(limited: Running) -> None:
    for number in range(LIMIT):
        answer = await limited.ask(QUERY, key=f"guess-{number}")
        assert (answer.status, told(answer)) == (401, ("5", str(LIMIT - 1 - number)))

    guessed = await limited.ask(QUERY, key="another-guess")
    right = await limited.ask(QUERY)

    assert (guessed.status, guessed.code) == (429, "RATE_LIMITED")
    assert right.status == 200


async def test_address_that_the_proxy_tells_is_the_one_that_counts(limited: Running) -> None:
    async def guess(chain: str) -> int:
        answer = await limited.post({"query": QUERY}, key=None, X_Forwarded_For=chain)
        return answer.status

    statuses = [await guess(f"{number}.6.6.6, 203.0.113.7") for number in range(1, LIMIT + 2)]

    assert statuses == [401] * LIMIT + [429]
    assert await guess("203.0.113.8") == 401


async def test_invented_addresses_do_not_evade(tmp_path: Path) -> None:
    async with serving(tmp_path, rate_limit_graphql=LIMIT) as argosy:
        statuses = [
            (await argosy.post({"query": QUERY}, key=None, X_Forwarded_For=f"{n}.6.6.6")).status
            for n in range(1, LIMIT + 2)
        ]

    assert statuses == [401] * LIMIT + [429]


async def test_stream_is_counted_and_refused_before_it_begins(limited: Running) -> None:
    path = "/graphql?query={rateLimit{remaining}}"
    streams = {"Accept": "text/event-stream"}

    answers = [await limited.send("GET", path, headers=streams) for _ in range(LIMIT + 1)]

    assert [answer.status for answer in answers] == [200] * LIMIT + [429]
    assert b'{"rateLimit":{"remaining":4}}' in answers[0].body
    assert told(answers[0]) == ("5", "4")
    assert answers[-1].code == "RATE_LIMITED"


@pytest.mark.parametrize(
    "path", ["/api/login", "/api/login/second-factor", "/api/setup", "/api/ws-ticket"]
)
async def test_what_strangers_post_has_an_end_and_so_have_its_traces(
    limited: Running, path: str
) -> None:
    answers = [
        await limited.send("POST", path, key=None, body=b"{}", headers={"Content-Type": JSON})
        for _ in range(LIMIT + 3)
    ]

    assert all(400 <= answer.status < 500 for answer in answers)
    assert [answer.status for answer in answers[LIMIT:]] == [429] * 3
    assert answers[-1].json["error"]["code"] == "RATE_LIMITED"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    entries = await limited.ask(
        "query($action: String) { auditLog(filter: {action: $action}) { totalCount } }",
        action=f"POST {path}",
    )
    assert entries.data["auditLog"]["totalCount"] == LIMIT


async def test_ticket_counts_once_for_its_key(limited: Running) -> None:
    answer = await limited.send("POST", "/api/ws-ticket")

    assert (answer.status, told(answer)) == (200, ("5", "4"))


async def test_pages_and_health_are_not_counted(limited: Running) -> None:
    for path in ("/", "/docs/", "/health", "/graphql"):
        for _ in range(LIMIT + 1):
            answer = await limited.get(path, Accept="text/html")
            assert answer.status in {
                200,
                303,
                503,
            }  # to the sign-in; the playground need not be built
            assert "X-RateLimit-Limit" not in answer.headers


async def test_without_a_limit_nothing_is_told(tmp_path: Path) -> None:
    async with serving(tmp_path, rate_limit_graphql=0) as argosy:
        answer = await argosy.ask(QUERY)

    assert answer.data == {"rateLimit": None}
    assert "X-RateLimit-Limit" not in answer.headers


@pytest.fixture
async def brief(tmp_path: Path) -> AsyncIterator[Running]:
    """A server that takes few messages over sockets."""
    async with serving(tmp_path, rate_limit_ws=LIMIT) as running:
        yield running


async def test_operation_too_many_on_a_socket_is_refused_alone(brief: Running) -> None:
    async with acknowledged(brief) as socket:
        await socket.subscribe("stays", "subscription { taskEvents { cursor } }")
        await until(lambda: brief.container.services.tail.followers == 1)
        for number in range(LIMIT - 2):
            await socket.subscribe(str(number), QUERY)
            shown = (await socket.hear_next(str(number)))["rateLimit"]
            assert (shown["limit"], shown["remaining"]) == (LIMIT, LIMIT - 3 - number)
            assert (await socket.hear())["type"] == "complete"

        await socket.subscribe("more", QUERY)
        error = await socket.hear_error("more")
        await socket.say({"type": "ping"}, {"type": "complete", "id": "stays"})

        assert error["extensions"]["code"] == "RATE_LIMITED"
        assert 1 <= error["extensions"]["retryAfter"] <= 60
        assert await socket.hear() == {"type": "pong"}
        await until(lambda: brief.container.services.tail.followers == 0)


async def test_sockets_of_one_key_are_counted_together(brief: Running) -> None:
    async with acknowledged(brief) as one, acknowledged(brief) as other:
        for number in range(LIMIT - 2):
            await one.subscribe(str(number), QUERY)
            await one.hear_next(str(number))
            await one.hear()

        await other.subscribe("a", QUERY)

        assert (await other.hear_error("a"))["extensions"]["code"] == "RATE_LIMITED"


async def test_socket_too_many_is_told_to_come_back_later(brief: Running) -> None:
    for _ in range(LIMIT):
        async with acknowledged(brief):
            pass

    async with connected(brief) as socket:
        payload = {"Authorization": f"Bearer {KEY}"}
        await socket.say({"type": "connection_init", "payload": payload})
        closed = await socket.hear_close()

    assert closed.code == 1013
    assert "More than 5 were asked in a minute" in str(closed.reason)


async def test_keys_that_are_guessed_over_sockets_are_counted_by_the_address(
    brief: Running,
) -> None:
    codes = []
    for number in range(LIMIT + 1):
        async with connected(brief) as socket:
            payload = {"Authorization": f"Bearer guess-{number}"}
            await socket.say({"type": "connection_init", "payload": payload})
            codes.append((await socket.hear_close()).code)

    assert codes == [4403] * LIMIT + [1013]
