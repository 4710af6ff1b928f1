"""Every bad conversation ends with its close code, in an orderly way, and alone."""

import pytest
from structlog.testing import capture_logs

from tests.integration.http.bad_conversations import (
    FRAMES,
    INITIALISED,
    MESSAGES,
    STRANGE,
    TEXTS,
    Bad,
)
from tests.integration.http.frames import CLOSE, RawSocket, frame, opened
from tests.integration.http.running import KEY, Running
from tests.integration.http.talking import acknowledged
from tests.integration.http.wiring import gone, loud

EVERYWHERE = [*FRAMES, *TEXTS, *MESSAGES]
VIEWER = "{ viewer { name } }"


def names(cases: list[Bad]) -> list[str]:
    return [bad.what for bad in cases]


async def ends_as_it_should(argosy: Running, raw: RawSocket, bad: Bad) -> None:
    """Send what is bad, and see how it ends: with a code, and with nothing behind it."""
    await raw.send(bad.sent)
    closed = await raw.hear_close()
    await raw.send(frame(closed.data[:2], CLOSE))

    assert closed.code == bad.code, closed.reason
    assert closed.reason.startswith(bad.reason)
    assert await raw.rest() == b""


def test_corpus_is_large_and_each_case_has_a_name_of_its_own() -> None:
    cases = [*EVERYWHERE, *INITIALISED, *STRANGE]

    assert len(cases) >= 80
    assert len(set(names(EVERYWHERE))) == len(EVERYWHERE)


@pytest.mark.parametrize("bad", EVERYWHERE, ids=names(EVERYWHERE))
async def test_bad_beginning(argosy: Running, bad: Bad) -> None:
    with capture_logs() as logs:
        async with opened(argosy) as raw:
            await ends_as_it_should(argosy, raw, bad)
        await gone(argosy)

    assert loud(logs) == []


@pytest.mark.parametrize("bad", STRANGE, ids=names(STRANGE))
async def test_bad_introduction(argosy: Running, bad: Bad) -> None:
    with capture_logs() as logs:
        async with opened(argosy) as raw:
            await ends_as_it_should(argosy, raw, bad)
        await gone(argosy)

    assert loud(logs) == []


@pytest.mark.parametrize("bad", [*EVERYWHERE, *INITIALISED], ids=names([*EVERYWHERE, *INITIALISED]))
async def test_bad_end_of_one_socket_is_nothing_to_another(argosy: Running, bad: Bad) -> None:
    with capture_logs() as logs:
        async with acknowledged(argosy) as neighbour:
            async with opened(argosy) as raw:
                await raw.init(KEY)
                await ends_as_it_should(argosy, raw, bad)
            await neighbour.subscribe("b", VIEWER)
            told = await neighbour.hear_next("b")

    assert told == {"viewer": {"name": "admin"}}
    assert loud(logs) == []
