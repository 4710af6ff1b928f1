"""What comes from elsewhere does nothing to a terminal, and can be stored."""

import pytest

from services.text import plain, plain_content


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("Größe 5 µm, 映画 🎬", "Größe 5 µm, 映画 🎬"),
        ("\x1b[2J\x1b]0;title\x07a", "[2J]0;titlea"),
        ("one\r\ntwo\tthree", "one two three"),
        ("\u202egpj.exe", "gpj.exe"),
        ("a\x00b\u200bc", "abc"),
        ("\x9b31m\udcff", "31m"),
    ],
)
def test_what_cannot_be_shown_is_left_out(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_long_text_is_cut() -> None:
    assert plain("a" * 50, most=10) == "aaaaaaaaa…"
    assert plain("a" * 10, most=10) == "a" * 10


def test_texts_are_found_wherever_they_are() -> None:
    content = {"\x1ba": [{"b": "\x1b\n"}, 1, None, True], "c": 2.5}

    assert plain_content(content) == {"a": [{"b": " "}, 1, None, True], "c": 2.5}
