"""What an HTTP answer says of the file in its body."""

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from services.engines.http.answer import (
    LARGEST,
    Part,
    carried_part,
    content_length,
    validator,
)
from services.errors import ErrorCode, FetchFailed

DATE = "Sun, 22 Nov 2026 12:00:00 GMT"
SECOND_BEFORE = "Sun, 22 Nov 2026 11:59:59 GMT"


def headers(**values: str) -> CIMultiDictProxy[str]:
    """Return headers; `Content_Range=` is the header of that name."""
    return CIMultiDictProxy(CIMultiDict({k.replace("_", "-"): v for k, v in values.items()}))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("bytes 0-99/100", Part(0, 100, 100)),
        ("bytes 50-99/100", Part(50, 100, 100)),
        ("bytes 50-59/100", Part(50, 60, 100)),
        ("bytes 50-99/*", Part(50, 100, None)),
        ("BYTES 0-0/1", Part(0, 1, 1)),
        (" bytes 0-0/1 ", Part(0, 1, 1)),
    ],
)
def test_carried_bytes_are_read(text: str, part: Part) -> None:
    assert carried_part(headers(Content_Range=text)) == part


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bytes",
        "bytes */100",
        "bytes 99-50/100",
        "bytes 50-100/100",
        "bytes 50-/100",
        "bytes -50/100",
        "bytes 0-99",
        "bytes=0-99/100",
        "lines 0-99/100",
        "bytes 0-99/100, bytes 200-299/300",
        "bytes 0 - 99/100",
        "bytes 0-99/-1",
        "bytes 0x0-99/100",
    ],
)
def test_part_that_makes_no_sense_is_none(text: str) -> None:
    assert carried_part(headers(Content_Range=text)) is None


def test_answer_without_a_range_carries_no_part() -> None:
    assert carried_part(headers()) is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"ETag": '"one"'}, '"one"'),
        ({"ETag": '"one"', "Last_Modified": SECOND_BEFORE, "Date": DATE}, '"one"'),
        ({"Last_Modified": SECOND_BEFORE, "Date": DATE}, SECOND_BEFORE),
    ],
)
def test_strong_validator_may_be_sent_back(given: dict[str, str], expected: str) -> None:
    assert validator(headers(**given)) == expected


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"ETag": 'W/"one"'},
        {"ETag": 'W/"one"', "Last_Modified": DATE, "Date": DATE},
        {"ETag": 'W/"one"', "Last_Modified": SECOND_BEFORE, "Date": DATE},
        {"Last_Modified": DATE, "Date": DATE},
        {"Last_Modified": DATE, "Date": SECOND_BEFORE},
        {"Last_Modified": SECOND_BEFORE},
        {"Date": DATE},
        {"Last_Modified": "yesterday", "Date": DATE},
        {"Last_Modified": SECOND_BEFORE, "Date": "now"},
        {"Last_Modified": "Sun, 22 Nov 2026 12:00:00 -0000", "Date": DATE},
        {"ETag": "one"},
        {"ETag": '"' + "e" * 1023 + '"'},
        {"ETag": ""},
    ],
)
def test_weak_validator_is_none(given: dict[str, str]) -> None:
    assert validator(headers(**given)) is None


@pytest.mark.parametrize(
    ("given", "length"),
    [
        ({}, None),
        ({"Content_Length": "0"}, 0),
        ({"Content_Length": "1000"}, 1000),
        ({"Content_Length": str(LARGEST)}, LARGEST),
        ({"Content_Length": "1000", "Transfer_Encoding": "chunked"}, None),
    ],
)
def test_length_is_what_the_answer_says(given: dict[str, str], length: int | None) -> None:
    assert content_length(headers(**given)) == length


@pytest.mark.parametrize("text", ["-1", "+1", "1.0", "", "1e3", "٣", "²", str(LARGEST + 1)])
def test_length_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(FetchFailed) as caught:
        content_length(headers(Content_Length=text))

    assert (caught.value.code, caught.value.temporary) == (ErrorCode.BAD_RESPONSE, False)
