"""The engine loop: work runs in its thread, and results come back to the caller's loop."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from services.engines import loop as loop_module
from services.engines.loop import EngineLoop


@pytest.fixture
async def loop() -> AsyncIterator[EngineLoop]:
    running = EngineLoop()
    running.start()
    yield running
    await running.stop()


async def thread_name() -> str:
    return threading.current_thread().name


async def fail() -> None:
    message = "on purpose"
    raise LookupError(message)


class Work:
    """Work that goes on until it is cancelled."""

    def __init__(self) -> None:
        self.began = threading.Event()
        self.ended = False

    async def go_on(self) -> None:
        self.began.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True


async def test_work_runs_in_the_thread_of_the_loop(loop: EngineLoop) -> None:
    assert await loop.call(thread_name()) == "engines"


async def test_errors_come_back(loop: EngineLoop) -> None:
    with pytest.raises(LookupError, match="on purpose"):
        await loop.call(fail())


async def test_result_is_known_once_it_was_awaited(loop: EngineLoop) -> None:
    call = loop.call(thread_name())

    before = call.is_done
    await call

    assert (before, call.is_done) == (False, True)


async def test_result_can_be_awaited_again(loop: EngineLoop) -> None:
    call = loop.call(thread_name())

    assert [await call, await call] == ["engines", "engines"]


async def test_cancelled_work_has_ended_when_that_is_known(loop: EngineLoop) -> None:
    work = Work()
    call = loop.call(work.go_on())
    await asyncio.to_thread(work.began.wait)

    call.cancel()

    with pytest.raises(asyncio.CancelledError):
        await call
    assert work.ended


async def test_work_that_is_cancelled_at_once_ends(loop: EngineLoop) -> None:
    call = loop.call(Work().go_on())

    call.cancel()

    with pytest.raises(asyncio.CancelledError):
        await call


async def test_cancelling_what_is_done_changes_nothing(loop: EngineLoop) -> None:
    call = loop.call(thread_name())
    await call

    call.cancel()

    assert await call == "engines"


async def test_whoever_stops_waiting_does_not_stop_the_work(loop: EngineLoop) -> None:
    work = Work()
    call = loop.call(work.go_on())
    await asyncio.to_thread(work.began.wait)
    waiting = asyncio.ensure_future(call)

    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)

    assert (call.is_done, work.ended) == (False, False)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


async def test_running_loop_answers(loop: EngineLoop) -> None:
    assert await loop.answers(10)


async def test_held_up_loop_does_not_answer(loop: EngineLoop) -> None:
    release = threading.Event()

    async def hold_up() -> None:
        release.wait()

    held = loop.call(hold_up())

    answered = await loop.answers(0.01)
    release.set()
    await held

    assert not answered


async def test_loop_that_is_held_does_not_hold_whoever_stops_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loop_module, "STOP_SECONDS", 0.01)
    held, entered = threading.Event(), threading.Event()

    def hold() -> None:
        entered.set()
        held.wait()

    loop = EngineLoop()
    loop.start()
    loop.call(asyncio.to_thread(hold))
    await asyncio.to_thread(entered.wait)
    await loop.stop()
    stuck = loop.is_stuck
    held.set()
    monkeypatch.setattr(loop_module, "STOP_SECONDS", 60)
    await asyncio.to_thread(loop._thread.join)

    assert (stuck, loop.is_stuck) == (True, False)
