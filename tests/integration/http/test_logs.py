"""The log over the API: searched, followed, counted, and at another level while it runs."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from services.access.identity import Role, Scope
from services.logs.levels import LogLevel, tell_success
from tests.fakes.origin import Origin, Resource
from tests.integration.http.listening import listening
from tests.integration.http.logged import logged
from tests.integration.http.running import PATIENCE_SECONDS, Running, serving, until
from tests.integration.http.talking import acknowledged

FOLLOW = """
    subscription($level: LogLevel, $taskId: ID, $after: String) {
        logs(level: $level, taskId: $taskId, after: $after) {
            cursor line { cursor seq level event message taskId } lagged { reason after }
        }
    }
"""
SEARCH = """
    query($filter: LogFilter, $first: Int! = 25, $after: String) {
        logs(filter: $filter, first: $first, after: $after) {
            nodes { event level message logger taskId requestId fields { name value } }
            pageInfo { hasNextPage hasPreviousPage endCursor } totalCount
        }
    }
"""
STATS = """{ loggerStats {
    totalLogs errorCount warningCount infoCount criticalCount successCount debugCount
    recentErrors logFileSize logFileBytes lostCount level
} }"""
SET = "mutation($l: LogLevel!) { setLogLevel(input: {level: $l}) { level errors { code } } }"
ADD = """
    mutation($url: String!) { addDownloads(input: {urls: [$url]}) { tasks { id } errors { code } } }
"""

log = structlog.get_logger("tests.told")


@pytest.fixture(autouse=True)
def taken() -> Iterator[None]:
    with logged():
        yield


@pytest.fixture
async def argosy(tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(tmp_path, allow_networks="127.0.0.1") as running:
        yield running


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as running:
        yield running


def followers(argosy: Running) -> int:
    return argosy.container._logs.book.followers


async def test_completed_task_is_told_to_its_owner_and_to_administrators(
    argosy: Running, origin: Origin
) -> None:
    _, alice = await argosy.user("alice")
    _, bob = await argosy.user("bob")
    url = origin.put("/a.bin", Resource(b"abc"))
    async with acknowledged(argosy, alice) as hers:
        await hers.subscribe("a", FOLLOW, level="SUCCESS")
        await until(lambda: followers(argosy) == 1)
        task = (await argosy.ask(ADD, key=alice, url=url)).data["addDownloads"]["tasks"][0]["id"]
        heard = (await hers.hear_next("a"))["logs"]["line"]

    mine = (await argosy.ask(SEARCH, key=alice, filter={"taskId": task})).data["logs"]
    all_of_it = (await argosy.ask(SEARCH, filter={"taskId": task})).data["logs"]
    theirs = (await argosy.ask(SEARCH, key=bob)).data["logs"]
    assert (heard["level"], heard["event"], heard["taskId"]) == ("SUCCESS", "task.completed", task)
    assert heard["message"].startswith("task.completed attempt=1 bytes=3 seconds=")
    assert [node["event"] for node in mine["nodes"]] == ["task.completed"]
    assert [field["name"] for field in mine["nodes"][0]["fields"]] == [
        "attempt",
        "bytes",
        "seconds",
    ]
    assert all_of_it["totalCount"] == 1
    assert theirs["nodes"] == []


async def test_what_an_engine_tells_is_about_its_task(argosy: Running, origin: Origin) -> None:
    _, alice = await argosy.user("alice")
    url = origin.put("/a.bin", Resource(b"abc"))
    wrong = {"urls": [url], "options": {"checksums": [{"algorithm": "MD5", "digest": "0" * 32}]}}
    add = ADD.replace("$url: String!", "$input: AddDownloadsInput!")
    async with acknowledged(argosy, alice) as hers:
        await hers.subscribe("a", FOLLOW, level="WARNING")
        await until(lambda: followers(argosy) == 1)
        added = await argosy.ask(add.replace("{urls: [$url]}", "$input"), key=alice, input=wrong)
        task = added.data["addDownloads"]["tasks"][0]["id"]
        heard = [(await hers.hear_next("a"))["logs"]["line"] for _ in range(3)]

    events = [(line["event"], line["taskId"]) for line in heard]
    assert events == [("fetch.mismatch", task), ("fetch.mismatch", task), ("task.failed", task)]


async def test_request_is_found_by_its_id(argosy: Running) -> None:
    await argosy.ask(SET, l="DEBUG")
    answer = await argosy.ask("{ status { version } }")
    request_id = answer.headers["X-Request-ID"]

    found = (await argosy.ask(SEARCH, filter={"requestId": request_id})).data["logs"]

    assert [node["event"] for node in found["nodes"]] == ["http.answered"]
    assert found["nodes"][0]["level"] == "DEBUG"


async def test_level_is_changed_while_it_runs(argosy: Running) -> None:
    log.info("at.first")
    raised = (await argosy.ask(SET, l="SUCCESS")).data["setLogLevel"]
    log.info("not.told")
    tell_success(log, "went.well", bytes=5)
    logging.getLogger("library").warning("from %s", "elsewhere")
    await argosy.ask(SET, l="WARNING")
    tell_success(log, "not.told")
    level = (await argosy.ask(STATS)).data["loggerStats"]["level"]

    found = (await argosy.ask(SEARCH)).data["logs"]["nodes"]
    assert raised == {"level": "SUCCESS", "errors": []}
    assert level == "WARNING"
    assert [(node["level"], node["event"]) for node in found] == [
        ("WARNING", "from elsewhere"),
        ("SUCCESS", "went.well"),
        ("INFO", "at.first"),
    ]


async def test_sums_are_those_of_all_levels_and_survive_a_restart(tmp_path: Path) -> None:
    async with serving(tmp_path) as first:
        log.info("one")
        log.warning("two")
        log.error("disk.slow", reason="It took 5 seconds.", password="hunter2")
        log.critical("four")
        tell_success(log, "five")
        before = (await first.ask(STATS)).data["loggerStats"]
    async with serving(tmp_path) as second:
        log.info("six")
        assert await second.container._logs.book.writer.flushed(PATIENCE_SECONDS)
        after = (await second.ask(STATS)).data["loggerStats"]
        size = sum(p.stat().st_size for p in (tmp_path / "logs").glob("argosy.log*"))

    assert (before["totalLogs"], after["totalLogs"]) == (5, 6)
    counts = [after[f"{name}Count"] for name in ("info", "success", "warning", "error", "critical")]
    assert counts == [2, 1, 1, 1, 1]
    assert (after["debugCount"], after["lostCount"]) == (0, 0)
    told = [error.rpartition(" at ")[0] for error in after["recentErrors"]]
    assert told == ["four", "disk.slow reason=It took 5 seconds. password=[hidden]"]
    assert after["logFileBytes"] == size
    assert after["logFileSize"] == f"{size} B"


async def test_stream_goes_on_after_a_restart_where_it_was(tmp_path: Path) -> None:
    async with serving(tmp_path) as first, listening(first, FOLLOW) as stream:
        await until(lambda: followers(first) == 1)
        log.info("one")
        log.info("two")
        told = await stream.hear()
        last = told.id
        assert told.data["data"]["logs"]["line"]["event"] == "one"
    log.info("between")  # kept until somebody takes it
    async with serving(tmp_path) as second, listening(second, FOLLOW, last=last) as stream:
        heard = [(await stream.next("logs"))["line"]["event"] for _ in range(2)]

    assert heard == ["two", "between"]


async def test_following_the_log_makes_no_lines(argosy: Running) -> None:
    await argosy.ask(SET, l="DEBUG")
    async with acknowledged(argosy) as client, listening(argosy, FOLLOW) as stream:
        await client.subscribe("a", FOLLOW)
        await until(lambda: followers(argosy) == 2)
        log.debug("one")
        while (await client.hear_next("a"))["logs"]["line"]["event"] != "one":
            pass
        while (await stream.next("logs"))["line"]["event"] != "one":
            pass
        last = argosy.container._logs.book.last
        await client.say({"type": "ping"})
        await client.hear()

        assert argosy.container._logs.book.last == last


async def test_pages_go_on(argosy: Running) -> None:
    for number in range(5):
        log.info("line", number=number)

    first = (await argosy.ask(SEARCH, first=2)).data["logs"]
    end = first["pageInfo"]["endCursor"]
    rest = (await argosy.ask(SEARCH, first=9, after=end)).data["logs"]

    told = [[node["message"] for node in page["nodes"]] for page in (first, rest)]
    assert told == [["line number=4", "line number=3"], [f"line number={n}" for n in (2, 1, 0)]]
    assert [page["pageInfo"]["hasNextPage"] for page in (first, rest)] == [True, False]
    assert [page["pageInfo"]["hasPreviousPage"] for page in (first, rest)] == [False, True]
    assert rest["totalCount"] == 5


@pytest.mark.parametrize(
    ("wanted", "code", "field"),
    [
        ({"text": ""}, "INVALID_INPUT", "filter.text"),
        ({"text": "x" * 201}, "INVALID_INPUT", "filter.text"),
        ({"requestId": ""}, "INVALID_INPUT", "filter.requestId"),
        ({"taskId": "nonsense"}, "INVALID_ID", "filter.taskId"),
        (
            {"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
            "INVALID_INPUT",
            "filter.until",
        ),
    ],
)
async def test_what_no_line_can_have_is_refused(
    argosy: Running, wanted: dict[str, str], code: str, field: str
) -> None:
    answer = await argosy.ask(SEARCH, filter=wanted)

    assert (answer.code, answer.error["extensions"]["field"]) == (code, field)


async def test_nobody_but_administrators_sees_sums_or_sets_the_level(argosy: Running) -> None:
    _, alice = await argosy.user("alice")
    _, reader = await argosy.user("chief", Scope.LOGS_READ, role=Role.ADMIN)

    assert (await argosy.ask(STATS, key=alice)).code == "FORBIDDEN"
    assert (await argosy.ask(SET, key=alice, l="DEBUG")).code == "FORBIDDEN"
    assert (await argosy.ask(SET, key=reader, l="DEBUG")).code == "FORBIDDEN"
    assert (await argosy.ask(STATS, key=reader)).data["loggerStats"]["level"] == LogLevel.INFO


async def test_no_secret_reaches_the_files(argosy: Running, tmp_path: Path) -> None:
    url = "https://a:hunter2@example.com/?t=hunter2"
    log.warning("forged\n{}\x1b[31m", url=url, token="hunter2")
    log.error("crashed", exc_info=ValueError("password=hunter2"))
    found = await argosy.ask(SEARCH)

    written = (tmp_path / "logs" / "argosy.log").read_bytes()
    assert b"hunter2" not in written + found.body
    assert b"\x1b" not in written + found.body
    assert written.count(b"\n") == 2
    assert found.data["logs"]["nodes"][0]["event"] == "crashed"
