"""Room on the disk: some stays free, and none is promised twice."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import NamedTuple
from uuid import UUID

import pytest

from services.errors import ErrorCode, FetchFailed
from services.files import space as space_module
from services.files.space import LEAST_FREE, STEP, Space, kept_free

ONE = UUID("0199c2f0-7a10-7000-8000-000000000001")
OTHER = UUID("0199c2f0-7a10-7000-8000-000000000002")
TOTAL = 100 << 30
FREE = 10 << 30
ROOM = FREE - LEAST_FREE  # what may be promised in all

SetFree = Callable[[int], None]


class Usage(NamedTuple):
    """What `shutil.disk_usage` returns."""

    total: int
    used: int
    free: int


@pytest.fixture
def set_free(monkeypatch: pytest.MonkeyPatch) -> SetFree:
    """Have so much free on a disk of `TOTAL` bytes."""

    def set_to(free: int) -> None:
        usage = Usage(TOTAL, TOTAL - free, free)
        monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    set_to(FREE)
    return set_to


@pytest.fixture
def space(tmp_path: Path, set_free: SetFree) -> Space:
    return Space(tmp_path)


def refusal(space: Space, task_id: UUID, size: int) -> FetchFailed:
    with pytest.raises(FetchFailed) as caught:
        space.reserve(task_id, size)
    return caught.value


@pytest.mark.parametrize(
    ("total", "kept"),
    [(TOTAL, LEAST_FREE), (20 * LEAST_FREE, LEAST_FREE), (LEAST_FREE, LEAST_FREE // 20), (0, 0)],
)
def test_a_gibibyte_or_a_twentieth_stays_free(total: int, kept: int) -> None:
    assert kept_free(total) == kept


@pytest.mark.parametrize(
    ("free", "has_room"), [(FREE, True), (LEAST_FREE + 1, True), (LEAST_FREE, False), (0, False)]
)
def test_there_is_room_where_more_is_free_than_what_stays_free(
    space: Space, set_free: SetFree, free: int, has_room: bool
) -> None:
    set_free(free)

    assert space.has_room() is has_room


def test_all_but_what_stays_free_can_be_promised(space: Space) -> None:
    space.reserve(ONE, ROOM)

    error = refusal(space, OTHER, 1)

    assert (error.code, error.temporary) == (ErrorCode.DISK_FULL, True)


def test_too_much_is_not_promised(space: Space) -> None:
    error = refusal(space, ONE, ROOM + 1)

    assert (error.code, error.temporary) == (ErrorCode.DISK_FULL, True)


def test_more_than_the_disk_holds_is_refused_for_good(space: Space) -> None:
    error = refusal(space, ONE, TOTAL + 1)

    assert (error.code, error.temporary) == (ErrorCode.DISK_FULL, False)


def test_promise_that_is_taken_back_can_be_given_to_another(space: Space) -> None:
    space.reserve(ONE, ROOM)

    space.release(ONE)
    space.reserve(OTHER, ROOM)

    assert refusal(space, ONE, 1).temporary


def test_new_promise_takes_the_place_of_the_old_one(space: Space) -> None:
    space.reserve(ONE, ROOM)
    space.reserve(ONE, ROOM - 100)

    space.reserve(OTHER, 100)

    assert refusal(space, ONE, ROOM).temporary


def test_nothing_is_begun_on_a_disk_without_room(space: Space, set_free: SetFree) -> None:
    set_free(LEAST_FREE)

    assert refusal(space, ONE, 0).temporary


def test_taking_back_what_was_not_promised_is_no_error(space: Space) -> None:
    space.release(ONE)

    assert space.has_room()


def test_room_is_set_aside_in_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space_module, "STEP", 1 << 16)
    size = (5 << 16) + 123
    with (tmp_path / "a.part").open("wb") as file:
        Space(tmp_path).allocate(file.fileno(), size, Event())

        assert os.fstat(file.fileno()).st_size == size


def test_nothing_more_is_set_aside_for_what_was_abandoned(tmp_path: Path) -> None:
    abandoned = Event()
    abandoned.set()
    with (tmp_path / "a.part").open("wb") as file:
        Space(tmp_path).allocate(file.fileno(), STEP, abandoned)

        assert os.fstat(file.fileno()).st_size == 0


def test_bytes_that_are_there_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.part"
    path.write_bytes(b"content")
    with path.open("r+b") as file:
        Space(tmp_path).allocate(file.fileno(), 100, Event())

    assert path.read_bytes() == b"content" + bytes(93)


def test_disk_that_refuses_is_heard(tmp_path: Path) -> None:
    path = tmp_path / "a.part"
    path.touch()
    with path.open("rb") as file, pytest.raises(OSError, match="Bad file descriptor"):
        Space(tmp_path).allocate(file.fileno(), 100, Event())


def test_nothing_is_set_aside_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device = tmp_path.stat().st_dev
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        f"1 0 {os.major(device)}:{os.minor(device)} / /x rw shared:1 - tmpfs tmpfs rw\n"
        "2 0 99:99 / /y rw - ext4 /dev/vda rw\n"
    )
    monkeypatch.setattr(space_module, "MOUNTS", mounts)
    space_module._memory_devices.cache_clear()

    with (tmp_path / "file").open("wb") as file:
        was_done = Space(tmp_path).allocate(file.fileno(), 1 << 20, Event())

    space_module._memory_devices.cache_clear()
    assert (was_done, (tmp_path / "file").stat().st_size) == (False, 0)
