"""The runner takes tasks, has them done and writes down what came of it."""

import asyncio
from uuid import UUID

import pytest

from services.access.identity import Identity
from services.errors import ArgosyError, ErrorCode, FetchFailed, InvalidInput, Unavailable
from services.store.store import Store
from services.tasks.records import Task
from services.tasks.running import attempt as attempt_module
from services.tasks.running.claims import Claims
from services.tasks.running.retries import TRIES
from services.tasks.states import TaskState
from tests.fakes.engine import BreaksOff, Fails, FakeEngine, Finishes, Waits
from tests.integration.services.tasks.conftest import Start
from tests.integration.services.tasks.running import MOST, Running, until

A = "https://example.com/a"
TIMED_OUT = Fails(FetchFailed("No answer.", code=ErrorCode.TIMED_OUT, temporary=True))
DISK_FULL = Fails(FetchFailed("Full.", code=ErrorCode.DISK_FULL, temporary=True))
GONE = Fails(FetchFailed("Gone.", code=ErrorCode.HTTP_STATUS, temporary=False))


async def kinds(store: Store) -> list[str]:
    return [row["kind"] for row in await store.fetch("SELECT kind FROM events ORDER BY seq")]


async def test_added_task_is_done(run: Running, alice: Identity, store: Store) -> None:
    (task,) = await run.tasks.add(alice, [A], folder="films")

    end = await run.end(alice, task)

    done = await run.tasks.get(alice, task.id)
    (file,) = (await run.tasks.files.pages(alice, [task.id], 5, None))[task.id].items
    assert (end.state, end.received, end.percent) == (TaskState.COMPLETED, 5, 100.0)
    assert (done.state, done.attempt, done.name) == (TaskState.COMPLETED, 1, "a")
    assert (file.path, file.size) == ("alice/films/a", 5)
    assert await kinds(store) == ["task.added", "task.started", "task.completed"]


async def test_finished_task_is_forgotten_by_its_engine_and_counted(
    run: Running, alice: Identity
) -> None:
    (task,) = await run.add(alice, run.engine.plan(A, Finishes(size=700)))

    await run.end(alice, task)
    await until(lambda: bool(run.engine.forgotten))

    assert (run.engine.forgotten, run.engine.kept) == ([task.id], set())
    assert run.count("argosy_downloads_total", result="completed") == 1
    assert run.count("argosy_download_bytes_total") == 700


async def test_failures_that_may_pass_are_tried_again_until_it_works(
    run: Running, alice: Identity, store: Store
) -> None:
    (task,) = await run.add(alice, run.engine.plan(A, TIMED_OUT, TIMED_OUT))

    end = await run.end(alice, task)

    done = await run.tasks.get(alice, task.id)
    assert (end.state, done.attempt, done.error_code) == (TaskState.COMPLETED, 3, None)
    assert await kinds(store) == [
        "task.added",
        *["task.started", "task.retrying"] * 2,
        *("task.started", "task.completed"),
    ]
    assert run.count("argosy_task_retries_total") == 2


async def test_task_is_given_up_after_many_failures(
    run: Running, alice: Identity, store: Store
) -> None:
    (task,) = await run.add(alice, run.engine.plan(A, *[TIMED_OUT] * TRIES))

    end = await run.end(alice, task)

    assert (end.state, end.error_code, end.error_message) == (
        *(TaskState.FAILED, ErrorCode.TIMED_OUT, "No answer."),
    )
    assert run.engine.attempts == [task.id] * TRIES
    assert (await kinds(store)).count("task.retrying") == TRIES - 1
    assert run.count("argosy_downloads_total", result="failed") == 1


async def test_waits_grow_with_the_failures(
    run: Running, alice: Identity, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    retry = Claims.retry

    async def noted(claims: Claims, *given: object, **options: object) -> Task | None:
        waits.append(options["after"].total_seconds())  # type: ignore[attr-defined]
        return await retry(claims, *given, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Claims, "retry", noted)
    (task,) = await run.add(alice, run.engine.plan(A, *[TIMED_OUT] * TRIES))

    await run.end(alice, task)

    longest = [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert len(waits) == TRIES - 1
    assert all(most / 2 <= wait <= most for wait, most in zip(waits, longest, strict=True))


async def test_progress_begins_the_count_of_failures_anew(run: Running, alice: Identity) -> None:
    url = run.engine.plan(
        A, *[TIMED_OUT] * (TRIES - 1), Waits(0), Waits(1000), *[TIMED_OUT] * TRIES
    )
    (task,) = await run.add(alice, url)

    ending = asyncio.create_task(run.end(alice, task))
    for _ in range(2):
        await run.engine.started.get()
        run.engine.let_go(task.id)

    assert (await ending).state is TaskState.FAILED
    assert len(run.engine.attempts) == 2 * TRIES - 1


async def test_server_without_ranges_that_breaks_off_here_and_there_is_given_up(
    run: Running, alice: Identity
) -> None:
    places = [900_000, *[100_000, 800_000] * TRIES]
    url = run.engine.plan(A, *(BreaksOff(at, has_ranges=False) for at in places))
    (task,) = await run.add(alice, url)

    end = await run.end(alice, task)

    assert (end.state, end.error_code) == (TaskState.FAILED, ErrorCode.INCOMPLETE)
    assert len(run.engine.attempts) == TRIES


async def test_server_without_ranges_that_gets_farther_each_time_is_asked_again(
    run: Running, alice: Identity
) -> None:
    places = [n * 100_000 for n in range(1, 2 * TRIES)]
    url = run.engine.plan(A, *(BreaksOff(at, has_ranges=False) for at in places))
    (task,) = await run.add(alice, url)

    end = await run.end(alice, task)

    assert end.state is TaskState.COMPLETED
    assert len(run.engine.attempts) == 2 * TRIES


async def test_file_that_changed_once_comes_through_below_what_there_was(
    run: Running, alice: Identity
) -> None:
    before = [BreaksOff(5_000_000), BreaksOff(100_000, has_ranges=False)]
    behind = [BreaksOff(n * 100_000) for n in range(2, 2 * TRIES)]
    (task,) = await run.add(alice, run.engine.plan(A, *before, *behind))

    end = await run.end(alice, task)

    assert end.state is TaskState.COMPLETED
    assert len(run.engine.attempts) == 2 * TRIES + 1


async def test_file_that_changes_again_and_again_is_given_up(run: Running, alice: Identity) -> None:
    change = [BreaksOff(100_000, has_ranges=False), BreaksOff(200_000), BreaksOff(300_000)]
    url = run.engine.plan(A, BreaksOff(5_000_000), *change * TRIES)
    (task,) = await run.add(alice, url)

    end = await run.end(alice, task)

    assert end.state is TaskState.FAILED
    assert len(run.engine.attempts) == 1 + 3 * (TRIES - 2) + 1


async def test_full_disk_is_waited_out(run: Running, alice: Identity) -> None:
    (task,) = await run.add(alice, run.engine.plan(A, *[DISK_FULL] * TRIES * 2))

    end = await run.end(alice, task)

    assert end.state is TaskState.COMPLETED
    assert len(run.engine.attempts) == TRIES * 2 + 1


async def test_failure_that_cannot_be_written_down_is_another_failure(
    run: Running, alice: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def complete(*_: object) -> Task | None:
        message = "surrogates not allowed"
        raise ValueError(message)

    monkeypatch.setattr(Claims, "complete_and_take", complete)
    (task,) = await run.add(alice, A)

    end = await run.end(alice, task)

    assert (end.state, end.error_code) == (TaskState.FAILED, ErrorCode.INTERNAL_ERROR)


async def test_engine_that_cannot_clean_up_keeps_nobody_waiting(
    run: Running, alice: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forget(_: UUID) -> None:
        raise OSError

    monkeypatch.setattr(run.engine, "forget", forget)
    (task,) = await run.add(alice, A)

    end = await run.end(alice, task)
    await until(lambda: run.count("argosy_runner_failures_total") == 1)

    assert end.state is TaskState.COMPLETED
    assert run.runner.is_well


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (GONE, ErrorCode.HTTP_STATUS),
        (Fails(InvalidInput("No.", code=ErrorCode.INVALID_URL)), ErrorCode.INVALID_URL),
        (Fails(ArgosyError("No.", code=ErrorCode.FORBIDDEN_ADDRESS)), ErrorCode.FORBIDDEN_ADDRESS),
    ],
)
async def test_failure_that_stays_is_not_tried_again(
    run: Running, alice: Identity, step: Fails, code: ErrorCode
) -> None:
    (task,) = await run.add(alice, run.engine.plan(A, step))

    end = await run.end(alice, task)

    assert (end.state, end.error_code) == (TaskState.FAILED, code)
    assert len(run.engine.attempts) == 1


async def test_mistake_of_ours_is_not_shown(run: Running, alice: Identity) -> None:
    (task,) = await run.add(alice, run.engine.plan(A, Fails(LookupError("/etc/secret"))))

    end = await run.end(alice, task)

    assert (end.state, end.error_code) == (TaskState.FAILED, ErrorCode.INTERNAL_ERROR)
    assert "secret" not in str(end.error_message)


async def test_no_more_run_at_once_than_may(run: Running, alice: Identity) -> None:
    urls = [run.engine.plan(f"https://example.com/{n}", Waits()) for n in range(6)]
    added = await run.add(alice, *urls)

    at_work = [await run.engine.started.get() for _ in range(MOST)]
    for _ in added[MOST:]:
        run.engine.let_go(at_work.pop(0).task_id)
        at_work.append(await run.engine.started.get())
    for job in at_work:
        run.engine.let_go(job.task_id)
    ends = [await run.end(alice, task) for task in added]

    assert {end.state for end in ends} == {TaskState.COMPLETED}
    assert run.engine.most_at_once == MOST


async def test_whoever_looks_sees_what_the_engine_counts(run: Running, alice: Identity) -> None:
    (task,) = await run.add(alice, run.engine.plan(A, Waits(received=250)))
    await run.engine.started.get()

    _, progress = await run.tasks.look(alice, task.id)
    run.engine.let_go(task.id)
    await run.end(alice, task)

    assert (progress.state, progress.received, progress.total, progress.percent) == (
        *(TaskState.RUNNING, 250, 1000, 25.0),
    )


async def test_followers_are_told_while_bytes_come(run: Running, alice: Identity) -> None:
    url = run.engine.plan(A, Waits(received=250), Waits(received=250))
    (task,) = await run.add(alice, url)
    seen: list[int] = []

    async for progress in run.tasks.follow(alice, task.id):
        if progress.received in seen:
            continue
        seen.append(progress.received)
        if progress.received in {250, 500}:
            run.engine.let_go(task.id)

    assert seen == [0, 250, 500, 5]


async def test_result_is_written_when_the_database_is_back(
    run: Running, alice: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete = Claims.complete_and_take
    refusals = ["first", "second"]

    async def unwilling(claims: Claims, *given: object) -> object:
        if refusals:
            raise Unavailable(refusals.pop())
        return await complete(claims, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Claims, "complete_and_take", unwilling)
    monkeypatch.setattr(attempt_module, "AGAIN_SECONDS", 0)
    (task,) = await run.add(alice, A)

    end = await run.end(alice, task)

    assert (end.state, refusals, run.engine.attempts) == (TaskState.COMPLETED, [], [task.id])


async def test_runner_is_well_while_it_is_open(start: Start, engine: FakeEngine) -> None:
    async with start(engine) as run:
        during = run.runner.is_well

    assert (during, run.runner.is_well, run.runner.running) == (True, False, 0)
    assert engine.is_closed
