"""Ids: made in order, shown with their word, read back with or without it."""

from uuid import UUID

import pytest

from services.errors import ErrorCode, InvalidInput
from services.ids import FILE, TASK, new_id, read, show

ID = UUID("0199c2f0-7a10-7000-8000-0123456789ab")


def test_new_ids_grow() -> None:
    made = [new_id() for _ in range(1000)]

    assert made == sorted(made)
    assert len(set(made)) == 1000


def test_new_id_is_a_uuid_of_version_7() -> None:
    assert new_id().version == 7


def test_id_is_shown_behind_its_word() -> None:
    assert show(TASK, ID) == "task_0199c2f0-7a10-7000-8000-0123456789ab"


@pytest.mark.parametrize(
    "text",
    [
        "task_0199c2f0-7a10-7000-8000-0123456789ab",
        "0199c2f0-7a10-7000-8000-0123456789ab",
        "0199C2F0-7A10-7000-8000-0123456789AB",
        "0199c2f07a10700080000123456789ab",
    ],
)
def test_id_is_read_with_its_word_and_without(text: str) -> None:
    assert read(TASK, text, field="id") == ID


@pytest.mark.parametrize(
    "text",
    [
        "",
        "task_",
        "nothing",
        "1",
        "0199c2f0-7a10-7000-8000-0123456789a",
        "0199c2f0-7a10-7000-8000-0123456789abc",
        "file_0199c2f0-7a10-7000-8000-0123456789ab",
        "task_task_0199c2f0-7a10-7000-8000-0123456789ab",
        "TASK_0199c2f0-7a10-7000-8000-0123456789ab",
        "task_0199c2f0-7a10-7000-8000-0123456789ab\x00",
        "' OR 1=1 --",
    ],
)
def test_what_is_no_id_is_refused_about_its_field(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(TASK, text, field="ids.3")

    assert (caught.value.code, caught.value.field) == (ErrorCode.INVALID_ID, "ids.3")


def test_refusal_shows_the_start_of_a_long_text_and_what_an_id_looks_like() -> None:
    with pytest.raises(InvalidInput) as caught:
        read(FILE, "x" * 1000, field="id")

    assert caught.value.message == (
        f"'{'x' * 64}' is not the id of a file. Ids look like file_0199c2f0-…"
    )
