"""Where the server is, and with which key it is asked."""

from pathlib import Path

import pytest

from argosy import presence
from argosy.cli.whereabouts import ServerAway, Whereabouts
from argosy.presence import Presence
from services.errors import InvalidInput, Unauthorized

HERE = Presence("http://127.0.0.1:8060", "a-key-that-lies-here")


def whereabouts(folder: Path, server: str | None = None, key: str | None = None) -> Whereabouts:
    return Whereabouts(server=server, key=key, data_dir=str(folder))


def test_server_of_this_machine_is_found(tmp_path: Path) -> None:
    HERE.write(tmp_path)

    assert whereabouts(tmp_path).find() == HERE


def test_given_server_and_key_go_before(tmp_path: Path) -> None:
    HERE.write(tmp_path)

    found = whereabouts(tmp_path, "https://example.com/argosy/", " my-key\r\n").find()

    assert found == Presence("https://example.com/argosy", "my-key")


@pytest.mark.parametrize("key", [None, "my-key"])
def test_server_that_is_starting_again_is_away(tmp_path: Path, key: str | None) -> None:
    place = whereabouts(tmp_path, key=key)
    HERE.write(tmp_path)
    first = place.find()
    presence.forget(tmp_path)

    with pytest.raises(ServerAway, match="no server runs on this machine"):
        place.find()

    HERE.write(tmp_path)
    assert place.find() == first == Presence(HERE.url, key or HERE.key)


def test_named_server_of_this_machine_is_away_while_it_starts_again(tmp_path: Path) -> None:
    place = whereabouts(tmp_path, f"{HERE.url}/")
    HERE.write(tmp_path)
    place.find()
    presence.forget(tmp_path)

    with pytest.raises(ServerAway):
        place.find()


@pytest.mark.parametrize("is_one_here", [False, True])
def test_server_elsewhere_needs_a_key(tmp_path: Path, is_one_here: bool) -> None:
    if is_one_here:
        HERE.write(tmp_path)

    with pytest.raises(Unauthorized) as caught:
        whereabouts(tmp_path, "http://example.com").find()

    assert caught.value.message == "a key for http://example.com is needed: --key or ARGOSY_KEY"


@pytest.mark.parametrize("key", ["my\nkey", "my key", "schlüssel", "a\x1bb", "\udcff", "a" * 513])
def test_what_can_be_no_key_is_refused_and_not_repeated(tmp_path: Path, key: str) -> None:
    with pytest.raises(Unauthorized) as caught:
        whereabouts(tmp_path, HERE.url, key).find()

    assert key not in caught.value.message


@pytest.mark.parametrize(
    ("server", "sentence"),
    [
        (
            "127.0.0.1:8060",
            "127.0.0.1:8060 lacks the beginning of an address: give http://127.0.0.1:8060",
        ),
        (
            "ftp://a",
            "ftp://a is no server's address; give one such as http://127.0.0.1:8060",
        ),
        (
            "http://",
            "http:// is no server's address; give one such as http://127.0.0.1:8060",
        ),
        (
            "http://a:99999",
            "http://a:99999 is no server's address; give one such as http://127.0.0.1:8060",
        ),
        (
            "http://me:secret@a",
            "a is no server's address; give one such as http://127.0.0.1:8060",
        ),
        (
            "http://\udcff",
            "http:// is no server's address; give one such as http://127.0.0.1:8060",
        ),
    ],
)
def test_what_can_be_no_address_is_refused(tmp_path: Path, server: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        whereabouts(tmp_path, server, "my-key").find()

    assert caught.value.message == sentence


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"url": 5, "key": "a"}', "\x00"])
def test_what_is_no_presence_is_passed_over(tmp_path: Path, content: str) -> None:
    (tmp_path / "server.json").write_text(content)

    assert presence.find(tmp_path) is None
