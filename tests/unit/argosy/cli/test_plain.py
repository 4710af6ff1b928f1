"""What comes from a server does nothing to the terminal."""

import pytest

from argosy.cli.plain import plain, plain_content


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Über 2.mkv", "Über 2.mkv"),
        ("\x1b[2J\x1b]0;title\x07a", "[2J]0;titlea"),
        ("one\r\ntwo\tthree", "one two three"),
        ("\u202egpj.exe", "gpj.exe"),
        ("\x9b31m\udcff", "31m"),
    ],
)
def test_what_a_terminal_obeys_is_left_out(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_texts_are_found_wherever_they_are() -> None:
    content = {"\x1ba": [{"b": "\x1b\n"}, 1, None, True], "c": 2.5}

    assert plain_content(content) == {"a": [{"b": " "}, 1, None, True], "c": 2.5}
