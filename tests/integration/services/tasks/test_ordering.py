"""Adding tasks with options, secrets and metalinks."""

import re
import shutil
from contextlib import aclosing
from pathlib import Path

import pytest

from services.access.identity import Identity
from services.engines.options import Algorithm, Checksum, Options, Patience, ProxyKind, Secrets
from services.errors import ErrorCode, InvalidInputs
from services.ids import show
from services.sealing import Sealer
from services.store.store import Store, Transaction
from services.tasks.adding.asking import Asked
from services.tasks.changing.changes import Changes
from services.tasks.sealed import is_key_awaited
from services.tasks.states import TaskState
from services.tasks.tasks import Tasks
from tests.fakes.engine import Fails, FakeEngine, Waits
from tests.integration.services.tasks.conftest import Start
from tests.integration.services.tasks.listed import count
from tests.integration.services.tasks.running import Running, until

A, B = "https://example.com/a", "https://example.com/b"
METALINK = f"""<metalink xmlns="urn:ietf:params:xml:ns:metalink">
  <file name="one.iso"><size>7</size><url>{A}</url><url priority="1">{B}</url>
    <hash type="sha-256">{"ab" * 32}</hash></file>
  <file name="sub/two.iso"><url>{B}</url></file>
</metalink>"""
SECRETS = Secrets(headers=(("X-Token", "hunter2"),), password="swordfish", username="alice")

Wrong = list[tuple[str | None, ErrorCode]]


async def refusal(tasks: Tasks, who: Identity, urls: list[str], **given: object) -> Wrong:
    """Return the field and the code of each error that asking for these raises."""
    try:
        await tasks.ask(who, urls, **given)  # type: ignore[arg-type]
    except InvalidInputs as caught:
        return [(error.field, error.code) for error in caught.errors]
    return []


async def sealed(store: Store) -> list[str | None]:
    return [row["secrets"] for row in await store.fetch("SELECT secrets FROM tasks ORDER BY id")]


async def test_options_are_kept_with_the_task(tasks: Tasks, alice: Identity) -> None:
    options = Options(name="c.zip", connections=3, mirrors=(B,))

    (task,) = await tasks.add(alice, [A], options=options)

    assert await tasks.get(alice, task.id) == task
    assert (task.options, task.name) == (options, "c.zip")


async def test_engine_gets_options_and_secrets_as_they_were_given(
    run: Running, alice: Identity, store: Store
) -> None:
    url = run.engine.plan(A, Waits())
    (task,) = await run.tasks.add(alice, [url], options=Options(connections=3), secrets=SECRETS)

    job = await run.engine.started.get()
    (kept,) = await sealed(store)
    run.engine.let_go(task.id)
    await run.end(alice, task)

    assert (job.options, job.secrets) == (Options(connections=3), SECRETS)
    assert kept is not None
    assert kept.startswith("v1.")
    assert await sealed(store) == [""]


async def test_secrets_stand_nowhere_in_the_clear(
    tasks: Tasks, alice: Identity, store: Store
) -> None:
    await tasks.add(alice, [A, B], secrets=SECRETS)

    rows = await store.fetch("SELECT * FROM tasks")
    events = await store.fetch("SELECT * FROM events")
    said = repr([tuple(row) for row in (*rows, *events)])
    assert "hunter2" not in said
    assert "swordfish" not in said
    assert len(set(await sealed(store))) == 2


async def test_cancelled_task_keeps_no_secrets(
    tasks: Tasks, changes: Changes, alice: Identity, store: Store
) -> None:
    (task,) = await tasks.add(alice, [A], secrets=SECRETS)

    await changes.cancel(alice, [show("task", task.id)])

    assert await sealed(store) == [""]


async def test_secrets_that_were_moved_to_another_task_do_not_open(
    start: Start, tasks: Tasks, alice: Identity, store: Store, tmp_path: Path
) -> None:
    one, other = await tasks.add(alice, [A, B], secrets=SECRETS)
    stolen = (await sealed(store))[0]

    async def move(transaction: Transaction) -> None:
        statement = "UPDATE tasks SET secrets = ? WHERE id = ?"
        await transaction.execute(statement, stolen, other.id)

    await store.write(move)
    (tmp_path / "one").mkdir()
    shutil.copy(tmp_path / "secret.key", tmp_path / "one")
    engine = FakeEngine()
    async with start(engine) as run:
        ends = [await run.end(alice, task) for task in (one, other)]

    assert [(end.state, end.error_code) for end in ends] == [
        (TaskState.COMPLETED, None),
        (TaskState.FAILED, ErrorCode.UNAVAILABLE),
    ]
    assert engine.attempts == [one.id]


async def test_lost_key_is_waited_for_however_long_it_takes(
    start: Start, tasks: Tasks, alice: Identity, engine: FakeEngine, tmp_path: Path
) -> None:
    options = Options(patience=Patience(retries=1))
    (task,) = await tasks.add(alice, [A], options=options, secrets=SECRETS)

    async with start(engine) as run:  # its key lies in another folder
        waits = []
        async with aclosing(run.tasks.follow(alice, task.id)) as following:
            async for progress in following:
                if progress.state is TaskState.RETRYING:
                    waits.append((progress.error_code, progress.error_message))
                    run.clock.advance(1000)
                    run.runner.wake()
                if len(waits) > 3:
                    break
        shutil.copy(tmp_path / "secret.key", tmp_path / "one")
        end = await run.end(alice, task)

    message = (
        "The key file secret.key is gone, and downloads with secrets wait for its key. Put it "
        "back; they go on by themselves. If it is lost, cancel them, restart the server, and "
        "add them again."
    )
    assert set(waits) == {(ErrorCode.UNAVAILABLE, message)}
    assert (end.state, end.error_code) == (TaskState.COMPLETED, None)


async def test_another_key_fails_the_task_and_says_so(
    start: Start, tasks: Tasks, alice: Identity, engine: FakeEngine, tmp_path: Path
) -> None:
    (task,) = await tasks.add(alice, [A], secrets=SECRETS)
    (tmp_path / "one").mkdir()
    Sealer(tmp_path / "one" / "secret.key").seal(b"", "something else")

    async with start(engine) as run:
        end = await run.end(alice, task)

    assert (end.state.value, end.error_code) == ("FAILED", ErrorCode.UNAVAILABLE)
    assert re.fullmatch(
        r"This was sealed with another key \([0-9a-f]{8}\) than the one in secret\.key\. "
        r"Put the right key there and add the download again\.",
        end.error_message or "",
    )
    assert run.engine.attempts == []


async def test_key_is_awaited_while_a_task_has_secrets(
    tasks: Tasks, changes: Changes, alice: Identity, store: Store
) -> None:
    await tasks.add(alice, [A])
    before = await is_key_awaited(store)
    (task,) = await tasks.add(alice, [A], secrets=SECRETS)
    during = await is_key_awaited(store)
    await changes.cancel(alice, [str(task.id)])

    assert (before, during, await is_key_awaited(store)) == (False, True, False)


async def test_every_file_of_a_metalink_becomes_a_task(tasks: Tasks, alice: Identity) -> None:
    one, two = await tasks.ask(alice, [], metalinks=[METALINK], asked=Asked(connections=2))

    assert (one.url, one.name, one.total) == (B, "one.iso", 7)
    assert one.options == Options(
        name="one.iso",
        size=7,
        mirrors=(A,),
        checksums=(Checksum(Algorithm.SHA256, "ab" * 32),),
        connections=2,
    )
    assert (two.url, two.name, two.options.mirrors) == (B, "two.iso", ())


async def test_metalinks_come_after_the_urls(tasks: Tasks, alice: Identity) -> None:
    added = await tasks.ask(alice, [A], metalinks=[METALINK])

    assert [task.name for task in added] == ["a", "one.iso", "two.iso"]


async def test_bad_metalink_adds_nothing(tasks: Tasks, alice: Identity) -> None:
    wrong = await refusal(tasks, alice, [A], metalinks=[METALINK, "<html/>"])

    assert wrong == [("metalinks.1", ErrorCode.INVALID_INPUT)]
    assert await count(tasks, alice) == 0


async def test_metalink_that_leads_nowhere_public_adds_nothing(
    tasks: Tasks, alice: Identity
) -> None:
    document = METALINK.replace("example.com", "127.0.0.1")

    wrong = await refusal(tasks, alice, [], metalinks=[document])

    assert wrong == [("metalinks.0", ErrorCode.FORBIDDEN_ADDRESS)] * 2


async def test_urls_are_needed_where_there_are_no_metalinks(tasks: Tasks, alice: Identity) -> None:
    assert await refusal(tasks, alice, []) == [("urls", ErrorCode.INVALID_INPUT)]


async def test_what_belongs_to_one_file_is_refused_for_several(
    tasks: Tasks, alice: Identity
) -> None:
    asked = Asked(name="a", mirrors=[B], checksums=[(Algorithm.MD5, "ab" * 16)])

    assert await refusal(tasks, alice, [A, B], asked=asked) == [
        ("options.name", ErrorCode.INVALID_INPUT),
        ("options.mirrors", ErrorCode.INVALID_INPUT),
        ("options.checksums", ErrorCode.INVALID_INPUT),
    ]


async def test_mirrors_are_checked_like_urls(tasks: Tasks, alice: Identity) -> None:
    asked = Asked(mirrors=[B, "http://127.0.0.1/", "nonsense"])

    assert await refusal(tasks, alice, [A], asked=asked) == [
        ("options.mirrors.1", ErrorCode.FORBIDDEN_ADDRESS),
        ("options.mirrors.2", ErrorCode.INVALID_URL),
    ]


@pytest.mark.parametrize(
    "asked",
    [
        Asked(proxy_kind=ProxyKind.SYSTEM),
        Asked(proxy_url="socks5://proxy.example:1080"),
        Asked(excluded_extensions=["zip"]),
    ],
    ids=["proxy of the server", "proxy of one's own", "filtered out"],
)
async def test_forbidden_address_is_refused_whatever_becomes_of_the_link(
    tasks: Tasks, alice: Identity, asked: Asked
) -> None:
    wrong = await refusal(
        tasks, alice, ["http://10.0.0.1/a.zip", "http://2130706433/"], asked=asked
    )

    assert wrong == [
        ("urls.0", ErrorCode.FORBIDDEN_ADDRESS),
        ("urls.1", ErrorCode.FORBIDDEN_ADDRESS),
    ]


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "127.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254"]
)
async def test_proxy_at_a_forbidden_address_is_refused(
    tasks: Tasks, alice: Identity, host: str
) -> None:
    asked = Asked(proxy_url=f"http://alice:hunter2@{host}:3128")

    with pytest.raises(InvalidInputs) as caught:
        await tasks.ask(alice, [A], asked=asked)

    (error,) = caught.value.errors
    assert (error.field, error.code) == ("options.proxy.url", ErrorCode.FORBIDDEN_ADDRESS)
    assert "hunter2" not in error.message


async def test_proxy_that_makes_no_sense_is_told_once(tasks: Tasks, alice: Identity) -> None:
    assert await refusal(tasks, alice, [A], asked=Asked(proxy_url="gopher://127.0.0.1:1")) == [
        ("options.proxy.url", ErrorCode.INVALID_URL)
    ]


async def test_urls_and_options_are_told_at_once(tasks: Tasks, alice: Identity) -> None:
    wrong = await refusal(tasks, alice, ["nonsense"], folder="..", asked=Asked(connections=0))

    assert wrong == [
        ("urls.0", ErrorCode.INVALID_URL),
        ("folder", ErrorCode.INVALID_FOLDER),
        ("options.connections", ErrorCode.INVALID_INPUT),
    ]


async def test_failed_task_keeps_its_secrets_for_another_try(
    run: Running, alice: Identity, store: Store
) -> None:
    gone = Fails(Exception("no"))
    (task,) = await run.tasks.add(alice, [run.engine.plan(A, gone)], secrets=SECRETS)

    await run.end(alice, task)
    await until(lambda: run.runner.running == 0)

    assert await sealed(store) != [None]
