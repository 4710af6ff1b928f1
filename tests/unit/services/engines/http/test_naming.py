"""Names that servers give: Content-Disposition (RFC 6266, RFC 8187), else the URL."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from services.engines.http.naming import given_name, name_from_response
from services.files.names import safe_name

FILE = URL("https://example.com/path/from-url")


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="a.zip"', "a.zip"),
        ("attachment; filename=a.zip", "a.zip"),
        ("attachment;filename = a.zip ;", "a.zip"),
        ('inline; filename="a b.zip"', "a b.zip"),
        ('ATTACHMENT; FILENAME="a.zip"', "a.zip"),
        ('attachment; filename="a;b.zip"', "a;b.zip"),
        ('attachment; filename="a\\"b.zip"', "a_b.zip"),
        ('attachment; x="filename=no.zip"; filename="a.zip"', "a.zip"),
        ("attachment; filename*=UTF-8''%e2%82%ac%20rates.txt", "€ rates.txt"),
        ("attachment; filename*=utf-8'en'%e2%82%ac.txt", "€.txt"),
        ("attachment; filename*=ISO-8859-1''%e9t%e9.txt", "été.txt"),
        ("attachment; filename*=windows-1251''%ec%e8%f0.txt", "мир.txt"),
        ("attachment; filename*=\"UTF-8''%e2%82%ac.txt\"", "€.txt"),
        ("attachment; filename=\"a.zip\"; filename*=UTF-8''b.zip", "b.zip"),
        ("attachment; filename*=UTF-8''b.zip; filename=\"a.zip\"", "b.zip"),
        ('attachment; filename="映画.mp4"', "映画.mp4"),
    ],
)
def test_name_is_read_from_content_disposition(disposition: str, name: str) -> None:
    assert name_from_response(disposition, None, FILE) == name


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("filename=a.zip", "a.zip"),
        ("; filename=a.zip", "a.zip"),
        ("attachment; filename=a b.zip", "a b.zip"),
        ("attachment; filename=a.zip; filename=b.zip", "a.zip"),
        ('attachment; filename="a.zip', "a.zip"),
        ('attachment; filename="a.zip" and more', "a.zip"),
        ("attachment; size; filename=a.zip", "a.zip"),
        ("attachment;; filename=a.zip", "a.zip"),
        ("attachment/x; filename=a.zip", "a.zip"),
    ],
)
def test_malformed_header_is_read_as_it_was_meant(disposition: str, name: str) -> None:
    assert name_from_response(disposition, None, FILE) == name


@pytest.mark.parametrize(
    "extended",
    ["UTF-8''%ff%fe.zip", "UTF-8''50%.zip", "no-such-code''a", "base64''%e9", "b.zip", "UTF-8''"],
)
def test_plain_name_stands_in_for_an_extended_one_that_is_malformed(extended: str) -> None:
    disposition = f'attachment; filename*={extended}; filename="a.zip"'

    assert name_from_response(disposition, None, FILE) == "a.zip"


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("attachment; filename*0=long; filename*1=name.zip", "longname.zip"),
        ("attachment; filename*1=name.zip; filename*0=long", "longname.zip"),
        ("attachment; filename*0*=UTF-8''a%20; filename*1=b.zip", "a b.zip"),
        ("attachment; filename*0*=UTF-8''%e2%82; filename*1*=%ac.zip", "€.zip"),
        ("attachment; filename*0=a; filename*2=c", "a"),
        ('attachment; filename=b.zip; filename*0="a.zip"', "a.zip"),
        ("attachment; filename=b.zip; filename*0*=UTF-8''%ff", "b.zip"),
        ("attachment; filename=b.zip; filename*1=a.zip", "b.zip"),
    ],
)
def test_name_in_pieces_is_put_together(disposition: str, name: str) -> None:
    assert name_from_response(disposition, None, FILE) == name


@pytest.mark.parametrize(
    ("given_text", "name"),
    [
        ("=?UTF-8?B?5pig55S7Lm1wNA==?=", "映画.mp4"),
        ("=?utf-8?Q?caf=C3=A9_1.zip?=", "café 1.zip"),
        ("=?iso-8859-1?q?caf=E9?= =?iso-8859-1?q?s.zip?=", "cafés.zip"),
        ("=?no-such-code?q?caf=E9?=", "=?no-such-code?q?caf=E9?="),
        ("=?utf-8?b?A?=", "=?utf-8?b?A?="),
        ("=?base64?q?aaaa?=", "=?base64?q?aaaa?="),
    ],
)
def test_encoded_words_are_decoded(given_text: str, name: str) -> None:
    assert given_name(f'attachment; filename="{given_text}"') == name


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("映画.mp4".encode().decode("utf-8", "surrogateescape"), "映画.mp4"),
        ("映画.mp4".encode().decode("latin-1"), "映画.mp4"),
        (b"caf\xe9.zip".decode("utf-8", "surrogateescape"), "café.zip"),
        (b"caf\xe9.zip".decode("latin-1"), "café.zip"),
        (b"\x93a\x94 \x8f.zip".decode("utf-8", "surrogateescape"), "“a”.zip"),
        ("a\ud800.zip", "a_.zip"),
    ],
)
def test_raw_bytes_become_the_letters_that_were_meant(raw: str, name: str) -> None:
    assert name_from_response(f'attachment; filename="{raw}"', None, FILE) == name


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ("attachment; filename*=UTF-8''..%2f..%2fetc%2fpasswd", "passwd"),
        ("attachment; filename*=UTF-8''a%00b.zip", "ab.zip"),
        ("attachment; filename*=UTF-8''abc%e2%80%aegpj.exe", "abcgpj.exe"),
        ('attachment; filename="C:\\\\x\\\\y.exe"', "y.exe"),
        ('attachment; filename="C:\\x\\y.exe"', "y.exe"),
        ('attachment; filename=".."', "download"),
        ("attachment; filename*0=..; filename*1=/..; filename*2=/a.zip", "a.zip"),
        ("attachment; filename==?utf-8?q?=2E=2E=2Fa=2Ezip?=", "a.zip"),
    ],
)
def test_given_name_is_made_safe(disposition: str, name: str) -> None:
    assert name_from_response(disposition, None, FILE) == name


@pytest.mark.parametrize(
    "disposition",
    [
        None,
        "",
        ";",
        "inline",
        "attachment",
        "attachment; size=7",
        'attachment; filename=""',
        "attachment; filename",
        "attachment; filename*=UTF-8''%ff%fe.zip",
        "attachment; filename*=no-such-code''a%20b.zip",
        "attachment; filename*=base64''%e9.zip",
    ],
)
def test_url_names_what_has_no_name(disposition: str | None) -> None:
    assert name_from_response(disposition, None, FILE) == "from-url"


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        ("application/zip", "from-url.zip"),
        ("APPLICATION/ZIP; charset=binary", "from-url.zip"),
        ("text/html; charset=utf-8", "from-url.html"),
        ("video/x-matroska", "from-url.mkv"),
        ("application/gzip", "from-url.gz"),
        ("application/xml", "from-url.xml"),
        ("application/octet-stream", "from-url"),
        ("no/such-type", "from-url"),
        ("", "from-url"),
        (None, "from-url"),
    ],
)
def test_kind_of_content_adds_a_missing_extension(content_type: str | None, name: str) -> None:
    assert name_from_response(None, content_type, FILE) == name


def test_extension_that_is_there_stays() -> None:
    url = URL("https://example.com/a.bin")

    assert name_from_response(None, "application/zip", url) == "a.bin"


def test_name_from_content_disposition_gets_no_extension() -> None:
    name = name_from_response('attachment; filename="given"', "application/zip", FILE)

    assert name == "given"


def test_long_name_keeps_its_extension() -> None:
    name = name_from_response(f'attachment; filename="{"é" * 300}.zip"', None, FILE)

    assert name == "é" * 121 + ".zip"


def test_long_name_leaves_room_for_the_extension_of_its_content() -> None:
    url = URL("https://example.com/" + "a" * 300)

    assert name_from_response(None, "video/mp4", url) == "a" * 243 + ".mp4"


@pytest.mark.parametrize(
    "hostile",
    [
        'attachment; filename="' + "\\" * 100_000,
        "a" * 100_000,
        ";" * 100_000,
        '"' * 100_001,
        "attachment; filename*=UTF-8''" + "%" * 100_000,
        "attachment; filename=" + "=?" * 50_000,
        "attachment; " + "; ".join(f"filename*{number}=a" for number in range(5000)),
    ],
    ids=["backslashes", "letters", "semicolons", "quotes", "percents", "words", "pieces"],
)
@pytest.mark.timeout(5)
def test_hostile_header_costs_little(hostile: str) -> None:
    assert len(name_from_response(hostile, None, FILE).encode()) <= 255


SIGNS = ["=", ";", '"', "'", "\\", "%", "*", "0", "1", " ", "/..", "\x00", "\udce9", "\ud800", "é"]
WORDS = ["attachment", "filename", "UTF-8''", "=?utf-8?q?", "=?utf-8?b?", "?=", "映", "a.zip"]
PARTS = st.lists(st.sampled_from(SIGNS + WORDS), max_size=30).map("".join)


@given(PARTS | st.text(st.characters(exclude_categories=())))
@example("filename==?utf-8?b?A?=")
def test_any_header_gives_a_safe_name(disposition: str) -> None:
    name = name_from_response(disposition, None, FILE)

    assert name == safe_name(name)
    assert name not in {"", ".", ".."}
    assert not set(name) & set('/\\\x00"<>:|?*')
