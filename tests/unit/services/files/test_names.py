"""Names for files: one clean component, whatever a server says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from services.files.names import (
    INVISIBLE,
    LONGEST,
    PLAIN,
    name_from_url,
    numbered,
    safe_name,
    shortened,
    split,
)

FILE = URL("https://example.com/path/from-url")


@pytest.mark.parametrize(
    "text",
    ["film.mkv", "a (1).zip", "Ünïcödé, 映画.mp4", "README", "a.tar.gz", "-rf", "~", "100%.txt"],
)
def test_harmless_name_stays_as_it_is(text: str) -> None:
    assert safe_name(text) == text


@given(st.text("conprauxmlt19A-_.", min_size=1, max_size=240) | st.from_regex(PLAIN))
def test_name_that_is_plain_is_what_looking_closer_makes_of_it(text: str) -> None:
    assert safe_name(text) == safe_name(f" {text}")


@pytest.mark.parametrize("text", ["con", "NUL.txt", "Com1", "lpt9.tar.gz", "aux", "prn."])
def test_name_that_stands_for_a_device_does_not_stay(text: str) -> None:
    assert safe_name(text) != text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("a/../b", "b"),
        ("..\\..\\x.exe", "x.exe"),
        ("C:\\Windows\\x.exe", "x.exe"),
        ("a\\b/c", "c"),
        ("a/..", "download"),
        ("a/", "download"),
    ],
)
def test_folders_in_a_name_are_cut_off(text: str, name: str) -> None:
    assert safe_name(text) == name


@pytest.mark.parametrize("text", ["", ".", "..", "...", ". . .", " ", "/", "\x00", "\u3000"])
def test_what_leaves_nothing_gets_a_name(text: str) -> None:
    assert safe_name(text) == "download"


@pytest.mark.parametrize(
    ("text", "name"),
    [("a\x00b.txt", "ab.txt"), ("a\nb\r.txt", "ab.txt"), ("a\x7f\x85b", "ab"), ("a\tb", "ab")],
)
def test_controls_are_taken_out(text: str, name: str) -> None:
    assert safe_name(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("abc\u202egpj.exe", "abcgpj.exe"),
        ("abc\u2066gpj\u2069.exe", "abcgpj.exe"),
        ("\u200fa.txt", "a.txt"),
        ("a\u200b\u2060\ufeff.txt", "a.txt"),
        ("a\u2028b\u2029.txt", "ab.txt"),
    ],
)
def test_marks_that_turn_or_hide_text_are_taken_out(text: str, name: str) -> None:
    assert safe_name(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("CON", "CON_"),
        ("con.txt", "con_.txt"),
        ("NUL.tar.gz", "NUL_.tar.gz"),
        ("COM1", "COM1_"),
        ("COM¹.txt", "COM¹_.txt"),
        ("lpt9.log", "lpt9_.log"),
        ("CON.", "CON_"),
        ("CON\u200b", "CON_"),
    ],
)
def test_names_that_windows_reserves_are_changed(text: str, name: str) -> None:
    assert safe_name(text) == name


def test_console_is_no_reserved_name() -> None:
    assert safe_name("console.txt") == "console.txt"


def test_signs_that_some_file_systems_refuse_become_underscores() -> None:
    assert safe_name('a<b>c:d"e|f?g*h.txt') == "a_b_c_d_e_f_g_h.txt"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (".bashrc", "bashrc"),
        ("...a", "a"),
        (" a.txt ", "a.txt"),
        ("a.txt...", "a.txt"),
        ("a. . .", "a"),
        ("a .txt", "a.txt"),
    ],
)
def test_dots_and_blanks_at_the_ends_are_taken_off(text: str, name: str) -> None:
    assert safe_name(text) == name


def test_lone_surrogates_become_underscores() -> None:
    assert safe_name("\ud800a\udfff.txt") == "_a_.txt"


def test_composed_and_decomposed_letters_are_one_name() -> None:
    assert safe_name("e\u0301.txt") == "\u00e9.txt"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("x" * 248 + ".mkv", "x" * 243 + ".mkv"),
        ("é" * 125 + ".mkv", "é" * 121 + ".mkv"),
        ("映" * 83 + ".mkv", "映" * 81 + ".mkv"),
        ("😀" * 62 + ".mkv", "😀" * 60 + ".mkv"),
        ("x" * 255, "x" * 247),
        ("x" * 242 + " ." + "x" * 5 + ".mkv", "x" * 242 + ".mkv"),
        ("a" * 300 + ".zip", "a" * 243 + ".zip"),
        ("é" * 300 + ".zip", "é" * 121 + ".zip"),
        ("folder/" + "a" * 5000 + ".tar.gz", "a" * 244 + ".gz"),
        ("a" * 300 + ".zip.", "a" * 243 + ".zip"),
        ("a" * 300 + ".z?p", "a" * 243 + ".z_p"),
    ],
)
def test_long_name_is_cut_to_whole_letters_before_its_extension(text: str, name: str) -> None:
    assert safe_name(text) == name


def test_longest_extension_is_kept() -> None:
    extension = "." + "e" * 24

    assert split(safe_name("x" * 220 + extension))[1] == extension


def test_long_tail_is_no_extension() -> None:
    assert split("a." + "e" * 25) == ("a." + "e" * 25, "")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a.zip", ("a", ".zip")),
        ("a.tar.gz", ("a.tar", ".gz")),
        ("README", ("README", "")),
        ("a.", ("a.", "")),
        (".a", (".a", "")),
    ],
)
def test_name_splits_before_its_last_dot(name: str, parts: tuple[str, str]) -> None:
    assert split(name) == parts


def test_short_name_is_not_cut() -> None:
    assert shortened("a.zip") == "a.zip"


@pytest.mark.parametrize(
    ("name", "number", "expected"),
    [
        ("a.zip", 0, "a.zip"),
        ("a.zip", 1, "a (1).zip"),
        ("a.tar.gz", 2, "a.tar (2).gz"),
        ("README", 9999, "README (9999)"),
    ],
)
def test_taken_name_gets_a_number_before_its_extension(
    name: str, number: int, expected: str
) -> None:
    assert numbered(name, number) == expected


@given(st.text(st.characters(exclude_categories=()), max_size=400))
def test_result_is_one_safe_component(text: str) -> None:
    name = safe_name(text)

    assert not set(name) & set('/\\<>:"|?*')
    assert INVISIBLE.search(name) is None
    assert (name.strip(" "), name.lstrip("."), name.rstrip(".")) == (name, name, name)
    assert 0 < len(name.encode()) <= LONGEST - len(" (9999)")


@given(st.text(st.sampled_from("ab.é映 /\\:\x00\u202e\ud800"), max_size=300))
def test_result_is_stable_under_a_second_pass(text: str) -> None:
    name = safe_name(text)

    assert safe_name(name) == name


@given(st.text(st.characters(exclude_categories=()), max_size=400), st.integers(0, 9999))
def test_numbered_name_still_fits(text: str, number: int) -> None:
    assert len(numbered(safe_name(text), number).encode()) <= LONGEST


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("https://example.com/films/trailer.mkv", "trailer.mkv"),
        ("https://example.com/films/", "films"),
        ("https://example.com/", "download"),
        ("https://example.com", "download"),
        ("https://example.com/a%20b.zip", "a b.zip"),
        ("https://example.com/%E6%98%A0%E7%94%BB.mp4", "映画.mp4"),
        ("https://example.com/a?name=b.zip", "a"),
        ("https://example.com/a%2F..%2F..%2Fb", "b"),
        ("https://example.com/%2e%2e%2f%2e%2e", "download"),
        ("https://example.com/a%00b", "ab"),
        ("https://example.com/%FF.bin", "\ufffd.bin"),
        ("https://example.com/a%252Fb", "a%2Fb"),
    ],
)
def test_name_from_a_url_is_the_last_part_of_its_path(path: str, name: str) -> None:
    assert name_from_url(URL(path)) == name
