"""Names that servers give: each becomes one clean name in the owner's folder."""

from pathlib import Path
from urllib.parse import quote

import pytest

from services.engines.options import Options
from tests.fakes.fault_behaviours import File, goes
from tests.integration.services.engines.http.faults.cases import BODY, Case, check

LONG = "n" * 300
# Eight bytes are left for a number, should the name be taken.
LONGEST = "n" * 243 + ".zip"


def given(name: str, disposition: str, called: str) -> Case:
    """A name in Content-Disposition."""
    file = File(BODY, headers=(f"Content-Disposition: {disposition}",))
    return Case(name, file, path="/url.zip", called=called)


def quoted(name: str, text: str, called: str) -> Case:
    return given(name, f'attachment; filename="{text}"', called)


def extended(name: str, text: str, called: str) -> Case:
    return given(name, f"attachment; filename*=UTF-8''{quote(text, safe='')}", called)


def in_url(name: str, path: str, called: str) -> Case:
    """A name at the end of a URL."""
    return Case(name, File(BODY), path="/" + path, others={"*": File(BODY)}, called=called)


DISPOSITION = [
    quoted("honest", "b.zip", "b.zip"),
    quoted("above", "../../etc/passwd", "passwd"),
    quoted("absolute", "/etc/cron.d/evil", "evil"),
    quoted("backslashes", "..\\\\..\\\\evil.exe", "evil.exe"),
    quoted("drive", "C:\\\\Windows\\\\evil.exe", "evil.exe"),
    quoted("stream of NTFS", "a.txt:evil.exe", "a.txt_evil.exe"),
    quoted("dots alone", "..", "download"),
    quoted("a dot alone", ".", "download"),
    quoted("slash at the end", "a/b/", "download"),
    quoted("hidden", ".bashrc", "bashrc"),
    quoted("hidden below", "x/.ssh", "ssh"),
    quoted("our own folder", ".incomplete", "incomplete"),
    quoted("empty", "", "url.zip"),
    quoted("blanks", "   ", "download"),
    quoted("300 letters", LONG + ".zip", LONGEST),
    quoted("device of Windows", "CON", "CON_"),
    quoted("device with an extension", "nul.txt", "nul_.txt"),
    quoted("reserved signs", "a<b>c|d?e*f.zip", "a_b_c_d_e_f.zip"),
    quoted("home", "~/evil", "evil"),
    quoted("variable", "$HOME.zip", "$HOME.zip"),
    quoted("percent is no escape", "..%2f..%2fetc%2fpasswd", "%2f.%2fetc%2fpasswd"),
    quoted("bell", "a\x07b.zip", "ab.zip"),
    quoted("raw bytes", "\udcff\udcfe.zip", "\xff\xfe.zip"),
    extended("letters of all kinds", "映画 été.zip", "映画 été.zip"),
    extended("slash in escapes", "../../etc/passwd", "passwd"),
    extended("zero in escapes", "a\0b.zip", "ab.zip"),
    extended("line break in escapes", "a\r\nb.zip", "ab.zip"),
    extended("direction turned", "gpj.\u202eexe", "gpj.exe"),
    extended("nothing to be seen", "\u200b\u200d\ufeff", "download"),
    extended("300 letters of three bytes", "映" * 300 + ".zip", "映" * 81 + ".zip"),
    extended("accent apart", "e\u0301.zip", "\xe9.zip"),
    extended("slash that looks like one", "a\uff0fb.zip", "a\uff0fb.zip"),
    given("the extended one counts", "attachment; filename=x.zip; filename*=UTF-8''y.zip", "y.zip"),
    given(
        "extended one that is broken", "attachment; filename=x.zip; filename*=UTF-8''%zz", "x.zip"
    ),
    given("unknown charset", "attachment; filename*=klingon''x.zip", "url.zip"),
    given("no quotes", "attachment; filename=b.zip", "b.zip"),
    given("quote that stays open", 'attachment; filename="b.zip', "b.zip"),
    given("no name", "attachment", "url.zip"),
    given("garbage", ";;;===\x01", "url.zip"),
    given("twice", 'attachment; filename="b.zip"; filename="../c.zip"', "b.zip"),
]

URLS = [
    in_url("escaped dots", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "passwd"),
    in_url("escaped slash", "a%2f..%2fb.zip", "b.zip"),
    in_url("escaped backslash", "a%5c..%5cb.zip", "b.zip"),
    in_url("escaped zero", "a%00b.zip", "ab.zip"),
    in_url("escaped line break", "a%0d%0ab.zip", "ab.zip"),
    in_url("escaped twice", "%252e%252e%252fb.zip", "%2e%2e%2fb.zip"),
    in_url("hidden", ".htaccess", "htaccess"),
    in_url("nothing", "", "download"),
    in_url("slash at the end", "files/", "files"),
    in_url("300 letters", LONG + ".zip", LONGEST),
    in_url("device of Windows", "aux.zip", "aux_.zip"),
    in_url("query is no name", "b.zip?name=../../c.zip", "b.zip"),
    in_url("letters of another script", "%E6%98%A0.zip", "映.zip"),
    in_url("bytes that are no text", "%FF%FE.zip", "\ufffd\ufffd.zip"),
    in_url("blanks at the ends", "%20b.zip%20", "b.zip"),
    Case(
        "where redirects end",
        goes("/..%2f..%2fb.zip"),
        path="/a.zip",
        others={"*": File(BODY)},
        requests=2,
        called="b.zip",
    ),
    Case("the user's own", File(BODY), options=Options(name="mine.zip"), called="mine.zip"),
]


@pytest.mark.parametrize("case", DISPOSITION, ids=str)
async def test_name_of_the_server_is_made_safe(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)


@pytest.mark.parametrize("case", URLS, ids=str)
async def test_name_of_the_url_is_made_safe(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)
