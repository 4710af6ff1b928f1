"""What every error carries to the edges."""

import pytest

from services.errors import (
    ArgosyError,
    Conflict,
    ErrorCode,
    FetchFailed,
    Forbidden,
    InvalidInput,
    InvalidInputs,
    NotFound,
    Unauthorized,
    Unavailable,
)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (ArgosyError, ErrorCode.INTERNAL_ERROR),
        (InvalidInput, ErrorCode.INVALID_INPUT),
        (Unauthorized, ErrorCode.UNAUTHORIZED),
        (Forbidden, ErrorCode.FORBIDDEN),
        (NotFound, ErrorCode.NOT_FOUND),
        (Conflict, ErrorCode.CONFLICT),
        (Unavailable, ErrorCode.UNAVAILABLE),
    ],
)
def test_kind_has_a_code_of_its_own(kind: type[ArgosyError], code: ErrorCode) -> None:
    error = kind("It is so.")

    assert (error.code, error.message, str(error), error.field) == (
        code,
        "It is so.",
        "It is so.",
        None,
    )


def test_given_code_and_field_go_before_the_kinds_own() -> None:
    error = Conflict("No.", code=ErrorCode.ILLEGAL_MOVE, field="ids.0")

    assert (error.code, error.field) == (ErrorCode.ILLEGAL_MOVE, "ids.0")


def test_several_errors_speak_with_the_words_of_the_first() -> None:
    first = InvalidInput("First.", code=ErrorCode.INVALID_URL, field="urls.0")
    second = InvalidInput("Second.", field="folder")

    error = InvalidInputs([first, second])

    assert (error.message, error.code, error.field) == ("First.", ErrorCode.INVALID_URL, "urls.0")
    assert error.errors == (first, second)
    assert isinstance(error, InvalidInput)


@pytest.mark.parametrize("temporary", [True, False])
def test_failed_fetch_says_whether_to_try_again(temporary: bool) -> None:
    error = FetchFailed("Gone.", code=ErrorCode.HTTP_STATUS, temporary=temporary)

    assert (error.temporary, error.code) == (temporary, ErrorCode.HTTP_STATUS)


def test_codes_are_their_own_names() -> None:
    assert {code.name: code.value for code in ErrorCode} == {code: code for code in ErrorCode}
