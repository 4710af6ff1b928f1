"""Metalinks: one file at several addresses, with what it comes to."""

import pytest
from yarl import URL

from services.engines.metalink import MetalinkFile, parse_metalink
from services.engines.options import Algorithm, Checksum, Pieces
from services.errors import ErrorCode, InvalidInput

SHA256 = "a" * 64
MD5 = "b" * 32
PIECES = ("1" * 40, "2" * 40)
BASE = URL("https://example.com/files/a.zip")

VERSION_4 = f"""<?xml version="1.0" encoding="UTF-8"?>
<metalink xmlns="urn:ietf:params:xml:ns:metalink">
  <published>2009-05-15T12:23:23Z</published>
  <file name="example.ext">
    <size>14471447</size>
    <identity>Example</identity>
    <hash type="md5">{MD5.upper()}</hash>
    <hash type="sha-256"> {SHA256} </hash>
    <hash type="tiger">{MD5}</hash>
    <pieces length="8388608" type="md5">
      <hash>{MD5}</hash><hash>{MD5}</hash>
    </pieces>
    <pieces length="8388608" type="sha-1">
      <hash>{PIECES[0]}</hash><hash>{PIECES[1]}</hash>
    </pieces>
    <url>http://last.example.com/example.ext</url>
    <url location="de" priority="2">ftp://second.example.com/example.ext</url>
    <url location="fr" priority="1">https://first.example.com/example.ext</url>
    <url priority="3">https://first.example.com/example.ext</url>
    <url priority="1">rsync://example.com/example.ext</url>
    <metaurl mediatype="torrent">http://example.com/example.ext.torrent</metaurl>
  </file>
  <file name="b"><url>sftp://example.com/b</url></file>
  <file name="only-a-torrent"><metaurl mediatype="torrent">http://example.com/t</metaurl></file>
</metalink>"""

VERSION_3 = f"""<metalink version="3.0" xmlns="http://www.metalinker.org/">
  <files>
    <file name="example.ext">
      <size>14471447</size>
      <verification>
        <hash type="md5">{MD5}</hash>
        <hash type="sha256">{SHA256}</hash>
        <pieces length="8388608" type="sha1">
          <hash piece="1">{PIECES[1]}</hash>
          <hash piece="0">{PIECES[0]}</hash>
        </pieces>
      </verification>
      <resources maxconnections="4">
        <url type="http">http://last.example.com/example.ext</url>
        <url type="ftp" preference="90">ftp://second.example.com/example.ext</url>
        <url type="https" preference="100">https://first.example.com/example.ext</url>
        <url type="bittorrent" preference="100">http://example.com/example.ext.torrent</url>
      </resources>
    </file>
  </files>
</metalink>"""

EXAMPLE = MetalinkFile(
    name="example.ext",
    size=14471447,
    urls=(
        "https://first.example.com/example.ext",
        "ftp://second.example.com/example.ext",
        "http://last.example.com/example.ext",
    ),
    checksums=(Checksum(Algorithm.SHA256, SHA256), Checksum(Algorithm.MD5, MD5)),
    pieces=Pieces(Algorithm.SHA1, 8388608, PIECES),
)


def metalink(inside: str) -> str:
    return f'<metalink xmlns="urn:ietf:params:xml:ns:metalink">{inside}</metalink>'


def file(inside: str = "", name: str = "a.zip") -> MetalinkFile:
    url = "<url>https://example.com/a</url>"
    return parse_metalink(metalink(f'<file name="{name}">{url}{inside}</file>'))[0]


def test_version_4_is_read() -> None:
    files = parse_metalink(VERSION_4.encode())

    assert files == (EXAMPLE, MetalinkFile("b", None, ("sftp://example.com/b",), (), None))


def test_version_3_is_read() -> None:
    assert parse_metalink(VERSION_3) == (EXAMPLE,)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("dir/a.zip", "a.zip"),
        ("/etc/passwd", "passwd"),
        ("../../a.zip", "a.zip"),
        ("..", "download"),
        ("C:\\x\\a.zip", "a.zip"),
        ("", "download"),
    ],
)
def test_name_leads_nowhere(name: str, safe: str) -> None:
    assert file(name=name).name == safe


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.zip",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        "https://user:password@example.com/a",
        "https://example.com:0/a",
        "https://example.com:99999/a",
        "https://[::1/a",
        "https://example.com/a b",
        "https://example.com/" + "a" * 8192,
    ],
)
def test_url_that_cannot_be_fetched_is_left_out(url: str) -> None:
    assert file(f"<url priority='1'>{url}</url>").urls == ("https://example.com/a",)


@pytest.mark.parametrize("size", ["", "-1", "1e9", "٣", str(1 << 63), "9" * 5000])
def test_size_that_cannot_be_is_unknown(size: str) -> None:
    assert file(f"<size>{size}</size>").size is None


@pytest.mark.parametrize("digest", ["", "a" * 63, "g" * 64])
def test_malformed_digest_is_left_out(digest: str) -> None:
    assert file(f"<hash type='sha-256'>{digest}</hash>").checksums == ()


@pytest.mark.parametrize(
    "pieces",
    [
        f"<pieces length='8' type='md5'><hash>{MD5}</hash></pieces>",
        f"<pieces length='0' type='md5'><hash>{MD5}</hash></pieces>",
        f"<pieces type='md5'><hash>{MD5}</hash></pieces>",
        f"<pieces length='16' type='tiger'><hash>{MD5}</hash></pieces>",
        "<pieces length='16' type='md5'><hash>b</hash></pieces>",
        f"<pieces length='16' type='md5'><hash piece='1'>{MD5}</hash></pieces>",
        "<pieces length='16' type='md5'></pieces>",
    ],
)
def test_unsound_pieces_are_left_out(pieces: str) -> None:
    assert file(f"<size>16</size>{pieces}").pieces is None


def test_pieces_are_taken_where_the_size_is_unknown() -> None:
    pieces = file(f"<pieces length='16' type='md5'><hash>{MD5}</hash></pieces>").pieces

    assert pieces == Pieces(Algorithm.MD5, 16, (MD5,))


def test_urls_are_bounded() -> None:
    more = "".join(f"<url>https://example.com/{number}</url>" for number in range(200))

    assert len(file(more).urls) == 100


ENTITIES = """<!DOCTYPE metalink [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>
<metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="&b;"/></metalink>"""
OUTSIDE = """<!DOCTYPE metalink [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="a">&a;</file></metalink>"""
NO_XML = "This is no metalink: it is not well-formed XML, or it defines entities."


@pytest.mark.parametrize("scheme", ["http", "https", "ftp", "ftps", "ftpes", "sftp"])
def test_all_that_can_be_fetched_is_taken(scheme: str) -> None:
    (file,) = parse_metalink(metalink(f"<file name='a'><url>{scheme}://a.example/a</url></file>"))

    assert file.urls == (f"{scheme}://a.example/a",)


NO_FILE = "The metalink names no file with an http, https, ftp, ftps, ftpes or sftp URL."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", NO_XML),
        (b"\x00\xff", NO_XML),
        ("not xml", NO_XML),
        ("<metalink", NO_XML),
        ("\ud800", NO_XML),
        (b'<?xml version="1.0" encoding="no-such-code"?><a/>', NO_XML),
        (ENTITIES, NO_XML),
        (OUTSIDE, NO_XML),
        ("<html/>", "This is XML, but no metalink of version 3 or 4."),
        ("<metalink/>", "This is XML, but no metalink of version 3 or 4."),
        (metalink(""), NO_FILE),
        (metalink("<file name='a'/>"), NO_FILE),
        (metalink("<file/>" * 1001), "The metalink has 1,001 files. At most 1,000 are taken."),
        (" " * 1_000_001, "The metalink is larger than 1,000,000 bytes."),
    ],
)
def test_what_is_no_metalink_is_refused(content: bytes | str, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_metalink(content)

    assert (caught.value.message, caught.value.code) == (message, ErrorCode.INVALID_INPUT)


@pytest.mark.timeout(20)
def test_deep_document_is_refused() -> None:
    with pytest.raises(InvalidInput):
        parse_metalink(metalink("<a>" * 140_000 + "</a>" * 140_000))
