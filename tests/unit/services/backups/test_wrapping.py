"""The key file, wrapped with a passphrase."""

from typing import Any

import orjson
import pytest

from services.backups.wrapping import unwrap, wrap
from services.errors import InvalidInput

PASSPHRASE = "correct horse battery ü"
CONTENT = b"a key\nand one before it\n"


@pytest.fixture(scope="module")
def wrapped() -> bytes:
    return wrap(CONTENT, PASSPHRASE)


def test_passphrase_opens_it(wrapped: bytes) -> None:
    assert unwrap(wrapped, PASSPHRASE) == CONTENT


def test_nothing_of_it_is_seen(wrapped: bytes) -> None:
    assert b"a key" not in wrapped
    assert wrap(CONTENT, PASSPHRASE) != wrapped


def test_another_passphrase_does_not_open_it(wrapped: bytes) -> None:
    with pytest.raises(InvalidInput, match="not the passphrase") as caught:
        unwrap(wrapped, PASSPHRASE + "!")

    assert caught.value.field == "passphrase"


def test_short_passphrase_is_refused() -> None:
    with pytest.raises(InvalidInput, match="at least 12"):
        wrap(CONTENT, "short")


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"n": 1 << 30},
        {"n": 0},
        {"r": 8.0},
        {"salt": "%%%"},
        {"sealed": None},
        {"n": 1000},  # no power of two
    ],
)
def test_what_is_damaged_is_refused(wrapped: bytes, change: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="damaged"):
        unwrap(orjson.dumps(orjson.loads(wrapped) | change), PASSPHRASE)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff"])
def test_what_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput, match="damaged"):
        unwrap(content, PASSPHRASE)
