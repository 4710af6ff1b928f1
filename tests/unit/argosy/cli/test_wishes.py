"""What the options of `argosy get` ask for."""

from pathlib import Path

import pytest

from argosy.cli.wishes import TYPED, Wishes, changes, typed
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


def test_headers_are_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "headers").write_text("X-Token: a:b\r\n\n X-Other : c\n")

    options = Wishes(headers=["X-First: 1", f"@{tmp_path}/headers"]).options()

    assert options == {
        "headers": [
            {"name": "X-First", "value": "1"},
            {"name": "X-Token", "value": "a:b"},
            {"name": "X-Other", "value": "c"},
        ]
    }


@pytest.mark.parametrize(
    ("content", "proxy"),
    [
        ("http://alice:hunter2@a:1\nmore", {"type": "CUSTOM", "url": "http://alice:hunter2@a:1"}),
        ("system\r\n", {"type": "SYSTEM"}),
    ],
)
def test_proxy_is_read_from_a_file(tmp_path: Path, content: str, proxy: dict[str, str]) -> None:
    (tmp_path / "proxy").write_text(content)

    assert Wishes(proxy=f"@{tmp_path}/proxy").options() == {"proxy": proxy}


def test_file_that_is_too_large_is_not_cut(tmp_path: Path) -> None:
    (tmp_path / "headers").write_text("X-Token: a\n" * 30_000)

    with pytest.raises(InvalidInput, match=r"headers' is larger than 256 KiB"):
        Wishes(headers=[f"@{tmp_path}/headers"]).options()


def test_number_that_no_api_reads_is_left_to_the_server_to_refuse() -> None:
    options = Wishes(connections=1 << 40, limit="999999999999G").options()

    assert options == {"connections": (1 << 31) - 1, "speedLimit": (1 << 63) - 1}


@pytest.mark.parametrize(
    ("field", "option"),
    [
        ("options.speedLimit", "--limit"),
        ("options.checksums.0.digest", "--checksum"),
        ("options.headers.1", "--header X-Token"),
        ("options.headers", "--header"),
        ("options.cookiesTxt", "--cookies"),
        ("options.password", "--password-file"),
        ("options.proxy.url", "--proxy"),
        ("folder", "--folder"),
    ],
)
def test_field_of_the_api_is_told_as_what_was_typed(field: str, option: str) -> None:
    sent = {"headers": [{"name": "A", "value": "b"}, {"name": "X-Token", "value": "hunter2"}]}

    assert typed(field, sent) == option


def test_every_option_that_is_sent_has_a_name_that_is_typed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    file = str(tmp_path / "file")

    sent = Wishes("a", ["ab" * 16], 1, "1", ["A: b"], file, "a", file, "none", "skip").options()

    assert set(sent) == set(TYPED)


@pytest.mark.parametrize(
    "wishes",
    [
        Wishes(headers=["@/nowhere/headers"]),
        Wishes(proxy="@/nowhere/proxy"),
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


def test_what_is_no_option_is_asked_beside_them() -> None:
    wishes = Wishes(force=True, priority="High", start_at="2099-12-24T20:15:00+01:00", group="all")

    assert Wishes().placing() == {}
    assert wishes.options() == {}
    assert wishes.placing() == {
        "force": True,
        "priority": "HIGH",
        "startAt": "2099-12-24T20:15:00+01:00",
        "groupName": "all",
    }


@pytest.mark.parametrize(
    ("field", "option"),
    [("startAt", "--start-at"), ("groupName", "--group"), ("folder", "--folder")],
)
def test_field_beside_the_options_has_its_own(field: str, option: str) -> None:
    assert typed(field, {}) == option


def test_changes_can_take_a_limit_and_a_time_back() -> None:
    assert changes(priority=None, limit="None", start_at="now") == {
        "speedLimit": None,
        "startAt": None,
    }


def test_no_change_is_refused() -> None:
    with pytest.raises(InvalidInput, match="give what to change"):
        changes(priority=None, limit=None, start_at=None)
