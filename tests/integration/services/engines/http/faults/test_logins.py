"""Servers that want a login by Digest, and how far it goes."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.engines.options import Secrets
from services.errors import ErrorCode
from tests.fakes.digest_guard import DigestGuard
from tests.fakes.fault_behaviours import File, cut, goes, on_range, says
from tests.fakes.faults import Behaviour
from tests.integration.services.engines.http.faults.cases import BODY, HALF, SIZE, Case, check

FILE = File(BODY)
LOGIN = Secrets(username="alice", password="secret")
WRONG = Secrets(username="alice", password="Secret")
BROKEN = on_range(FILE, cut(FILE, HALF))
BASIC = 'Basic realm="x", charset="UTF-8"'


def let_in(name: str, guard: Behaviour, *, requests: int = 2, sent: int = SIZE) -> Case:
    return Case(name, guard, secrets=LOGIN, requests=requests, sent=sent)


def refused(name: str, guard: Behaviour, *, requests: int, secrets: Secrets = LOGIN) -> Case:
    return Case(
        name, guard, secrets=secrets, requests=requests, sent=0, code=ErrorCode.LOGIN_REFUSED
    )


LET_IN = [
    *(
        let_in(f"by {algorithm}", DigestGuard(FILE, algorithm=algorithm))
        for algorithm in ["MD5", "SHA-256", "MD5-sess", "SHA-256-sess", None]
    ),
    let_in("of a server from long ago", DigestGuard(FILE, algorithm=None, qop=None)),
    let_in("behind Basic", DigestGuard(FILE, offers=(BASIC,))),
    let_in("behind Basic in one header", DigestGuard(FILE, offers=(f"{BASIC}, Negotiate",))),
    let_in("behind what is not known", DigestGuard(FILE, offers=("Bearer", "NTLM a==", ""))),
    let_in(
        "the stronger one",
        DigestGuard(FILE, offers=('Digest realm="x", nonce="y", algorithm=MD5, qop="auth"',)),
    ),
    replace(
        let_in("with a query", DigestGuard(FILE)), path="/a.zip?of=%22alice%22&x=1", called="a.zip"
    ),
    replace(
        let_in("of somebody with an accent", DigestGuard(FILE, username="älice", password="ß:")),
        secrets=Secrets(username="älice", password="ß:"),
    ),
    let_in("of one that goes on", DigestGuard(BROKEN), requests=3),
    let_in("with a nonce for one request", DigestGuard(BROKEN, uses=1), requests=4),
    let_in(
        "with a nonce for one request, and no word of it",
        DigestGuard(BROKEN, uses=1, says_stale=False),
        requests=4,
    ),
    Case(
        "behind a redirect to the same origin",
        goes("/b.zip"),
        others={"/b.zip": DigestGuard(FILE)},
        secrets=LOGIN,
        called="b.zip",
        requests=3,
    ),
]

REFUSED = [
    refused("wrong password", DigestGuard(FILE), secrets=WRONG, requests=2),
    refused("stale for ever", DigestGuard(FILE, uses=0), requests=3),
    refused("integrity of the body", DigestGuard(FILE, qop="auth-int"), requests=1),
    refused(
        "unknown algorithm",
        says("401 No", 'WWW-Authenticate: Digest realm="x", nonce="y", algorithm=SHA-3'),
        requests=1,
    ),
    refused("no nonce", says("401 No", 'WWW-Authenticate: Digest realm="x"'), requests=1),
    refused("no realm", says("401 No", 'WWW-Authenticate: Digest nonce="x"'), requests=1),
    refused("open string", says("401 No", 'WWW-Authenticate: Digest realm="x, n'), requests=1),
    refused("nothing at all", says("401 No", "WWW-Authenticate:"), requests=1),
    refused("nobody's login", DigestGuard(FILE), secrets=Secrets(), requests=1),
    refused("a token in its place", DigestGuard(FILE), secrets=Secrets(token="t"), requests=1),
    refused(
        "a header in its place",
        DigestGuard(FILE),
        secrets=replace(LOGIN, headers=(("authorization", "Basic eDp5"),)),
        requests=1,
    ),
    Case(
        "another origin",
        goes("{other}/b.zip"),
        others={"/b.zip": DigestGuard(FILE)},
        secrets=LOGIN,
        requests=2,
        code=ErrorCode.LOGIN_REFUSED,
        sends={"authorization": None},
    ),
]


@pytest.mark.parametrize("case", LET_IN, ids=str)
async def test_login_by_digest_is_let_in(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)


@pytest.mark.parametrize("case", REFUSED, ids=str)
async def test_login_that_cannot_be_met_ends_the_task(case: Case, tmp_path: Path) -> None:
    await check(case, tmp_path)


async def test_password_is_not_sent_once_the_server_wants_a_digest(tmp_path: Path) -> None:
    guard = DigestGuard(BROKEN)

    server = await check(let_in("", guard, requests=3), tmp_path)

    sent = [heard.headers["authorization"].partition(" ")[0] for heard in server.heard]
    assert sent == ["Basic", "Digest", "Digest"]
    assert guard.counts == [1, 2]
