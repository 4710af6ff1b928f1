"""Names that servers give: Content-Disposition (RFC 6266, RFC 8187), else the URL."""

import pytest
from yarl import URL

from services.engines.http.answer import name_from_response

FILE = URL("https://example.com/path/from-url")


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="a.zip"', "a.zip"),
        ("attachment; filename=a.zip", "a.zip"),
        ('inline; filename="a b.zip"', "a b.zip"),
        ('ATTACHMENT; FILENAME="a.zip"', "a.zip"),
        ('attachment; filename="a;b.zip"', "a;b.zip"),
        ('attachment; filename="a\\"b.zip"', "a_b.zip"),
        ("attachment; filename*=UTF-8''%e2%82%ac%20rates.txt", "€ rates.txt"),
        ("attachment; filename*=utf-8'en'%e2%82%ac.txt", "€.txt"),
        ("attachment; filename*=ISO-8859-1''%e9t%e9.txt", "été.txt"),
        ("attachment; filename=\"a.zip\"; filename*=UTF-8''b.zip", "b.zip"),
        ("attachment; filename*=UTF-8''b.zip; filename=\"a.zip\"", "b.zip"),
        ("attachment; filename*0=long; filename*1=name.zip", "longname.zip"),
        ("attachment; filename*0*=UTF-8''a%20; filename*1=b.zip", "a b.zip"),
        ('attachment; filename="映画.mp4"', "映画.mp4"),
    ],
)
def test_name_is_read_from_content_disposition(disposition: str, name: str) -> None:
    assert name_from_response(disposition, None, FILE) == name


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ("attachment; filename*=UTF-8''..%2f..%2fetc%2fpasswd", "passwd"),
        ("attachment; filename*=UTF-8''a%00b.zip", "ab.zip"),
        ("attachment; filename*=UTF-8''abc%e2%80%aegpj.exe", "abcgpj.exe"),
        ('attachment; filename="C:\\\\x\\\\y.exe"', "y.exe"),
        ('attachment; filename=".."', "download"),
        ('attachment; filename="caf\udce9.zip"', "caf_.zip"),
    ],
)
def test_given_name_is_made_safe(disposition: str, name: str) -> None:
    assert name_from_response(disposition, None, FILE) == name


@pytest.mark.parametrize(
    "disposition",
    [None, "", "inline", "attachment", "attachment; size=7", 'attachment; filename=""'],
)
def test_url_names_what_has_no_name(disposition: str | None) -> None:
    assert name_from_response(disposition, None, FILE) == "from-url"


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # what aiohttp thinks of such headers
@pytest.mark.parametrize(
    "disposition",
    [
        ";",
        "attachment; filename",
        "filename=a.zip",
        "attachment; filename*=UTF-8''%ff%fe.zip",
        "attachment; filename*=no-such-code''a%20b.zip",
        "attachment; filename*=base64''%e9.zip",
    ],
)
def test_url_names_what_is_named_in_no_known_way(disposition: str) -> None:
    assert name_from_response(disposition, None, FILE) == "from-url"


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        ("application/zip", "from-url.zip"),
        ("APPLICATION/ZIP; charset=binary", "from-url.zip"),
        ("text/html; charset=utf-8", "from-url.html"),
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
