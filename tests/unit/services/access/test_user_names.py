"""Names of users: they are folders, labels and words on a command line as well."""

import pytest

from services.access.people.users import NAME


@pytest.mark.parametrize("name", ["a", "0", "a-b", "a_b", "7-of-9", "a--b", "a" * 32])
def test_good_name_is_taken(name: str) -> None:
    assert NAME.fullmatch(name)


@pytest.mark.parametrize(
    "name",
    ["", "a" * 33, "Alice", "-a", "a-", "_a", "a_", "a b", "a/b", "..", "a.b", "ä", "a\n", "a\0"],
)
def test_bad_name_is_refused(name: str) -> None:
    assert NAME.fullmatch(name) is None
