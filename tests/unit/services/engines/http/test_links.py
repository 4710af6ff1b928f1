"""The URLs of one file, and which of them is asked."""

from uuid import UUID

import pytest
from yarl import URL

from services.engines.engine import Job, Meter, Resolve
from services.engines.http.links import Links
from services.engines.options import Algorithm, Checksum, Options, Pieces
from services.errors import ErrorCode, FetchFailed
from services.files.places import Place

TASK_ID = UUID("0199c2f0-7a10-7000-8000-0123456789ab")
FIRST = URL("https://one.example/a.zip")
SECOND = URL("https://two.example/a.zip")
THIRD = URL("https://three.example/a.zip")
FRESH = URL("https://one.example/a.zip?token=2")
CHECKSUM = Checksum(Algorithm.SHA256, "ab" * 32)
GONE = FetchFailed("gone", code=ErrorCode.HTTP_STATUS, temporary=False)
BUSY = FetchFailed("busy", code=ErrorCode.HTTP_STATUS, temporary=True)


def links(*mirrors: URL, resolve: Resolve | None = None, options: Options | None = None) -> Links:
    given = options or Options(mirrors=tuple(map(str, mirrors)))
    return Links(Job(TASK_ID, str(FIRST), Place.of("alice", ""), Meter(), given, resolve=resolve))


def checked(*mirrors: URL) -> Links:
    mirrors_given = tuple(map(str, mirrors))
    return links(options=Options(mirrors=mirrors_given, checksums=(CHECKSUM,)))


async def fresh_url() -> str:
    return str(FRESH)


def test_url_of_the_task_is_the_best() -> None:
    assert links(SECOND, THIRD).best == FIRST


@pytest.mark.parametrize(
    ("options", "is_guarded"),
    [
        (Options(), False),
        (Options(checksums=(CHECKSUM,)), True),
        (Options(pieces=Pieces(Algorithm.SHA1, 1000, ("ab" * 20,))), True),
    ],
)
def test_bytes_of_several_servers_are_joined_where_that_is_checked(
    options: Options, is_guarded: bool
) -> None:
    assert links(options=options).is_guarded is is_guarded


def test_helpers_go_to_the_mirrors_in_turn_where_the_whole_is_checked() -> None:
    found = checked(SECOND, THIRD)

    assert [found.helper(number) for number in range(1, 5)] == [SECOND, THIRD, FIRST, SECOND]


def test_helpers_all_go_to_the_best_where_nothing_is_checked() -> None:
    found = links(SECOND, THIRD)

    assert [found.helper(number) for number in range(1, 4)] == [FIRST] * 3


def test_dropped_mirror_is_asked_no_more() -> None:
    found = checked(SECOND, THIRD)

    found.drop(SECOND)

    assert found.urls == [FIRST, THIRD]


def test_best_is_not_dropped() -> None:
    found = checked(SECOND)

    found.drop(FIRST)

    assert found.urls == [FIRST, SECOND]


async def test_next_mirror_is_asked_in_place_of_one_that_failed() -> None:
    found = links(SECOND, THIRD)

    assert await found.replace(GONE, 0)
    assert found.urls == [SECOND, THIRD]


async def test_there_is_nothing_in_place_of_the_last() -> None:
    assert not await links().replace(GONE, 0)


async def test_url_that_has_run_out_is_resolved_anew_once() -> None:
    found = links(resolve=fresh_url)

    assert await found.replace(GONE, 0)
    assert found.urls == [FRESH]
    assert not await found.replace(GONE, 0)


async def test_url_of_a_server_that_is_busy_has_not_run_out() -> None:
    assert not await links(resolve=fresh_url).replace(BUSY, 0)


def test_named_urls_come_behind_those_of_the_task_each_once() -> None:
    found = checked(SECOND)

    found.learn([SECOND, THIRD])
    found.learn([THIRD, FIRST])

    assert found.urls == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    "options",
    [Options(), Options(checksums=(Checksum(Algorithm.MD5, "ab" * 16),))],
)
def test_named_urls_are_left_out_where_nothing_strong_guards_the_file(options: Options) -> None:
    found = links(options=options)

    found.learn([SECOND])

    assert (found.urls, found.distrust()) == ([FIRST], False)


def test_only_some_named_urls_are_taken_and_none_again() -> None:
    found = checked()
    named = [URL(f"https://{n}.example/a") for n in range(20)]

    found.learn(named[:6])
    found.drop(named[0])
    found.learn(named)

    assert found.urls == [FIRST, *named[1:10]]


async def test_distrusted_urls_make_room_for_those_of_the_task() -> None:
    found = checked(SECOND)
    found.learn([THIRD])
    await found.replace(BUSY, 0)
    await found.replace(BUSY, 0)
    before = found.best

    assert (before, found.distrust(), found.urls) == (THIRD, True, [FIRST, SECOND])
    found.learn([URL("https://four.example/a.zip")])
    assert (found.urls, found.distrust()) == ([FIRST, SECOND], False)
