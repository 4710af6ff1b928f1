"""What the options of `argosy get` ask for."""

from pathlib import Path

import pytest

from argosy.cli.wishes import Wishes
from services.errors import InvalidInput


def test_nothing_typed_asks_for_nothing() -> None:
    assert Wishes().options() == {}


def test_everything_typed_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "cookies.txt").write_text("# Netscape\n")
    (tmp_path / "password").write_text("hunter2\r\nmore")

    options = Wishes(
        name="a.iso",
        checksums=["sha-256:AB", "cd" * 16],
        connections=4,
        limit="1.5M",
        headers=["X-Token: a:b"],
        cookies=str(tmp_path / "cookies.txt"),
        username="alice",
        password_file=str(tmp_path / "password"),
        proxy="system",
        conflict="skip",
    ).options()

    assert options == {
        "name": "a.iso",
        "checksums": [
            {"algorithm": "SHA256", "digest": "AB"},
            {"algorithm": "MD5", "digest": "cd" * 16},
        ],
        "connections": 4,
        "speedLimit": 1_500_000,
        "headers": [{"name": "X-Token", "value": "a:b"}],
        "cookiesTxt": "# Netscape\n",
        "username": "alice",
        "password": "hunter2",
        "proxy": {"type": "SYSTEM"},
        "conflict": "SKIP",
    }


@pytest.mark.parametrize(
    ("text", "speed"), [("1", 1), ("500000", 500_000), ("500k", 500_000), ("2M", 2_000_000)]
)
def test_speed_is_read_with_its_unit(text: str, speed: int) -> None:
    assert Wishes(limit=text).options() == {"speedLimit": speed}


def test_url_of_a_proxy_is_a_proxy_of_ones_own() -> None:
    assert Wishes(proxy="socks5://a:1").options() == {
        "proxy": {"type": "CUSTOM", "url": "socks5://a:1"}
    }


@pytest.mark.parametrize(
    "wishes",
    [
        Wishes(limit="fast"),
        Wishes(limit="2MB"),
        Wishes(checksums=["crc32:ab"]),
        Wishes(checksums=["ab"]),
        Wishes(headers=["X-Token"]),
        Wishes(cookies="/nowhere/cookies.txt"),
        Wishes(conflict="merge"),
    ],
)
def test_what_makes_no_sense_is_told(wishes: Wishes) -> None:
    with pytest.raises(InvalidInput):
        wishes.options()
