"""Signing in and out with a browser: the cookie, and all that it is good for."""

import re
from http.cookies import SimpleCookie
from pathlib import Path

import orjson
import pyotp
import pytest
from yarl import URL

from argosy.http.playground import PAGE
from argosy.version import VERSION
from services.access.caller import NOBODY
from services.access.logins.sessions import SessionKind
from services.access.people.users import User
from tests.integration.http.listening import happen, listening
from tests.integration.http.running import JSON, KEY, Answer, Running, serving
from tests.integration.http.talking import connected
from tests.needs import needs_built

PASSWORD = "correct horse battery"
VIEWER = {"query": "{ viewer { name } }"}
SET_COOKIE = re.compile(
    r"argosy_\d+=argosy_session_[\w-]{43}; HttpOnly; Max-Age=2592000; Path=/; SameSite=strict"
)


async def send(argosy: Running, path: str, content: object, **headers: str) -> Answer:
    """Post JSON as the page does."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = content if isinstance(content, bytes) else orjson.dumps(content)
    given = {"Content-Type": JSON, **named}
    return await argosy.send("POST", path, key=None, body=body, headers=given)


async def user_with_password(argosy: Running, name: str = "alice") -> User:
    user, _ = await argosy.user(name)
    kept = await argosy.container.access.passwords.hash(PASSWORD)
    return await argosy.container.access.users.set_password(user.id, kept)


async def signed_in(argosy: Running, name: str = "alice") -> str:
    """Return the header of a browser in which somebody has signed in."""
    user = await user_with_password(argosy, name)
    _, secret = await argosy.container.access.sessions.open(user, SessionKind.BROWSER, NOBODY)
    return f"{cookie_name(argosy)}={secret}"


def cookie_name(argosy: Running) -> str:
    return f"argosy_{URL(argosy.url).port}"


def cookie_of(answer: Answer) -> str:
    """Return what a browser sends after this answer."""
    (morsel,) = SimpleCookie(answer.headers["Set-Cookie"]).values()
    return f"{morsel.key}={morsel.value}"


async def test_right_password_gives_the_cookie(argosy: Running) -> None:
    await user_with_password(argosy)

    answer = await send(argosy, "/api/login", {"name": "alice", "password": PASSWORD})

    assert (answer.status, answer.json) == (200, {"name": "alice", "role": "user"})
    assert SET_COOKIE.fullmatch(answer.headers["Set-Cookie"])
    assert answer.headers["Cache-Control"] == "no-store"
    seen = await argosy.post(VIEWER, key=None, Cookie=cookie_of(answer))
    assert seen.data == {"viewer": {"name": "alice"}}


async def test_wrong_password_and_unknown_name_are_answered_alike(argosy: Running) -> None:
    await user_with_password(argosy)
    tries = [("alice", "wrong password"), ("nobody", PASSWORD), ("' OR 1=1 --", PASSWORD)]

    answers = [
        await send(argosy, "/api/login", {"name": name, "password": password})
        for name, password in tries
    ]

    assert {answer.status for answer in answers} == {401}
    assert {(a.json["error"]["code"], a.json["error"]["message"]) for a in answers} == {
        ("UNAUTHORIZED", "The name or the password is wrong.")
    }
    assert not any("Set-Cookie" in answer.headers for answer in answers)


async def test_too_many_wrong_passwords_lock_for_a_while(argosy: Running) -> None:
    await user_with_password(argosy)
    for _ in range(5):
        await send(argosy, "/api/login", {"name": "alice", "password": "wrong password"})

    answer = await send(argosy, "/api/login", {"name": "alice", "password": PASSWORD})

    assert (answer.status, answer.json["error"]["code"]) == (429, "RATE_LIMITED")
    assert 0 < int(answer.headers["Retry-After"]) <= 60


async def test_second_factor_comes_between(argosy: Running) -> None:
    user = await user_with_password(argosy)
    factor = argosy.container.access.second_factor
    proposal = await factor.propose(user)
    recovery = await factor.confirm(user, pyotp.TOTP(proposal.secret).now())

    begun = await send(argosy, "/api/login", {"name": "alice", "password": PASSWORD})
    wrong = await send(
        argosy,
        "/api/login/second-factor",
        {"challenge": begun.json["challenge"], "code": "000000x"},
    )
    right = {"challenge": begun.json["challenge"], "code": recovery[0]}
    answer = await send(argosy, "/api/login/second-factor", right)
    again = await send(argosy, "/api/login/second-factor", right)

    assert begun.status == 200
    assert set(begun.json) == {"challenge", "expiresAt"}
    assert "Set-Cookie" not in begun.headers
    assert (wrong.status, wrong.json["error"]["code"]) == (401, "UNAUTHORIZED")
    assert (answer.status, answer.json["name"]) == (200, "alice")
    assert SET_COOKIE.fullmatch(answer.headers["Set-Cookie"])
    assert (again.status, "Set-Cookie" in again.headers) == (401, False)


async def test_setup_link_sets_the_password_once(argosy: Running) -> None:
    token = await argosy.container.access.setup.another_token()

    looked = await send(argosy, "/api/setup", {"token": token})
    short = await send(argosy, "/api/setup", {"token": token, "password": "short"})
    answer = await send(argosy, "/api/setup", {"token": token, "password": PASSWORD})
    again = await send(argosy, "/api/setup", {"token": token, "password": "another password"})

    assert (looked.status, looked.json) == (200, {"name": "admin"})
    assert "Set-Cookie" not in looked.headers
    assert (short.status, short.json["error"]["code"]) == (400, "INVALID_INPUT")
    assert (answer.status, answer.json) == (200, {"name": "admin", "role": "admin"})
    seen = await argosy.post(VIEWER, key=None, Cookie=cookie_of(answer))
    assert seen.data == {"viewer": {"name": "admin"}}
    assert (again.status, again.json["error"]["code"]) == (401, "UNAUTHORIZED")
    assert (await send(argosy, "/api/login", {"name": "admin", "password": PASSWORD})).status == 200


async def test_made_up_setup_token_is_refused(argosy: Running) -> None:
    answer = await send(argosy, "/api/setup", {"token": "made up", "password": PASSWORD})

    assert (answer.status, answer.json["error"]["code"]) == (401, "UNAUTHORIZED")


async def test_logout_ends_the_session_and_takes_the_cookie(argosy: Running) -> None:
    cookie = await signed_in(argosy)

    answer = await send(argosy, "/api/logout", {}, Cookie=cookie)

    assert (answer.status, answer.json) == (200, {})
    assert f'{cookie_name(argosy)}=""' in answer.headers["Set-Cookie"]
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert (await argosy.post(VIEWER, key=None, Cookie=cookie)).status == 401
    assert (await send(argosy, "/api/logout", {}, Cookie=cookie)).status == 200


async def test_logout_ends_no_other_session(argosy: Running) -> None:
    cookie = await signed_in(argosy)
    user = await argosy.container.access.users.find("alice")
    _, other = await argosy.container.access.sessions.open(user, SessionKind.BROWSER, NOBODY)

    await send(argosy, "/api/logout", {}, Cookie=cookie)

    seen = await argosy.post(VIEWER, key=None, Cookie=f"{cookie_name(argosy)}={other}")
    assert seen.data == {"viewer": {"name": "alice"}}


async def test_login_ends_the_session_that_the_browser_had(argosy: Running) -> None:
    cookie = await signed_in(argosy)

    content = {"name": "alice", "password": PASSWORD}
    await send(argosy, "/api/login", content, Cookie=cookie)

    assert (await argosy.post(VIEWER, key=None, Cookie=cookie)).status == 401


BODIES: dict[str, tuple[dict[str, str], bytes, int]] = {
    "no type": ({"Content-Type": ""}, b"{}", 415),
    "a form": ({"Content-Type": "application/x-www-form-urlencoded"}, b"name=a&password=b", 415),
    "text": ({"Content-Type": "text/plain"}, b'{"name": "a", "password": "b"}', 415),
    "compressed": ({"Content-Encoding": "gzip"}, b"\x1f\x8b", 415),
    "empty": ({}, b"", 400),
    "no JSON": ({}, b"{", 400),
    "no UTF-8": ({}, b'{"name": "\xff", "password": "b"}', 400),
    "no object": ({}, b"[]", 400),
    "null": ({}, b"null", 400),
    "a number": ({}, b"1" * 5000, 400),
    "deep": ({}, b"[" * 3000 + b"]" * 3000, 400),
    "missing": ({}, b'{"name": "a"}', 400),
    "no text": ({}, b'{"name": "a", "password": 1}', 400),
    "empty text": ({}, b'{"name": "", "password": "b"}', 400),
    "unknown": ({}, b'{"name": "a", "password": "b", "role": "admin"}', 400),
    "long text": ({}, b'{"name": "a", "password": "' + b"b" * 5000 + b'"}', 400),
    "large": ({}, b'{"name": "' + b"a" * 9000 + b'"}', 413),
    "half a letter": ({}, b'{"name": "\\ud800", "password": "b"}', 400),
}


@pytest.mark.parametrize("case", BODIES)
async def test_bad_body_is_refused(argosy: Running, case: str) -> None:
    headers, body, status = BODIES[case]
    named = {"Content-Type": JSON, **headers}

    answer = await argosy.send("POST", "/api/login", key=None, body=body, headers=named)

    assert answer.status == status
    assert set(answer.json["error"]) >= {"code", "message", "requestId"}


@pytest.mark.parametrize(
    "path", ["/api/login", "/api/login/second-factor", "/api/logout", "/api/setup"]
)
async def test_nothing_is_done_by_get(argosy: Running, path: str) -> None:
    cookie = await signed_in(argosy)

    answer = await argosy.get(path, Cookie=cookie)

    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    seen = await argosy.post(VIEWER, key=None, Cookie=cookie)
    assert seen.data == {"viewer": {"name": "alice"}}


async def test_page_of_another_site_signs_nobody_in_or_out(argosy: Running) -> None:
    cookie = await signed_in(argosy)
    foreign = {"Cookie": cookie, "Origin": "https://evil.example"}

    answers = [
        await send(argosy, "/api/logout", {}, **foreign),
        await send(argosy, "/api/login", {"name": "alice", "password": PASSWORD}, **foreign),
    ]

    assert [answer.status for answer in answers] == [403, 403]
    seen = await argosy.post(VIEWER, key=None, Cookie=cookie)
    assert seen.data == {"viewer": {"name": "alice"}}


async def test_key_goes_before_the_cookie(argosy: Running) -> None:
    cookie = await signed_in(argosy)

    with_key = await argosy.post(VIEWER, key=KEY, Cookie=cookie)
    with_wrong_key = await argosy.post(VIEWER, key="a-wrong-key", Cookie=cookie)

    assert with_key.data == {"viewer": {"name": "admin"}}
    assert with_wrong_key.status == 401


@pytest.mark.parametrize("value", ["", "x", "argosy_session_", "' OR 1=1 --", "a" * 5000, KEY])
async def test_made_up_cookie_is_nobodys(argosy: Running, value: str) -> None:
    answer = await argosy.post(VIEWER, key=None, Cookie=f"{cookie_name(argosy)}={value}")

    assert (answer.status, answer.code) == (401, "UNAUTHORIZED")


async def test_websocket_takes_the_cookie(argosy: Running) -> None:
    cookie = await signed_in(argosy)

    async with connected(argosy, Cookie=cookie) as socket:
        await socket.say({"type": "connection_init"})
        assert await socket.hear() == {"type": "connection_ack"}
        await socket.subscribe("1", "{ viewer { name } }")
        assert await socket.hear_next("1") == {"viewer": {"name": "alice"}}


async def test_stream_of_events_takes_the_cookie(argosy: Running) -> None:
    cookie = await signed_in(argosy)
    alice = await argosy.container.access.users.find("alice")

    async with listening(argosy, key=None, headers={"Cookie": cookie}) as stream:
        await happen(argosy, owner=alice)
        assert (await stream.next())["event"]["kind"] == "ADDED"


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/", "/login"),
        ("/graphql", "/login?next=%2Fgraphql"),
        ("/graphql?x=1&y=%2F", "/login?next=%2Fgraphql%3Fx%3D1%26y%3D%252F"),
    ],
)
async def test_browser_without_a_session_is_led_to_the_login(
    argosy: Running, path: str, target: str
) -> None:
    answer = await argosy.get(path, Accept="text/html")

    assert (answer.status, answer.headers["Location"]) == (303, target)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/graphql"])
async def test_browser_with_a_session_sees_the_page(argosy: Running, path: str) -> None:
    needs_built(PAGE)
    cookie = await signed_in(argosy)

    answer = await argosy.get(path, Accept="text/html", Cookie=cookie)

    assert answer.status == 200
    assert cookie_of(answer) == cookie  # and has it for as long as the session lasts from now on
    assert SET_COOKIE.fullmatch(answer.headers["Set-Cookie"])


async def test_home_says_who_is_signed_in(argosy: Running) -> None:
    cookie = await signed_in(argosy)

    page = (await argosy.get("/", Accept="text/html", Cookie=cookie)).body.decode()

    assert "Signed in as <strong>alice</strong>" in page


async def test_playground_is_open_to_who_wants_to_give_a_key(argosy: Running) -> None:
    needs_built(PAGE)

    answer = await argosy.get("/graphql?with=key", Accept="text/html")

    assert (answer.status, "Set-Cookie" in answer.headers) == (200, False)


async def test_login_page_runs_no_script_but_its_own(argosy: Running) -> None:
    answer = await argosy.get("/login", Accept="text/html")

    page = answer.body.decode()
    policy = answer.headers["Content-Security-Policy"]
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "script-src 'self'; style-src 'self'" in policy
    assert "form-action 'none'; frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert re.findall(r"<script[^>]*>", page) == [
        f'<script type="module" src="/pages/login.js?{VERSION}">'
    ]
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
    assert (await argosy.get(f"/pages/login.js?{VERSION}")).status == 200


async def test_login_page_is_shown_also_to_who_is_signed_in(argosy: Running) -> None:
    cookie = await signed_in(argosy)

    with_cookie = await argosy.get("/login?next=/graphql", Accept="text/html", Cookie=cookie)
    without = await argosy.get("/login", Accept="text/html")

    assert (with_cookie.status, with_cookie.body) == (200, without.body)
    assert (
        with_cookie.headers["Content-Security-Policy"]
        == (without.headers["Content-Security-Policy"])
    )


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_home_page_tells_the_login_page_who_is_signed_in(
    argosy: Running, method: str
) -> None:
    cookie = await signed_in(argosy)
    headers = {"Accept": "text/html"}

    signed_out = await argosy.send(method, "/", key=None, headers=headers)
    known = await argosy.send(method, "/", key=None, headers=headers | {"Cookie": cookie})

    assert (signed_out.status, known.status) == (303, 200)


async def test_servers_at_two_ports_of_a_host_keep_their_logins(
    argosy: Running, tmp_path: Path
) -> None:
    async with serving(tmp_path / "other") as other:
        jar = SimpleCookie[str]()
        for server in (argosy, other):
            await user_with_password(server)
            content = {"name": "alice", "password": PASSWORD}
            jar.load((await send(server, "/api/login", content)).headers["Set-Cookie"])
        kept = "; ".join(f"{name}={morsel.value}" for name, morsel in jar.items())

        seen = [await server.post(VIEWER, key=None, Cookie=kept) for server in (argosy, other)]

    assert [answer.data for answer in seen] == [{"viewer": {"name": "alice"}}] * 2
