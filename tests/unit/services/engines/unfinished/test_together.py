"""Short work of many files, done in as few threads as it takes."""

import asyncio
import threading
from collections.abc import Callable
from threading import Event

import pytest

from services.engines.unfinished import together as together_module
from services.engines.unfinished.together import Together


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> Together:
    """Nothing takes so long that a second thread begins."""
    monkeypatch.setattr(together_module, "LONG_SECONDS", 3600)
    return Together()


def waiting_for(go_on: Event) -> Callable[[Event], bool]:
    return lambda _: go_on.wait(10)


async def test_what_comes_while_a_thread_is_at_work_waits_for_its_end(together: Together) -> None:
    go_on, order = Event(), list[str]()

    def work(name: str) -> Callable[[Event], int]:
        def write(_: Event) -> int:
            order.append(name)
            return threading.get_ident()

        return write

    first = together.start(waiting_for(go_on), Event())
    others = [together.start(work(name), Event()) for name in "abc"]
    go_on.set()

    threads = await asyncio.gather(*others)

    assert (await first, order, len(set(threads))) == (True, ["a", "b", "c"], 1)


async def test_another_thread_begins_where_one_takes_long(
    together: Together, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together_module, "LONG_SECONDS", -1)
    go_on = Event()
    first = together.start(waiting_for(go_on), Event())

    second = together.start(lambda _: go_on.set(), Event())

    assert await asyncio.gather(first, second) == [True, None]


async def test_what_fails_is_told_to_whoever_asked_for_it_alone(together: Together) -> None:
    go_on = Event()
    first = together.start(waiting_for(go_on), Event())
    bad = together.start(lambda _: int("no number"), Event())
    good = together.start(lambda _: 5, Event())
    go_on.set()

    results = await asyncio.gather(first, bad, good, return_exceptions=True)

    assert (results[0], type(results[1]), results[2]) == (True, ValueError, 5)


async def test_work_is_told_that_nobody_waits_any_more(together: Together) -> None:
    abandoned = Event()

    waits = together.start(lambda event: event.wait(10), abandoned)
    abandoned.set()

    assert await waits
