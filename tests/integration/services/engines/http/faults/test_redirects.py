"""Redirects: how far they are followed, where to, and what goes along."""

from pathlib import Path

import pytest

from services.engines.options import Secrets
from services.errors import ErrorCode
from services.outgoing.cookies import Cookie, parse_cookies_txt
from tests.fakes.fault_behaviours import File, demands, goes, says, with_headers, with_status
from tests.fakes.faults import Behaviour
from tests.integration.services.engines.http.faults.cases import BODY, Case, check

FILE = File(BODY)
SCHEME = ErrorCode.UNSUPPORTED_SCHEME
INVALID = ErrorCode.INVALID_URL
STATUS = ErrorCode.HTTP_STATUS
BASIC = "Basic YWxpY2U6c2VjcmV0"
SECRETS = Secrets(
    headers=(("X-Api-Key", "k"),),
    cookies=(Cookie("sid", "1", "127.0.0.1"),),
    username="alice",
    password="secret",
)
ALL_OF_THEM = {"authorization": BASIC, "cookie": "sid=1", "x-api-key": "k"}
NONE_OF_THEM: dict[str, str | None] = dict.fromkeys(ALL_OF_THEM)
REFUSAL = says("403 Forbidden")


def chain(length: int) -> dict[str, Behaviour]:
    """Return what leads from /1 over that many paths to a.zip."""
    hops = {f"/{n}": goes(f"/{n + 1}") for n in range(1, length)}
    return {**hops, f"/{length}": goes("/files/a.zip"), "/files/a.zip": FILE}


def to(name: str, location: str, *, requests: int = 2, code: ErrorCode | None = None) -> Case:
    """A redirect from /go; the file is at /files/a.zip."""
    return Case(
        name,
        goes(location),
        path="/go",
        others={"/files/a.zip": FILE},
        requests=requests,
        code=code,
    )


FOLLOWED = [
    *(
        Case(
            f"by {status}",
            goes("/files/a.zip", f"{status} Elsewhere"),
            path="/go",
            others={"/files/a.zip": FILE},
            requests=2,
        )
        for status in [301, 302, 303, 307, 308]
    ),
    Case("chain of five", goes("/1"), path="/go", others=chain(4), requests=6),
    to("relative", "files/a.zip"),
    to("relative with dots", "./x/../files/a.zip"),
    to("above the root", "/../../files/a.zip"),
    to("without a scheme", "//127.0.0.1:{port}/files/a.zip"),
    to("absolute", "{here}/files/a.zip"),
    to("to another origin", "{other}/files/a.zip"),
    to("with a fragment", "/files/a.zip#part"),
    to("with a query", "/files/a.zip?sig=a%2Fb"),
    to("with blanks around", "  /files/a.zip  "),
    to("without a host", "http:///files/a.zip"),
    to("scheme in capitals", "HTTP://127.0.0.1:{port}/files/a.zip"),
]

REFUSED = [
    Case(
        "chain of six",
        goes("/1"),
        path="/go",
        others=chain(5),
        requests=6,
        code=ErrorCode.TOO_MANY_REDIRECTS,
    ),
    Case("loop of one", goes("/a.zip"), requests=6, code=ErrorCode.TOO_MANY_REDIRECTS),
    Case(
        "loop of two",
        goes("/b"),
        others={"/b": goes("/a.zip")},
        requests=6,
        code=ErrorCode.TOO_MANY_REDIRECTS,
    ),
    Case(
        "loop that grows",
        lambda request: goes(request.target + "a")(request),
        path="/a",
        others={"*": lambda request: goes(request.target + "a")(request)},
        requests=6,
        code=ErrorCode.TOO_MANY_REDIRECTS,
    ),
    to("ftp", "ftp://127.0.0.1/files/a.zip", requests=1, code=SCHEME),
    to("file", "file:///etc/passwd", requests=1, code=SCHEME),
    to("file of a host", "file://127.0.0.1/etc/passwd", requests=1, code=SCHEME),
    to("data", "data:text/plain,hello", requests=1, code=SCHEME),
    to("javascript", "javascript:alert(1)", requests=1, code=SCHEME),
    to("gopher", "gopher://127.0.0.1:70/_x", requests=1, code=SCHEME),
    to("dict", "dict://127.0.0.1:11211/stat", requests=1, code=SCHEME),
    to("ldap", "ldap://127.0.0.1/", requests=1, code=SCHEME),
    to("magnet", "magnet:?xt=urn:btih:0", requests=1, code=SCHEME),
    to("socket of a program", "unix:///var/run/docker.sock", requests=1, code=SCHEME),
    to("port that is none", "http://127.0.0.1:99999/", requests=1, code=INVALID),
    to("port 0", "http://127.0.0.1:0/", requests=1, code=INVALID),
    to(
        "name and password",
        "http://alice:secret@127.0.0.1:{port}/files/a.zip",
        requests=1,
        code=INVALID,
    ),
    to("line break in it", "/files/a.zip%0d%0aX: y", requests=2, code=STATUS),
    to("bracket that stays open", "http://[::1/files/a.zip", requests=1, code=INVALID),
    to("backslashes", "http:\\\\127.0.0.1\\files", requests=2, code=STATUS),
    to("100,000 letters", "/" + "a" * 100_000, requests=12, code=ErrorCode.BAD_RESPONSE),
    to("longer than a URL may be", "/" + "a" * 8_174, requests=1, code=INVALID),
    Case("no Location", says("302 Found"), code=STATUS),
    Case("300 with a Location", goes("/b", "300 Multiple Choices"), code=STATUS),
    Case("305", goes("{other}/a.zip", "305 Use Proxy"), code=STATUS),
    Case("201 with a Location", with_status(goes("/b"), "201 Created"), code=STATUS),
]

ALONG = [
    Case(
        "secrets stay with their origin",
        goes("/b.zip"),
        others={"/b.zip": FILE},
        called="b.zip",
        requests=2,
        secrets=SECRETS,
        sends=ALL_OF_THEM,
    ),
    Case(
        "secrets do not go to another origin",
        goes("{other}/b.zip"),
        others={"/b.zip": FILE},
        called="b.zip",
        requests=2,
        secrets=SECRETS,
        sends=NONE_OF_THEM,
    ),
    Case(
        "token does not go to another origin",
        goes("{other}/b.zip", "307 Temporary Redirect"),
        others={"/b.zip": FILE},
        called="b.zip",
        requests=2,
        secrets=Secrets(token="t"),
        sends={"authorization": None},
    ),
    Case(
        "secrets go to their origin again behind another one",
        goes("{other}/b.zip"),
        others={"/b.zip": goes("{here}/c.zip"), "/c.zip": FILE},
        called="c.zip",
        requests=3,
        secrets=SECRETS,
        sends=ALL_OF_THEM,
    ),
    Case(
        "another origin that wants the login does not get it",
        goes("{other}/b.zip"),
        others={"/b.zip": says("401 Unauthorized", 'WWW-Authenticate: Basic realm="x"')},
        requests=2,
        secrets=SECRETS,
        code=ErrorCode.LOGIN_REFUSED,
        sends=NONE_OF_THEM,
    ),
]

COOKIES = [
    Case(
        "set by the redirect",
        with_headers(goes("/b.zip"), "Set-Cookie: pass=1"),
        others={"/b.zip": demands("cookie", "pass=1", FILE, REFUSAL)},
        called="b.zip",
        requests=2,
    ),
    Case(
        "set by a page on the way, and asked for at the beginning",
        demands("cookie", "pass=1", FILE, goes("/login")),
        others={"/login": with_headers(goes("/a.zip"), "Set-Cookie: pass=1; Path=/; HttpOnly")},
        requests=3,
    ),
    Case("given", demands("cookie", "sid=1", FILE, REFUSAL), secrets=SECRETS),
    Case(
        "two given",
        demands("cookie", "a=1; b=2", FILE, REFUSAL),
        secrets=Secrets(cookies=(Cookie("a", "1", "127.0.0.1"), Cookie("b", "2", "127.0.0.1"))),
    ),
    Case(
        "given in a cookies.txt",
        demands("cookie", "sid=1", FILE, REFUSAL),
        secrets=Secrets(cookies=parse_cookies_txt("127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\t1\n")),
    ),
    Case(
        "given, and changed by the server",
        with_headers(goes("/b.zip"), "Set-Cookie: sid=2; Path=/"),
        others={"/b.zip": FILE},
        called="b.zip",
        requests=2,
        secrets=Secrets(cookies=(Cookie("sid", "1", "127.0.0.1"),)),
        sends={"cookie": "sid=2"},
    ),
    *(
        Case(
            f"not sent: {name}",
            FILE,
            secrets=Secrets(cookies=(cookie,)),
            sends={"cookie": None},
        )
        for name, cookie in [
            ("of another host", Cookie("a", "1", "example.com")),
            ("of another path", Cookie("a", "1", "127.0.0.1", path="/b")),
            ("for https", Cookie("a", "1", "127.0.0.1", is_secure=True)),
        ]
    ),
    Case(
        "set for another domain",
        with_headers(goes("/b.zip"), "Set-Cookie: pass=1; Domain=example.com"),
        others={"/b.zip": FILE},
        called="b.zip",
        requests=2,
        sends={"cookie": None},
    ),
    Case(
        "set and taken back",
        with_headers(goes("/b"), "Set-Cookie: pass=1"),
        others={
            "/b": with_headers(goes("/c.zip"), "Set-Cookie: pass=; Max-Age=0"),
            "/c.zip": FILE,
        },
        called="c.zip",
        requests=3,
        sends={"cookie": None},
    ),
    Case(
        "as long as a cookie may be",
        with_headers(goes("/b.zip"), f"Set-Cookie: a={'x' * 4094}"),
        others={"/b.zip": FILE},
        called="b.zip",
        requests=2,
        sends={"cookie": f"a={'x' * 4094}"},
    ),
    Case(
        "too long for a cookie",
        with_headers(goes("/b.zip"), f"Set-Cookie: a={'x' * 4095}", "Set-Cookie: b=1"),
        others={"/b.zip": FILE},
        called="b.zip",
        requests=2,
        sends={"cookie": "b=1"},
    ),
    Case(
        "garbage for a cookie",
        with_headers(goes("/b.zip"), "Set-Cookie: ;;;=\u00ff,,\x01"),
        others={"/b.zip": FILE},
        called="b.zip",
        requests=2,
    ),
]


@pytest.mark.parametrize("case", FOLLOWED, ids=str)
async def test_redirect_is_followed(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)


@pytest.mark.parametrize("case", REFUSED, ids=str)
async def test_redirect_that_leads_nowhere_is_refused(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)


@pytest.mark.parametrize("case", ALONG, ids=str)
async def test_secrets_go_to_the_origin_of_the_task_alone(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)


@pytest.mark.parametrize("case", COOKIES, ids=str)
async def test_cookie_goes_where_it_belongs(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)
