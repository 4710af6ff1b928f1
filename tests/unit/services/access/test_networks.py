"""Whom an address stands for."""

import pytest

from services.access.limits.networks import network_of


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("no address", ""),
    ],
)
def test_caller_is_counted_by_what_is_theirs(address: str, expected: str) -> None:
    assert network_of(address) == expected
