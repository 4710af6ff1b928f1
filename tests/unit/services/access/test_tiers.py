"""Tiers as an operator writes them."""

import pytest

from services.access.quotas.tiers import GREATEST, Tier, Tiers, read_tiers
from services.errors import InvalidInput

NAMES = "downloads_per_day, bytes_per_day, tasks_at_once, stored_bytes"

BAD_NAME = (
    "cannot be a tier's name: it has up to 32 small letters and digits, with - and _ between them"
)


def test_what_is_not_limited_is_left_out_or_null() -> None:
    text = '{"free": {"downloads_per_day": 0, "stored_bytes": null}, "gold": {}}'

    free, gold = read_tiers(text)

    assert free == Tier("free", downloads_per_day=0)
    assert gold == Tier("gold", None, None, None, None)


def test_tables_of_a_file_are_read_like_json() -> None:
    tables = {"free": {"bytes_per_day": GREATEST, "tasks_at_once": 5, "stored_bytes": 10}}

    assert read_tiers(tables) == (
        Tier("free", bytes_per_day=GREATEST, tasks_at_once=5, stored_bytes=10),
    )


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("free", "this is not JSON: Expecting value at letter 1"),
        ("[" * 100_000, "this is too deep to be tiers"),
        ("[]", 'give a table of tiers by name: {"free": {"downloads_per_day": 100}}'),
        ('{"free": 5}', "free: give a table of limits, such as downloads_per_day"),
        ('{"free": {"downloads": 5}}', f"free: there is no 'downloads'; there are {NAMES}"),
        (
            '{"unlimited": {}}',
            "unlimited is always there and has no limits; name yours otherwise",
        ),
        ('{"Free one": {}}', f"'Free one' {BAD_NAME}"),
    ],
)
def test_what_is_wrong_is_said(value: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        read_tiers(value)

    assert str(caught.value) == sentence


@pytest.mark.parametrize("limit", ["-1", "true", '"5"', "1.5", "[1]", str(GREATEST + 1)])
def test_limit_that_is_no_number_is_refused(limit: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        read_tiers(f'{{"free": {{"tasks_at_once": {limit}}}}}')

    sentence = "free: tasks_at_once is a whole number from 0 on, or null for no limit"
    assert str(caught.value) == sentence


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        read_tiers({"a": {"x": 1, "stored_bytes": -1}, "b": None})

    assert str(caught.value).split("; ") == [
        "a: there is no 'x'",
        f"there are {NAMES}",
        "a: stored_bytes is a whole number from 0 on, or null for no limit",
        "b: give a table of limits, such as downloads_per_day",
    ]


def test_unlimited_is_always_there() -> None:
    tiers = Tiers([Tier("free", 1)])

    assert tiers.names == ("free", "unlimited")
    assert tiers.find("unlimited") == Tier("unlimited")
    assert tiers.find("gone") is None


def test_only_a_tier_that_there_is_can_be_given() -> None:
    tiers = Tiers([Tier("free", 1)])

    tiers.check("free")
    with pytest.raises(InvalidInput) as caught:
        tiers.check("gold", field="tier")

    assert caught.value.message == "There is no tier 'gold'. Take one of: free, unlimited."
    assert caught.value.field == "tier"


def test_tiers_are_shown_in_a_word_for_each_limit() -> None:
    assert str(Tier("free", 1, None, 5)) == "free (downloads_per_day=1, tasks_at_once=5)"
    assert str(Tier("gold")) == "gold (no limits)"
