"""Short work that blocks, of many files, in as few threads as it takes.

Each thread more that runs at once takes its turns from the loop, and for a small file that
costs more than the work. So what comes while a thread is at work waits for it to end, and is
done at one go; only where it takes long, as on a slow disk, a second one begins beside it.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Any, TypeVar

T = TypeVar("T")

MOST = 16  # pieces of work at one go
LONG_SECONDS = 0.005  # what takes longer is not waited for

Work = Callable[[Event], T]


@dataclass(frozen=True, slots=True)
class _Piece:
    work: Work[Any]
    abandoned: Event
    answer: asyncio.Future[Any]


class Together:
    """Does work in threads of the loop that it is asked in."""

    def __init__(self) -> None:
        self._waiting: list[_Piece] = []
        self._threads = 0  # at work
        self._began = 0.0  # when the last of them did

    def start(self, work: Work[T], abandoned: Event) -> "asyncio.Future[T]":
        """Have `work` done, with that event; return what will have its result."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._waiting.append(_Piece(work, abandoned, answer))
        if not self._threads or loop.time() - self._began > LONG_SECONDS:
            self._begin(loop)
        return answer

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        pieces, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        self._threads += 1
        self._began = loop.time()

        def end(working: "asyncio.Future[list[object]]") -> None:
            self._threads -= 1
            if self._waiting:
                self._begin(loop)
            for piece, outcome in zip(pieces, working.result(), strict=True):
                _answer(piece.answer, outcome)

        loop.run_in_executor(None, _do_all, pieces).add_done_callback(end)


@dataclass(frozen=True, slots=True)
class _Failed:
    error: BaseException


def _do_all(pieces: Sequence[_Piece]) -> list[object]:
    return [_do(piece) for piece in pieces]


def _do(piece: _Piece) -> object:
    try:
        return piece.work(piece.abandoned)
    except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits for it
        return _Failed(error)


def _answer(answer: "asyncio.Future[Any]", outcome: object) -> None:
    if answer.done():
        return
    if isinstance(outcome, _Failed):
        answer.set_exception(outcome.error)
    else:
        answer.set_result(outcome)
