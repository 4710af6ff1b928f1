"""Text from outside."""

import pytest

from services.text import printable


@pytest.mark.parametrize("text", ["", "It broke.", "Größe 5 µm, 映画 🎬"])
def test_ordinary_text_stays(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\n", "\x9b", "\u202e", "\u200b", "\udcff"])
def test_sign_that_cannot_be_shown_is_marked(sign: str) -> None:
    assert printable(f"a{sign}b") == "a\ufffdb"


def test_long_text_is_cut() -> None:
    assert printable("a" * 50, most=10) == "aaaaaaaaa…"
    assert printable("a" * 10, most=10) == "a" * 10
