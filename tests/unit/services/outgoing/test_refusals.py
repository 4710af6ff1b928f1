"""What statuses mean for a task, and for how long a server wants to be left alone."""

from datetime import UTC, datetime, timedelta

import pytest

from services.errors import ErrorCode
from services.outgoing.refusals import refused
from services.outgoing.waits import LONGEST_RETRY_AFTER, retry_after

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 507, 520, 524, 530, 599])
def test_status_that_passes_is_tried_again(status: int) -> None:
    error = refused(status, None)

    assert (error.code, error.temporary) == (ErrorCode.HTTP_STATUS, True)


@pytest.mark.parametrize("status", [206, 304, 400, 403, 404, 405, 410, 451, 499, 501, 505])
def test_status_that_stays_is_not(status: int) -> None:
    error = refused(status, None)

    assert (error.code, error.temporary) == (ErrorCode.HTTP_STATUS, False)


@pytest.mark.parametrize(
    ("status", "reason", "code", "message"),
    [
        (
            401,
            None,
            ErrorCode.LOGIN_REFUSED,
            "The server answered 401 Unauthorized. Give the download the right login or token.",
        ),
        (
            407,
            None,
            ErrorCode.PROXY_FAILED,
            (
                "The server answered 407 Proxy Authentication Required. "
                "Give the proxy the right login."
            ),
        ),
        (404, "Nope", ErrorCode.HTTP_STATUS, "The server answered 404 Not Found. Check the link."),
        (
            503,
            None,
            ErrorCode.HTTP_STATUS,
            "The server answered 503 Service Unavailable. It may be different later.",
        ),
        (
            599,
            "Odd",
            ErrorCode.HTTP_STATUS,
            "The server answered 599 Odd. It may be different later.",
        ),
        (
            499,
            None,
            ErrorCode.HTTP_STATUS,
            "The server answered 499 an unknown status. Check the link.",
        ),
    ],
)
def test_refusal_says_what_the_status_means(
    status: int, reason: str | None, code: ErrorCode, message: str
) -> None:
    error = refused(status, reason)

    assert (error.code, error.message) == (code, message)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": " 120 "}, 120),
        ({"Retry-After": "3601"}, 3600),
        ({"Retry-After": "9" * 400}, 3600),
        ({"Retry-After": "Sun, 22 Nov 2026 12:02:00 GMT"}, 120),
        ({"Retry-After": "Sun, 22 Nov 2026 11:58:00 GMT"}, 0),
        ({"Retry-After": "Mon, 22 Nov 2027 12:00:00 GMT"}, 3600),
        ({"Retry-After": "Sun, 22 Nov 2026 12:02:00 -0000"}, 120),
        (
            {
                "Retry-After": "Sun, 22 Nov 2026 15:00:30 GMT",
                "Date": "Sun, 22 Nov 2026 15:00:00 GMT",
            },
            30,
        ),
        ({"Retry-After": "Sun, 22 Nov 2026 12:02:00 GMT", "Date": "yesterday"}, 120),
    ],
)
def test_server_says_how_long_it_wants_to_be_left_alone(
    headers: dict[str, str], seconds: int
) -> None:
    assert retry_after(headers, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "soon", "-5", "1.5", "1e3", "٣", "Sun, 99 Nov 2026", "0x10"])
def test_what_makes_no_sense_is_ignored(text: str) -> None:
    assert retry_after({"Retry-After": text}, NOW) is None
    assert retry_after({}, NOW) is None


@pytest.mark.parametrize(
    ("status", "expected"),
    [(429, timedelta(seconds=7)), (503, timedelta(seconds=7)), (404, None), (401, None)],
)
def test_only_what_is_tried_again_has_a_time(status: int, expected: timedelta | None) -> None:
    assert refused(status, None, {"Retry-After": "7"}).retry_after == expected


def test_longest_time_is_an_hour() -> None:
    assert timedelta(hours=1) == LONGEST_RETRY_AFTER
