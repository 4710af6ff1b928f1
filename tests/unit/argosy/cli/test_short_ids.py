"""Ids that people can type."""

from collections.abc import Sequence
from typing import Any, cast

import pytest

from argosy.cli.client import Client
from argosy.cli.short_ids import NEWEST, resolve, shorten
from services.errors import ArgosyError

FILM = "task_01a21355-0f56-76c5-b3c6-3adbcd10105d"
SONG = "task_01a21355-0f56-76c5-b3c6-3adafe0b3b91"
BOOK = "task_01a21355-0f56-76c5-b3c6-3adafe103b91"


class Listing:
    """Gives pages of ids."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._ids = ids
        self.asked = 0

    async def ask(self, name: str, field: str, *, first: int, after: str | None) -> dict[str, Any]:
        assert (name, field) == ("task_ids", "tasks")
        self.asked += 1
        start = int(after or 0)
        end = start + first
        return {
            "nodes": [{"id": each} for each in self._ids[start:end]],
            "pageInfo": {"hasNextPage": end < len(self._ids), "endCursor": str(end)},
        }


async def resolved(ids: Sequence[str], *typed: str) -> list[str | ArgosyError]:
    return await resolve(cast("Client", Listing(ids)), typed)


def test_shortest_ends_tell_tasks_from_each_other() -> None:
    assert shorten([FILM, SONG]) == {FILM: "10105d", SONG: "0b3b91"}


def test_ends_that_are_alike_are_longer_for_all() -> None:
    assert shorten([FILM, "task_01a21355-0f56-76c5-b3c6-000000a0105d"]) == {
        FILM: "10105d",
        "task_01a21355-0f56-76c5-b3c6-000000a0105d": "a0105d",
    }
    assert shorten([SONG, BOOK, "task_01a21355-0f56-76c5-b3c6-3adaff0b3b91"]) == {
        SONG: "e0b3b91",
        BOOK: "e103b91",
        "task_01a21355-0f56-76c5-b3c6-3adaff0b3b91": "f0b3b91",
    }


def test_nothing_has_no_ends() -> None:
    assert shorten([]) == {}


@pytest.mark.parametrize("typed", [FILM, FILM.removeprefix("task_"), FILM.upper()])
async def test_whole_id_is_not_looked_up(typed: str) -> None:
    listing = Listing([])

    assert await resolve(cast("Client", listing), [typed]) == [FILM]
    assert listing.asked == 0


@pytest.mark.parametrize("typed", ["10105d", "10105D", "cd10105d", "3adbcd10105d", "task_10105d"])
async def test_end_is_enough(typed: str) -> None:
    assert await resolved([SONG, FILM], typed) == [FILM]


async def test_beginning_is_taken_where_it_is_no_end() -> None:
    assert await resolved([FILM, "task_02000000-0f56-76c5-b3c6-3adafe0b01a2"], "01a2") == [
        "task_02000000-0f56-76c5-b3c6-3adafe0b01a2"
    ]
    assert await resolved([FILM], "01a21355-0f") == [FILM]


async def test_more_than_one_is_told() -> None:
    (found,) = await resolved([FILM, SONG, BOOK], "3b91")

    assert isinstance(found, ArgosyError)
    assert found.message == "2 tasks are meant by that: 0b3b91, 103b91."


@pytest.mark.parametrize(
    ("typed", "reason"), [("fff", "None of your tasks"), ("", "That is no id")]
)
async def test_none_is_told(typed: str, reason: str) -> None:
    (found,) = await resolved([FILM], typed)

    assert isinstance(found, ArgosyError)
    assert found.message.startswith(reason)


async def test_only_the_newest_are_looked_at() -> None:
    many = [f"task_01a21355-0f56-76c5-b3c6-{n:012x}" for n in range(NEWEST + 100)]

    last, beyond = await resolved(many, f"{NEWEST - 1:012x}", f"{NEWEST:012x}")

    assert last == many[NEWEST - 1]
    assert isinstance(beyond, ArgosyError)
    assert beyond.message.startswith("None of your newest 2,000 tasks has an id that ends so.")
